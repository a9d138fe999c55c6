import { type ReactNode, useState } from "react";
import { useSender } from "../session/portalSession.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { Id } from "../ui/id.tsx";
import { KeyValues } from "../ui/keyValues.tsx";
import { later } from "../ui/later.tsx";
import { Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import { fromBase64, toBase64 } from "./bytes.ts";
import { causeOf, spokenBy } from "./cause.ts";
import { Content } from "./content.tsx";
import type { Attempt } from "./difference.ts";
import { duration } from "./format.ts";
import { InertText } from "./text.tsx";
import { errorWords } from "../../lib/words/errorClass.ts";
import { noteWords } from "../../lib/words/attemptNote.ts";

const TimingBar = later(() => import("./timingBar.tsx").then((module) => module.TimingBar), <div className="h-7.5" />);
const CurlCopy = later(() => import("./curlCopy.tsx").then((module) => module.CurlCopy), <Skeleton className="h-7 w-16" />);

type Sent = Pick<DeliveryDetailOut["message"], "payload" | "payloadBase64">;

/** One HTTP request and what came back. All of it is foreign text, and shown as text. */
export function AttemptPanel({
  attempt,
  message,
  explained,
  children,
}: {
  attempt: Attempt;
  message: Sent;
  /** The cause stands above. */ explained: boolean;
  /** The payload: before the headers. */ children: ReactNode;
}) {
  const isAnswered = attempt.responseStatusCode > 0;
  const sender = useSender();
  const found = explained ? null : causeOf({ statusCode: attempt.responseStatusCode, errorClass: attempt.errorClass, attempt });
  const cause = found && spokenBy(sender, found);
  return (
    <div className="space-y-5">
      <KeyValues
        facts={{
          Attempt: <Id id={attempt.id} copy label="attempt id" />,
          Began: <Time at={attempt.startedAt} interactive />,
          Took: duration(attempt.durationMs),
          Error: attempt.errorClass === null ? null : errorWords[attempt.errorClass],
          Note: attempt.notes.length === 0 ? null : attempt.notes.map((note) => noteWords[note]).join(" "),
          "Likely cause": cause === null ? null : `${cause.cause} ${cause.fix}`,
        }}
      />
      <TimingBar attempt={attempt} />
      <section>
        <h3 className="mb-2 text-sm font-semibold">
          Response {isAnswered && <span className="font-mono font-normal">{attempt.responseStatusCode}</span>}
        </h3>
        <Content
          label={isAnswered ? "Response body" : "Why there is no answer"}
          text={attempt.response}
          base64={attempt.responseBase64}
          fileName={`${attempt.id}-response`}
          none={attempt.response === null ? "The body was deleted." : "The body is empty."}
        />
      </section>
      {children}
      <section>
        <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
          <h3 className="text-sm font-semibold">Request</h3>
          <span className="inline-flex items-center gap-2 text-sm text-ink-muted print:hidden">
            as cURL
            <CurlCopy attempt={attempt} message={message} />
          </span>
        </div>
        <p className="mb-2 font-mono text-xs wrap-anywhere">
          <span className="font-semibold">POST</span> {attempt.url}
        </p>
        <Headers of={attempt.requestHeaders} />
        {attempt.signedPrefix !== null && <SignedBytes prefix={attempt.signedPrefix} message={message} />}
      </section>
      {attempt.responseHeaders !== null && (
        <section>
          <h3 className="mb-2 text-sm font-semibold">Response headers</h3>
          <Headers of={Object.entries(attempt.responseHeaders).map(([name, value]) => ({ name, value }))} />
        </section>
      )}
    </div>
  );
}

/** The signed bytes, not laid out: each byte counts. Drawn when somebody wants to see them, for they are as many as the payload. */
function SignedBytes({ prefix, message }: { prefix: string; message: Sent }) {
  const [isOpen, setOpen] = useState(false);
  if (message.payload === null && message.payloadBase64 === null) return null;
  return (
    <details className="mt-3" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="rounded-sm text-sm font-medium">Signed bytes</summary>
      {isOpen && <div className="mt-2">{signedBytes(prefix, message)}</div>}
    </details>
  );
}

function signedBytes(prefix: string, { payload, payloadBase64 }: Sent): ReactNode {
  if (payloadBase64 === null) return <SignedText text={prefix + (payload ?? "")} />;
  const [before, body] = [new TextEncoder().encode(prefix), fromBase64(payloadBase64)];
  const bytes = new Uint8Array(before.length + body.length);
  bytes.set(before);
  bytes.set(body, before.length);
  return <Content label="Signed bytes" text={null} base64={toBase64(bytes)} none="" fileName="signed-bytes" />;
}

const SignedText = ({ text }: { text: string }) => (
  <figure className="overflow-hidden rounded-md border border-line bg-surface">
    <figcaption className="flex items-center justify-between gap-2 border-b border-line px-3 py-1.5 text-sm text-ink-muted">
      What the signature is made of, byte for byte
      <CopyButton text={text} label="signed bytes" />
    </figcaption>
    <InertText label="Signed bytes" text={text} />
  </figure>
);

const Headers = ({ of }: { of: { name: string; value: string | null }[] }) =>
  of.length === 0 ? (
    <p className="text-sm text-ink-muted">No headers.</p>
  ) : (
    <dl className="rounded-md border border-line bg-surface font-mono text-xs">
      {of.map(({ name, value }) => (
        <div key={name} className="flex flex-wrap gap-x-4 border-line px-3 py-1.5 not-last:border-b sm:grid sm:grid-cols-[12rem_1fr]">
          <dt className="text-ink-muted wrap-anywhere">{name}</dt>
          <dd className="min-w-0 wrap-anywhere">{value ?? <span className="text-ink-muted">hidden</span>}</dd>
        </div>
      ))}
    </dl>
  );

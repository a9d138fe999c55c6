"use client";

import type { ReactNode } from "react";
import type { InboxOut } from "../../lib/contract/inbox.ts";
import { SavedSelect } from "../form/savedSelect.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { OnlyFor } from "../session/onlyFor.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Checklist } from "./checklist.tsx";
import { useAnswer, useCreateInbox, useCreateTarget, useInbox, useInboxRequests, useTarget } from "./queries.ts";
import { Refusal } from "./refusal.tsx";
import { Requests } from "./requests.tsx";
import { SendTest } from "./sendTest.tsx";

/** From nothing to a verified delivery, with a receiver of Webster's own. */
export const Playground = () => (
  <OnlyFor least="member" what="use the playground">
    <Inbox />
  </OnlyFor>
);

function Inbox() {
  const inbox = useInbox();
  const create = useCreateInbox();
  return (
    <>
      <PageHeader
        title="Playground"
        lead="A receiver of Webster's own: send a message, see it arrive, see its signature verified. Nothing outside is needed."
      />
      {inbox.data ? (
        <Bench inbox={inbox.data} />
      ) : inbox.error !== null ? (
        <ErrorState what="The inbox" error={inbox.error} onRetry={() => void inbox.refetch()} />
      ) : inbox.data === undefined ? (
        <Skeleton className="h-64 w-full" />
      ) : (
        <Step title="1. Make an inbox" text="It gets a secret URL and keeps the last 100 requests that come there.">
          <Button pending={create.isPending} onClick={() => create.mutate()}>
            Create inbox
          </Button>
          <Refusal error={create.error} />
        </Step>
      )}
    </>
  );
}

function Bench({ inbox }: { inbox: InboxOut }) {
  const target = useTarget(inbox);
  const requests = useInboxRequests(inbox);
  const received = requests.data ?? [];
  return (
    <div className="space-y-8">
      <Checklist
        steps={[
          { done: Boolean(target.data), text: "An endpoint that is sent to" },
          { done: received.length > 0, text: "A test message" },
          { done: received.some(({ signature }) => signature.verified), text: "A verified signature" },
        ]}
      />
      <Receiver inbox={inbox} />
      {target.data === undefined ? (
        <Skeleton className="h-32 w-full" />
      ) : target.data === null ? (
        <Connect inbox={inbox} />
      ) : (
        <SendTest target={target.data} inbox={inbox} />
      )}
      {requests.error !== null && requests.data === undefined ? (
        <ErrorState what="The requests" error={requests.error} onRetry={() => void requests.refetch()} />
      ) : (
        <Requests requests={requests.data} />
      )}
    </div>
  );
}

function Receiver({ inbox }: { inbox: InboxOut }) {
  const answer = useAnswer(inbox);
  return (
    <section aria-labelledby="receiver">
      <h2 id="receiver" className="mb-2 font-semibold">
        The inbox
      </h2>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-y border-line py-3 text-sm">
        <code className="min-w-0 font-mono text-xs wrap-anywhere">{inbox.url}</code>
        <CopyButton text={inbox.url} label="inbox URL" />
        <span className="ml-auto inline-flex items-center gap-2 text-ink-muted">
          answers with
          <SavedSelect
            aria-label="What the inbox answers with"
            className="w-auto!"
            value={String(inbox.statusCode)}
            options={
              answers.includes(String(inbox.statusCode))
                ? options
                : [...options, { value: String(inbox.statusCode), label: String(inbox.statusCode) }]
            }
            saveLabel="Save answer"
            pending={answer.isPending}
            onSave={(status) => answer.mutate(Number(status))}
          />
        </span>
      </div>
      <Refusal error={answer.error} />
    </section>
  );
}

const answers = ["200", "204", "400", "404", "410", "429", "500", "503"];
const options = answers.map((value) => ({ value, label: value }));

function Connect({ inbox }: { inbox: InboxOut }) {
  const create = useCreateTarget(inbox);
  if (inbox.refusal !== null)
    return (
      <Alert tone="warn" title="Webster may not send to its own address here">
        {inbox.refusal}. An operator can allow it with WEBSTER_ALLOWED_NETWORKS, or set WEBSTER_URL to a public address. The inbox takes
        requests from elsewhere all the same.
      </Alert>
    );
  return (
    <Step title="2. Send to it" text="Creates the application “Playground” with an endpoint that has the inbox's URL and a signing secret.">
      <Button pending={create.isPending} onClick={() => create.mutate()}>
        Create endpoint
      </Button>
      <Refusal error={create.error} />
    </Step>
  );
}

const Step = ({ title, text, children }: { title: string; text: string; children: ReactNode }) => (
  <section className="rounded-md border border-line bg-surface p-4">
    <h2 className="font-semibold">{title}</h2>
    <p className="mt-0.5 mb-3 max-w-prose text-sm text-ink-muted">{text}</p>
    {children}
  </section>
);

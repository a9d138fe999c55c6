"use client";

import { Link } from "../ui/link.tsx";
import { useParams } from "next/navigation";
import type { InboxRequestOut } from "../../lib/contract/inbox.ts";
import { Skeleton } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { Text } from "../delivery/text.tsx";
import { grouped } from "../ui/number.ts";

/** What came, newest first. All of it is foreign text. */
export function Requests({ requests }: { requests: InboxRequestOut[] | undefined }) {
  return (
    <section aria-labelledby="received">
      <h2 id="received" className="mb-2 font-semibold">
        Received
      </h2>
      {requests === undefined ? (
        <Skeleton className="h-32 w-full" />
      ) : requests.length === 0 ? (
        <p className="border-y border-line py-3 text-sm text-ink-muted">Nothing came yet. What comes appears here at once.</p>
      ) : (
        <ul className="divide-y divide-line border-y border-line" aria-live="polite">
          {requests.map((request, index) => (
            <li key={request.id}>
              <Request request={request} open={index === 0} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Request({ request, open }: { request: InboxRequestOut; open: boolean }) {
  const { organization, environment } = useParams<{ organization: string; environment: string }>();
  const { signature, headers } = request;
  const messageId = headers["webhook-id"];
  return (
    <details open={open} className="py-2">
      <summary className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1 rounded-sm text-sm max-sm:min-h-11">
        <span className="font-mono text-xs font-semibold">{request.method}</span>
        {signature.verified ? (
          <Status tone="good">Signature verified</Status>
        ) : (
          <Status tone="warn">Not verified: {signature.reason}</Status>
        )}
        <span className="text-ink-muted">{grouped(request.bodyBytes)} bytes</span>
        <span className="ml-auto text-ink-muted">
          <Time at={request.createdAt} />
        </span>
      </summary>
      <div className="space-y-4 pt-3 pb-2">
        {signature.verified && (
          <p className="text-sm text-ink-muted">
            By {signature.headers.join(", ")} and the raw body, with the secret of{" "}
            {messageId === undefined ? (
              "the endpoint"
            ) : (
              <Link
                href={`/${organization}/${environment}/deliveries/${encodeURIComponent(messageId)}/${signature.endpointId}`}
                className="rounded-sm underline underline-offset-4"
              >
                the endpoint: open the delivery
              </Link>
            )}
            .
          </p>
        )}
        <Text label="Body" text={request.body} none="The body is empty." />
        <Text
          label="Headers"
          text={Object.entries(headers)
            .map(([name, value]) => `${name}: ${value}`)
            .join("\n")}
          none="No headers."
        />
      </div>
    </details>
  );
}

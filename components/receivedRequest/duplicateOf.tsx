"use client";

import type { ReceivedRequestOut } from "../../lib/contract/receivedRequest.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Link } from "../ui/link.tsx";
import { Time } from "../ui/time.tsx";

type DuplicateOfProps = { request: Pick<ReceivedRequestOut, "duplicateOf" | "source"> };

/** The request that came first, and what told that both are one event. */
export function DuplicateOf({ request: { duplicateOf, source } }: DuplicateOfProps) {
  const path = useEnvironmentPath();
  if (duplicateOf === null) return null;
  const { receivedRequestId, messageId, receivedAt, by } = duplicateOf;
  const href = receivedRequestId === null ? path(`/messages/${messageId}`) : path(`/sources/${source.id}/${receivedRequestId}`);
  return (
    <>
      <Link className="underline underline-offset-2" href={href}>
        {receivedRequestId === null ? "the message" : "the request"} of <Time at={receivedAt} />
      </Link>
      {by !== null && <span className="text-ink-muted">, by {by}</span>}
    </>
  );
}

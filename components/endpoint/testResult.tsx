"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Status } from "../ui/status.tsx";
import { testDeliveryQuery } from "./queries.ts";

/** What became of the test, as soon as it is known. */
export function TestResult({ messageId, endpointId }: { messageId: string | null; endpointId: string }) {
  const path = useEnvironmentPath();
  const { data, error } = useQuery({ ...testDeliveryQuery(messageId ?? "", endpointId), enabled: messageId !== null });
  if (messageId === null) return <p className="text-sm text-ink-muted">Nothing sent yet. What the receiver answers shows here.</p>;
  return (
    <div aria-live="polite" className="space-y-3 text-sm">
      {error && data === undefined ? <p className="text-bad">{error.message}</p> : <Answer delivery={data} />}
      <Link className="underline underline-offset-2" href={path(`/deliveries/${messageId}/${endpointId}`)}>
        Show the delivery
      </Link>
    </div>
  );
}

function Answer({ delivery }: { delivery: DeliveryDetailOut | undefined }) {
  const attempt = delivery?.attempts[0];
  if (delivery === undefined || attempt === undefined) return <Status tone="busy">Sending…</Status>;
  const isRetried = delivery.status === "pending" && attempt.status === "failed";
  // The attempt knows it first.
  const [tone, word] =
    attempt.status === "succeeded"
      ? (["good", "Delivered"] as const)
      : isRetried
        ? (["warn", "Failed, will be retried"] as const)
        : (["bad", "Failed"] as const);
  const answer = attempt.responseStatusCode === 0 ? "No answer" : `Answered ${attempt.responseStatusCode}`;
  return (
    <>
      <Status tone={tone}>{word}</Status>
      <p className="text-ink-muted">
        {answer} after {attempt.durationMs} ms
      </p>
      {attempt.response !== null && attempt.response !== "" && (
        <pre className="max-h-56 overflow-y-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
          {attempt.response}
        </pre>
      )}
    </>
  );
}

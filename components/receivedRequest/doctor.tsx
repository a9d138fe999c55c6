"use client";

import { useQuery } from "@tanstack/react-query";
import { useEnvironmentPath } from "../environmentPath.ts";
import { useMembership } from "../session/queries.ts";
import { Badge } from "../ui/badge.tsx";
import { Link } from "../ui/link.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { diagnosisQuery } from "./queries.ts";

/** Why the signature does not hold, and what to do. */
export function Doctor({ id, sourceId }: { id: string; sourceId: string }) {
  const path = useEnvironmentPath();
  const { may } = useMembership();
  const { data, error, refetch } = useQuery(diagnosisQuery(id));
  return (
    <section aria-labelledby="doctor">
      <h2 id="doctor" className="mb-2 font-semibold">
        Signature doctor
      </h2>
      {error !== null && data === undefined ? (
        <ErrorState what="The diagnosis" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton className="h-20 w-full" />
      ) : (
        <ul className="divide-y divide-line rounded-md border border-line bg-surface text-sm">
          {data.findings.map(({ cause, explanation, fix, reproduced }) => (
            <li key={explanation} className="space-y-1 p-3" data-cause={cause}>
              <p className="flex flex-wrap items-start gap-2">
                <Badge tone={reproduced ? "good" : "neutral"}>{reproduced ? "Found" : "Suspected"}</Badge>
                <span className="min-w-0 flex-1 basis-60 wrap-anywhere">{explanation}</span>
              </p>
              <p className="text-ink-muted wrap-anywhere">{fix}</p>
            </li>
          ))}
        </ul>
      )}
      {data !== undefined && may("member") && (
        <p className="mt-3 text-sm">
          <Link href={path(`/sources/${sourceId}?tab=setup#secrets`)} className="underline underline-offset-4">
            Go to the source’s secrets
          </Link>{" "}
          <span className="text-ink-muted">and put them right first: what is released then verifies.</span>
        </p>
      )}
    </section>
  );
}

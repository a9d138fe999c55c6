"use client";

import { Link } from "../ui/link.tsx";
import { ApiError } from "../api.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { faultsOfIssues } from "../form/faults.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { shortId } from "../ui/shortId.tsx";
import { Status } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { type FilterDraft, filterOf } from "./filterDraft.ts";
import { useDryRun } from "./queries.ts";

type DryRunProps = { draft: FilterDraft } & ({ applicationId: string; eventTypes: string[]; channels: string[] } | { sourceId: string });

const reasons = { eventTypes: "other event type", channels: "other channels", filter: "filter", noContent: "payload deleted" } as const;
const lookedAt = 100;
const shownRows = 10;

/** Which of an application's last messages, or a source's last requests, what is in the form would have matched. */
export function DryRun({ draft, ...of }: DryRunProps) {
  const path = useEnvironmentPath();
  const isSource = "sourceId" in of;
  const run = useDryRun(isSource ? `/source/${of.sourceId}` : `/app/${of.applicationId}`);
  const chosen = isSource ? {} : { eventTypes: of.eventTypes, channels: of.channels };
  const noun = isSource ? "requests" : "messages";
  const filter = filterOf(draft);
  const fault = "fault" in filter ? filter.fault : null;
  const { data, error } = run;
  return (
    <div className="space-y-3">
      <Button
        variant="secondary"
        size="small"
        pending={run.isPending}
        disabled={(!isSource && of.applicationId === "") || fault !== null}
        onClick={() => run.mutate({ filter: "document" in filter ? filter.document : null, ...chosen, limit: lookedAt })}
      >
        Try on the last {lookedAt} {noun}
      </Button>
      <div aria-live="polite" className="space-y-2 text-sm">
        {error && <Alert tone="bad" title={textOf(error)} />}
        {data?.looked === 0 && (
          <p className="text-ink-muted">{isSource ? "The source has verified no request yet." : "The application has no messages yet."}</p>
        )}
        {data !== undefined && data.looked > 0 && (
          <>
            <p>
              {data.matched} of {data.looked} would have matched.
            </p>
            <ul className="divide-y divide-line rounded-md border border-line bg-surface">
              {data.data.slice(0, shownRows).map(({ id, eventType, timestamp, matched, refusedBy, unjudged }) => (
                <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
                  {matched ? (
                    <Status tone="good">{unjudged ? "Matches: too large to filter" : "Matches"}</Status>
                  ) : (
                    <Status tone="off">No: {refusedBy === null ? "" : reasons[refusedBy]}</Status>
                  )}
                  <span className="font-mono text-xs">{eventType}</span>
                  <span className="text-ink-muted">
                    <Time at={timestamp} />
                  </span>
                  <Link
                    className="font-mono text-xs underline underline-offset-2"
                    href={path(isSource ? `/sources/${of.sourceId}/${id}` : `/messages/${id}`)}
                    target="_blank"
                  >
                    {shortId(id)}
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}

const textOf = (error: Error): string =>
  error instanceof ApiError && error.issues.length > 0 ? Object.values(faultsOfIssues(error.issues)).join(". ") : error.message;

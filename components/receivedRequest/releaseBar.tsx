"use client";

import { useState } from "react";
import type { QuarantineFilter } from "../../lib/contract/receivedRequest.ts";
import type { SourceOut } from "../../lib/contract/source.ts";
import { May } from "../session/may.tsx";
import { Button } from "../ui/button.tsx";
import type { RequestFilter } from "./queries.ts";
import { ReleaseDialog } from "./releaseDialog.tsx";
import { keptVerdictOf } from "./verdict.tsx";

type ReleaseBarProps = { source: SourceOut; filter: RequestFilter; selected: string[]; onDone: () => void };

/** What can be done with the rows that are ticked, and with all that the filters find. */
export function ReleaseBar({ source, filter, selected, onDone }: ReleaseBarProps) {
  const [asking, setAsking] = useState<QuarantineFilter | null>(null);
  const verdict = keptVerdictOf(filter.verdict) ?? "rejected";
  const matching: QuarantineFilter = {
    sourceId: source.id,
    verdict,
    ...(filter.event_type === "" ? {} : { eventType: filter.event_type }),
    ...(filter.reason === "" ? {} : { reason: filter.reason as NonNullable<QuarantineFilter["reason"]> }),
    ...(filter.after === "" ? {} : { since: filter.after }),
    ...(filter.before === "" ? {} : { until: filter.before }),
  };
  // The bulk release knows no search: what that finds is selected by hand.
  const canAskForAll = filter.search === "";
  return (
    <May least="member">
      <section
        aria-label="Release"
        className="sticky bottom-0 z-10 mt-3 flex flex-wrap items-center gap-2 rounded-md border border-line-strong bg-surface px-3 py-2 text-sm max-sm:bottom-14"
      >
        <p className="mr-auto font-medium" aria-live="polite">
          {selected.length === 0
            ? verdict === "duplicate"
              ? "No duplicates after all?"
              : "Fixed the cause?"
            : `${selected.length} selected`}
        </p>
        {canAskForAll && (
          <Button variant="secondary" size="small" onClick={() => setAsking(matching)}>
            Release all matching…
          </Button>
        )}
        {selected.length > 0 && (
          <>
            <Button variant="quiet" size="small" onClick={onDone}>
              Clear selection
            </Button>
            <Button size="small" onClick={() => setAsking({ sourceId: source.id, verdict, ids: selected })}>
              Release {selected.length} {selected.length === 1 ? "request" : "requests"}…
            </Button>
          </>
        )}
        {asking !== null && <ReleaseDialog filter={asking} close={() => setAsking(null)} onStarted={onDone} />}
      </section>
    </May>
  );
}

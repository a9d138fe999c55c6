"use client";

import { useQuery } from "@tanstack/react-query";
import { dayMs, hourMs, minuteMs } from "../../lib/words/duration.ts";
import { jitterShare, plannedTries, reachedAfter } from "../../lib/words/retryWaits.ts";
import { usePortal } from "../session/portalSession.tsx";
import { sessionQuery } from "../session/queries.ts";
import { Status } from "../ui/status.tsx";
import { exactDuration } from "./exactDuration.ts";

const outagesMs = [10 * minuteMs, hourMs, 6 * hourMs, dayMs, 3 * dayMs];

/** What a schedule means: when the tries are, and when a receiver that was away is reached. `own` empty: the server's schedule. */
export function RetrySimulator({ own }: { own: readonly number[] }) {
  const portal = usePortal();
  const { data: session } = useQuery({ ...sessionQuery, enabled: portal === null });
  const servers = portal?.retrySchedule ?? session?.retrySchedule;
  const schedule = own.length > 0 ? own : servers;
  if (schedule === undefined) return null;
  const end = plannedTries(schedule).at(-1);
  return (
    <section aria-label="What that means" className="rounded-md border border-line text-sm">
      <p className="border-b border-line px-3 py-2">
        {`${schedule.length + 1} ${schedule.length === 0 ? "try" : "tries"}`}
        {own.length === 0 && `, by the server’s schedule: at once, then after ${schedule.map(exactDuration).join(", ")}`}
        {`. Given up ${range(end?.earliest ?? 0, end?.latest ?? 0)} after the first.`}
      </p>
      <table className="w-full">
        <caption className="sr-only">When a receiver that was down is reached</caption>
        <thead className="text-left text-xs text-ink-muted">
          <tr>
            <th scope="col" className="px-3 py-1.5 font-medium">
              A receiver down for
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              is reached after
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-t border-line">
          {outagesMs.map((outageMs) => (
            <Outage key={outageMs} seconds={outageMs / 1000} schedule={schedule} />
          ))}
        </tbody>
      </table>
      <p className="border-t border-line px-3 py-2 text-ink-muted">
        Each wait is up to {jitterShare * 100} % shorter or longer. After an answer of 429 or none in time it is at least a minute, and with
        a Retry-After up to twice as long.
      </p>
    </section>
  );
}

function Outage({ seconds, schedule }: { seconds: number; schedule: readonly number[] }) {
  const { between, lost } = reachedAfter(schedule, seconds);
  return (
    <tr>
      <th scope="row" className="px-3 py-1.5 text-left align-top font-normal whitespace-nowrap tabular-nums">
        {exactDuration(seconds)}
      </th>
      <td className="px-3 py-1.5">
        {between === null ? (
          <Status tone="bad">Given up before</Status>
        ) : (
          <span className="flex flex-wrap items-center gap-x-3">
            <span className="tabular-nums">
              {range(between.earliest, between.latest)}
              <span className="text-ink-muted">
                , by try {between.first}
                {between.last > between.first && ` to ${between.last}`}
              </span>
            </span>
            {lost === "maybe" && <Status tone="warn">Or given up before</Status>}
          </span>
        )}
      </td>
    </tr>
  );
}

function range(from: number, to: number): string {
  const [earliest, latest] = [exactDuration(from), exactDuration(to)];
  return earliest === latest ? earliest : `${earliest} to ${latest}`;
}

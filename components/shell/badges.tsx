"use client";

import { useQuery } from "@tanstack/react-query";
import { incidentsQuery } from "../incident/queries.ts";
import { quarantineQuery } from "../receivedRequest/queries.ts";
import { grouped } from "../ui/number.ts";

/**
 * Another number than a page asks for, and so an answer of its own: a page is hydrated after the shell, and if it knew then what
 * the server didn't, its HTML would not fit.
 */
const shown = 99;

/** How many incidents are not resolved. */
export function IncidentsBadge() {
  const { data } = useQuery(incidentsQuery({ status: "unresolved", iterator: null }, shown));
  if (data === undefined) return null;
  return <Count count={data.data.length} capped={!data.done} what="not resolved" />;
}

/** How many requests of the last day were rejected, and wait in quarantine. */
export function QuarantineBadge() {
  const { data } = useQuery(quarantineQuery);
  if (data === undefined) return null;
  return <Count count={data.rejected.count} capped={data.rejected.capped} what="rejected in the last 24 hours" />;
}

function Count({ count, capped, what }: { count: number; capped: boolean; what: string }) {
  if (count === 0) return null;
  return (
    <span className="ml-auto rounded-full bg-bad-wash px-1.5 text-xs font-medium text-bad tabular-nums">
      {grouped(count)}
      {capped && "+"}
      <span className="sr-only"> {what}</span>
    </span>
  );
}

/**
 * How fast a replay goes that begins slowly: faster as long as the endpoint takes what it is sent, slower when it fails.
 * An endpoint that has just come back is not flooded with all that it missed.
 */
import { pool } from "../db/client.ts";

/** Of the last seconds. */
export type Health = {
  /** Manual attempts that are queued and not made yet, counted up to a limit. */
  waiting: number;
  attempts: number;
  failed: number;
};

/** Deliveries a second. */
const lowestPace = 1;
const highestPace = 1_000;
const growth = 1.5;
/** From this share of failures on it goes slower. */
const toleratedFailures = 0.1;

/** `pace`: of the second that has passed. Null: nothing more for a moment, what was queued is not sent yet. */
export function nextPace(pace: number, { waiting, attempts, failed }: Health): { pace: number; hold: boolean } {
  const isFailing = attempts > 0 && failed / attempts > toleratedFailures;
  const next = isFailing ? Math.max(lowestPace, pace / 2) : waiting > pace ? pace : Math.min(highestPace, pace * growth);
  return { pace: next, hold: waiting > 2 * next };
}

/** `limit`: waiting ones are counted no further. */
export async function readHealth(endpointId: string, limit: number): Promise<Health> {
  const { rows } = await pool().query<Health>({
    name: "endpoint_health",
    text: `
select (select count(*)::int from (select from delivery d where d."endpointId" = $1 and d."status" = 'pending' and d."manualQueued" > 0
    limit $2) w) as "waiting",
  count(*)::int as "attempts", count(*) filter (where t."status" = 'failed')::int as "failed"
from attempt t where t."endpointId" = $1 and t."createdAt" > now() - interval '3 seconds'`,
    values: [endpointId, limit],
  });
  return rows[0] ?? { waiting: 0, attempts: 0, failed: 0 };
}

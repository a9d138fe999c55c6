/**
 * What became of an endpoint's deliveries, by day (UTC) of their messages. A day that has passed and of which nothing is
 * pending is counted once and remembered: afterwards only an attempt, a resend's or a replay's, can change it, and the
 * rollup, which sees every attempt, forgets the day then. So it is exact to the rollup's 20 seconds.
 */
import type pg from "pg";
import { idTimeMs } from "../../../ids.ts";
import { logPool } from "../../client.ts";
import { dayMs } from "../../../words/duration.ts";
import { isOf } from "../isOf.ts";

export type DeliveryCounts = {
  succeeded: number;
  failed: number;
  cancelled: number;
  /** Deliveries never attempted. */ untried: number;
  retrying: number;
};

const startOfDay = (ms: number): number => Math.floor(ms / dayMs) * dayMs;

/** Counts an endpoint's deliveries by outcome, both ends included. `nowMs`: of the database's clock. */
export async function countDeliveries(endpointId: string, since: Date, until: Date, nowMs: number): Promise<DeliveryCounts> {
  const firstMs = Math.ceil(since.getTime() / dayMs) * dayMs;
  const endMs = Math.min(startOfDay(until.getTime()), startOfDay(nowMs));
  if (firstMs >= endMs) return countNow(endpointId, since, new Date(until.getTime() + 1));
  const days = Array.from({ length: (endMs - firstMs) / dayMs }, (_, n) => firstMs + n * dayMs);
  const known = await remembered(endpointId, new Date(firstMs), new Date(endMs));
  const ends = [countNow(endpointId, since, new Date(firstMs)), countNow(endpointId, new Date(endMs), new Date(until.getTime() + 1))];
  const counts = [...known.values(), ...(await Promise.all(ends))];
  // Days are counted one after the other: a month at once would take every connection of the log.
  for (const ms of days) if (!known.has(ms)) counts.push(await countDay(endpointId, new Date(ms)));
  return counts.reduce(sum, nothing);
}

const nothing: DeliveryCounts = { succeeded: 0, failed: 0, cancelled: 0, untried: 0, retrying: 0 };

const sum = (a: DeliveryCounts, b: DeliveryCounts): DeliveryCounts => ({
  succeeded: a.succeeded + b.succeeded,
  failed: a.failed + b.failed,
  cancelled: a.cancelled + b.cancelled,
  untried: a.untried + b.untried,
  retrying: a.retrying + b.retrying,
});

/** Counts without what is remembered; `until` is excluded. A delivery that ever succeeded counts as succeeded, also while it is sent again. */
async function countNow(endpointId: string, since: Date, until: Date): Promise<DeliveryCounts & { pending: number }> {
  const { rows } = await logPool().query<DeliveryCounts & { pending: number }>({
    name: "count_deliveries_of_endpoint",
    text: `
select count(*) filter (where d."succeededAt" is not null)::int as "succeeded",
  count(*) filter (where d."succeededAt" is null and d."status" = 'failed')::int as "failed",
  count(*) filter (where d."succeededAt" is null and d."status" = 'cancelled')::int as "cancelled",
  count(*) filter (where d."succeededAt" is null and d."status" = 'pending' and d."attemptCount" = 0)::int as "untried",
  count(*) filter (where d."succeededAt" is null and d."status" = 'pending' and d."attemptCount" > 0)::int as "retrying",
  count(*) filter (where d."status" = 'pending')::int as "pending"
from delivery d where ${isOf(`d."endpointId"`, "$1")} and d."createdAt" >= $2 and d."createdAt" < $3`,
    values: [endpointId, since, until],
  });
  return rows[0] ?? { ...nothing, pending: 0 };
}

async function remembered(endpointId: string, since: Date, until: Date): Promise<Map<number, DeliveryCounts>> {
  const { rows } = await logPool().query<{ day: Date; succeeded: number; failed: number; cancelled: number }>(
    `select "day", "succeeded", "failed", "cancelled" from endpoint_day where "endpointId" = $1 and "day" >= $2 and "day" < $3`,
    [endpointId, since, until],
  );
  return new Map(rows.map(({ day, ...counts }) => [day.getTime(), { ...nothing, ...counts }]));
}

async function countDay(endpointId: string, day: Date): Promise<DeliveryCounts> {
  const { pending, ...counts } = await countNow(endpointId, day, new Date(day.getTime() + dayMs));
  if (pending === 0)
    await logPool().query(
      `insert into endpoint_day ("endpointId", "day", "succeeded", "failed", "cancelled") values ($1, $2, $3, $4, $5)
       on conflict ("endpointId", "day") do update set "succeeded" = excluded."succeeded", "failed" = excluded."failed",
         "cancelled" = excluded."cancelled"`,
      [endpointId, day, counts.succeeded, counts.failed, counts.cancelled],
    );
  return counts;
}

/** An endpoint with attempts in a range: the oldest message that was attempted, and the oldest that has succeeded, though not at once. */
export type CountedEndpoint = { endpointId: string; oldest: string; oldestLate: string | null };

/** Forgets, for endpoints with attempts in a range that begins at `since`, the days from the oldest message on that was attempted. */
export async function forgetDays(client: pg.PoolClient, counted: readonly CountedEndpoint[], since: Date): Promise<void> {
  const today = startOfDay(since.getTime());
  const stale = counted.flatMap(({ endpointId, oldest }) => {
    const day = startOfDay(idTimeMs("message", oldest) ?? 0);
    return day < today ? [{ endpointId, day: new Date(day) }] : [];
  });
  if (stale.length === 0) return;
  await client.query(
    `delete from endpoint_day d using unnest($1::text[], $2::timestamptz[]) as s("endpointId", "day")
     where d."endpointId" = s."endpointId" and d."day" >= s."day"`,
    [stale.map(({ endpointId }) => endpointId), stale.map(({ day }) => day)],
  );
}

export async function dropOldDays(client: pg.PoolClient, retentionDays: number): Promise<void> {
  await client.query(`delete from endpoint_day where "day" < now() - make_interval(days => $1)`, [retentionDays + 1]);
}

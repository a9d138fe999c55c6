/**
 * Deliveries that succeeded, though not at once, by the moments of their first attempt and of their success. With the first
 * attempts that succeeded, which the rollups count, they say how many of the deliveries begun in a range have succeeded by
 * now. Recomputed from the attempts of a range, as the rollups are, so that doing it twice comes to the same.
 */
import type pg from "pg";
import { madeBetween } from "../days.ts";
import type { CountedEndpoint } from "./endpointDays.ts";
import { hasSucceeded } from "../attempt.ts";

/** Counts the first successes made in a range within an hour by minute; `until` is excluded. `counted`: all endpoints with attempts in it. */
export async function countLateSuccesses(
  client: pg.PoolClient,
  counted: readonly CountedEndpoint[],
  since: Date,
  until: Date,
): Promise<void> {
  let begunAfterMs = Infinity;
  for (const { oldestLate } of counted)
    if (oldestLate !== null) begunAfterMs = Math.min(begunAfterMs, madeBetween("message", oldestLate)[0].getTime());
  if (begunAfterMs < Infinity) await client.query(minutesSql, [since, until, new Date(begunAfterMs)]);
}

/** Sums up the minutes of the hour that begins then. */
export async function sumLateSuccesses(client: pg.PoolClient, hour: Date): Promise<void> {
  await client.query(hoursSql, [hour]);
}

export async function dropOldLateSuccesses(client: pg.PoolClient, minutesKeptHours: number, retentionDays: number): Promise<void> {
  await client.query(
    `delete from late_success where ("minutes" = 1 and "succeededAt" < now() - make_interval(hours => $1))
       or ("minutes" = 60 and "succeededAt" < now() - make_interval(days => $2))`,
    [minutesKeptHours, retentionDays],
  );
}

/** SQL: whether the delivery that the first attempt `a` began has succeeded. */
export const isDelivered = `(${hasSucceeded("a")} or exists (select from attempt s where s."messageId" = a."messageId"
  and s."createdAt" >= a."createdAt" and s."endpointId" = a."endpointId" and ${hasSucceeded("s")}))`;

const isLate = `a."createdAt" >= $1 and a."createdAt" < $2 and ${hasSucceeded("a")} and a."attemptNumber" > 1`;

/** $3 is before every attempt of these messages: the planner leaves out the days before it. */
export const minutesSql = `
insert into late_success as r ("environmentId", "endpointId", "eventType", "minutes", "start", "succeededAt", "deliveries")
select e."environmentId", a."endpointId", a."eventType", 1, date_trunc('minute', f."firstAt"), date_trunc('minute', a."createdAt"), count(*)
from attempt a join endpoint e on e."id" = a."endpointId" cross join lateral (
  select min(b."createdAt") filter (where b."attemptNumber" = 1) as "firstAt", bool_or(${hasSucceeded("b")}) as "succeeded"
  from attempt b where b."messageId" = a."messageId" and b."endpointId" = a."endpointId" and b."createdAt" >= $3 and b."createdAt" <= a."createdAt"
    and b."attemptNumber" < a."attemptNumber") f
where ${isLate} and f."firstAt" is not null and not f."succeeded"
group by 1, 2, 3, 5, 6
on conflict ("environmentId", "minutes", "start", "endpointId", "eventType", "succeededAt") do update set "deliveries" = excluded."deliveries"
where r."deliveries" <> excluded."deliveries"`;

const hoursSql = `
insert into late_success ("environmentId", "endpointId", "eventType", "minutes", "start", "succeededAt", "deliveries")
select r."environmentId", r."endpointId", r."eventType", 60, date_bin('1 hour', r."start", 'epoch'), $1::timestamptz, sum(r."deliveries")
from late_success r where r."minutes" = 1 and r."succeededAt" >= $1 and r."succeededAt" < $1::timestamptz + interval '1 hour'
group by 1, 2, 3, 5
on conflict ("environmentId", "minutes", "start", "endpointId", "eventType", "succeededAt") do update set "deliveries" = excluded."deliveries"`;

/**
 * Counts of attempts by minute and by hour, for charts. Always recomputed from the attempts themselves, minute by whole
 * minute, so that doing it twice, or after a day's pause, comes to the same. An attempt is stored when it has ended:
 * the last minutes are therefore counted again while they have more attempts than are counted, and once more when none can be
 * added to them.
 */
import type pg from "pg";
import { env } from "../../../env.ts";
import { pool, sessionPool } from "../../client.ts";
import { tellOfAttempts } from "../hot/attemptLog.ts";
import { type CountedEndpoint, dropOldDays, forgetDays } from "./endpointDays.ts";
import { countLateSuccesses, dropOldLateSuccesses, sumLateSuccesses } from "./lateSuccess.ts";
import { unlessBusy } from "../../unlessBusy.ts";
import { hourMs, minuteMs } from "../../../words/duration.ts";

/** Upper ends of the histogram steps in the column `durations`, in milliseconds; the last step has none. */
export const durationSteps = [10, 20, 35, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 7500, 10_000, 15_000, 30_000];

/** The moment before which all attempts are counted for good. Null: none are. */
export async function countedUntil(): Promise<Date | null> {
  const { rows } = await pool().query<{ until: string }>(`select convert_from("value", 'UTF8') as "until" from setting where "name" = $1`, [
    watermark,
  ]);
  return rows[0] === undefined ? null : new Date(rows[0].until);
}

const watermark = "rollup_until";
/** The longest time between an attempt's end and its being stored, as when the database is away or the process busy. */
const settleSlackMs = 2 * minuteMs;
/** How far back counts by minute are kept, in hours. */
export const minutesKeptHours = 48;

/** Counts the attempts that are not counted yet. False: another process is doing it right now. */
export const rollUp = async (): Promise<boolean> =>
  (await unlessBusy("rollup", async (client) => {
    await catchUp(client);
    return true;
  })) ?? false;

async function catchUp(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ now: Date; from: string | null; oldest: Date | null }>(
    `select now() as "now", (select convert_from("value", 'UTF8') from setting where "name" = $1) as "from",
       case when not exists (select from setting where "name" = $1) then (select min("createdAt") from attempt) end as "oldest"`,
    [watermark],
  );
  const { now = new Date(), from = null, oldest = null } = rows[0] ?? {};
  const startMs = from === null ? oldest?.getTime() : Date.parse(from);
  const openMs = floor(now.getTime() - env().attemptTimeoutMs - settleSlackMs, minuteMs);
  const ranges = byHour(floor(Math.min(startMs ?? openMs, openMs), minuteMs), openMs);
  for (const { minute } of (await client.query<{ minute: Date }>(changedSql, [new Date(openMs), now])).rows)
    ranges.push({ sinceMs: minute.getTime(), untilMs: minute.getTime() + minuteMs });
  for (const [n, { sinceMs, untilMs }] of ranges.entries()) {
    await countMinutes(client, new Date(sinceMs), new Date(untilMs));
    const hour = floor(sinceMs, hourMs);
    if (floor(ranges[n + 1]?.sinceMs ?? Infinity, hourMs) === hour) continue;
    await countHour(client, new Date(hour));
    await writeWatermark(client, Math.min(untilMs, openMs));
  }
  await writeWatermark(client, openMs);
  await tellOfAttempts(client, new Date(openMs));
  await dropOldDays(client, env().retentionDays);
  for (const table of ["delivery_rollup", "event_type_rollup"])
    await client.query(
      `delete from ${table} where ("minutes" = 1 and "start" < now() - make_interval(hours => $1)) or "start" < now() - make_interval(days => $2)`,
      [minutesKeptHours, env().retentionDays],
    );
  await dropOldLateSuccesses(client, minutesKeptHours, env().retentionDays);
}

type Range = { sinceMs: number; untilMs: number };

/** A range of whole minutes in parts that lie within an hour each. */
function byHour(sinceMs: number, untilMs: number): Range[] {
  const parts: Range[] = [];
  for (let fromMs = sinceMs; fromMs < untilMs;) {
    const toMs = Math.min(untilMs, floor(fromMs, hourMs) + hourMs);
    parts.push({ sinceMs: fromMs, untilMs: toMs });
    fromMs = toMs;
  }
  return parts;
}

async function writeWatermark(client: pg.PoolClient, untilMs: number): Promise<void> {
  await client.query(
    `insert into setting ("name", "value") values ($1, convert_to($2, 'UTF8')) on conflict ("name") do update set "value" = excluded."value"`,
    [watermark, new Date(untilMs).toISOString()],
  );
}

/** Counts the attempts of past days, for made-up rows. */
export async function rollUpPast(since: Date, until: Date): Promise<void> {
  const client = await sessionPool().connect();
  try {
    for (let fromMs = floor(since.getTime(), hourMs); fromMs < until.getTime(); fromMs += hourMs) {
      await countMinutes(client, new Date(fromMs), new Date(fromMs + hourMs));
      await countHour(client, new Date(fromMs));
    }
  } finally {
    client.release();
  }
}

/** Counts the attempts of a range by minute. */
async function countMinutes(client: pg.PoolClient, since: Date, until: Date): Promise<void> {
  const { rows } = await client.query<CountedEndpoint>(minutesSql, [since, until]);
  await forgetDays(client, rows, since);
  await countLateSuccesses(client, rows, since, until);
}

/** Sums up the minutes of the hour that begins then. */
async function countHour(client: pg.PoolClient, hour: Date): Promise<void> {
  const range = [hour, new Date(hour.getTime() + hourMs)];
  await client.query(hoursSql, range);
  await client.query(eventTypeHoursSql, range);
  await sumLateSuccesses(client, hour);
}

const floor = (ms: number, stepMs: number): number => Math.floor(ms / stepMs) * stepMs;

export const counted = `count(*) filter (where a."attemptNumber" = 1), count(*) filter (where a."status" = 'succeeded'), count(*) filter (where a."status" = 'failed')`;
export const steps = Array.from({ length: durationSteps.length + 1 }, (_, step) => `count(*) filter (where a."step" = ${step})`).join(", ");
/** SQL: the step in which an attempt's duration lies. */
export const stepOf = `width_bucket("durationMs", array[${durationSteps.join(",")}])`;
const replaced = `"deliveries" = excluded."deliveries", "succeeded" = excluded."succeeded", "failed" = excluded."failed", "atOnce" = excluded."atOnce"`;
const hasChanged = `(r."deliveries", r."succeeded", r."failed", r."atOnce") is distinct from
  (excluded."deliveries", excluded."succeeded", excluded."failed", excluded."atOnce")`;

/** The minutes of a range that have other attempts than are counted. Counting them all anew takes thirty times as long as this. */
const changedSql = `
select m."minute" from generate_series($1::timestamptz, $2::timestamptz, interval '1 minute') as m("minute")
where (select count(*) from attempt a where a."createdAt" >= m."minute" and a."createdAt" < m."minute" + interval '1 minute')
  <> (select coalesce(sum(r."succeeded" + r."failed"), 0) from delivery_rollup r where r."minutes" = 1 and r."start" = m."minute")
order by 1`;

const summed = `sum(r."deliveries"), sum(r."succeeded"), sum(r."failed"), sum(r."atOnce")`;
const stepSums = Array.from(
  { length: durationSteps.length + 1 },
  (_, step) => `coalesce(sum(r."attempts") filter (where r."step" = ${step}), 0)`,
).join(", ");

// Attempts are read once: by all that they are counted by, and then few rows are left.
const minutesSql = `
with "counted" as materialized (
  select a."endpointId", a."eventType", m."start", ${stepOf} as "step",
    count(*) filter (where a."attemptNumber" = 1) as "deliveries", count(*) filter (where a."status" = 'succeeded') as "succeeded",
    count(*) filter (where a."status" = 'failed') as "failed",
    count(*) filter (where a."attemptNumber" = 1 and a."status" = 'succeeded') as "atOnce", count(*) as "attempts",
    min(a."messageId") as "oldest", min(a."messageId") filter (where a."attemptNumber" > 1 and a."status" = 'succeeded') as "oldestLate"
  from generate_series($1::timestamptz, $2::timestamptz - interval '1 ms', interval '1 minute') as m("start") cross join lateral (
    select * from attempt t where t."createdAt" >= m."start" and t."createdAt" < m."start" + interval '1 minute' offset 0) a
  group by 1, 2, 3, 4
), "found" as materialized (
  select c.*, e."environmentId" from "counted" c join endpoint e on e."id" = c."endpointId"
), "endpoints" as (
  insert into delivery_rollup as r ("environmentId", "endpointId", "minutes", "start", "deliveries", "succeeded", "failed", "atOnce", "durations")
  select r."environmentId", r."endpointId", 1, r."start", ${summed}, array[${stepSums}]::int[] from "found" r group by 1, 2, 4
  on conflict ("environmentId", "minutes", "start", "endpointId") do update set ${replaced}, "durations" = excluded."durations"
  where ${hasChanged}
), "types" as (
  insert into event_type_rollup as r ("environmentId", "eventType", "minutes", "start", "deliveries", "succeeded", "failed", "atOnce")
  select r."environmentId", r."eventType", 1, r."start", ${summed} from "found" r group by 1, 2, 4
  on conflict ("environmentId", "minutes", "start", "eventType") do update set ${replaced}
  where ${hasChanged}
)
select c."endpointId", min(c."oldest") as "oldest", min(c."oldestLate") as "oldestLate" from "counted" c group by 1`;

const summedSteps = Array.from({ length: durationSteps.length + 1 }, (_, step) => `sum(r."durations"[${step + 1}])`).join(", ");
const ofHour = `r."minutes" = 1 and r."start" >= $1 and r."start" < $2`;

const hoursSql = `
insert into delivery_rollup ("environmentId", "endpointId", "minutes", "start", "deliveries", "succeeded", "failed", "atOnce", "durations")
select r."environmentId", r."endpointId", 60, $1::timestamptz, ${summed}, array[${summedSteps}]::int[] from delivery_rollup r
where ${ofHour} group by 1, 2
on conflict ("environmentId", "minutes", "start", "endpointId") do update set ${replaced}, "durations" = excluded."durations"`;

const eventTypeHoursSql = `
insert into event_type_rollup ("environmentId", "eventType", "minutes", "start", "deliveries", "succeeded", "failed", "atOnce")
select r."environmentId", r."eventType", 60, $1::timestamptz, ${summed} from event_type_rollup r where ${ofHour} group by 1, 2
on conflict ("environmentId", "minutes", "start", "eventType") do update set ${replaced}`;

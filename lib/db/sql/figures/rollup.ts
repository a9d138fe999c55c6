/**
 * Counts of attempts by minute and by hour, for charts. Always recomputed from the attempts themselves, minute by whole
 * minute, so that doing it twice, or after a day's pause, comes to the same. An attempt is stored when it has ended:
 * the last minutes are therefore counted again until no attempt can be added to them.
 */
import type pg from "pg";
import { env } from "../../../env.ts";
import { pool, sessionPool } from "../../client.ts";
import { tellOfAttempts } from "../hot/attemptLog.ts";
import { dropOldDays, forgetDays } from "./endpointDays.ts";
import { countLateSuccesses, dropOldLateSuccesses } from "./lateSuccess.ts";
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
  const endMs = now.getTime() + minuteMs;
  for (let fromMs = floor(Math.min(startMs ?? openMs, openMs), minuteMs); fromMs < endMs;) {
    const toMs = Math.min(endMs, floor(fromMs, hourMs) + hourMs);
    await count(client, new Date(fromMs), new Date(toMs));
    await client.query(
      `insert into setting ("name", "value") values ($1, convert_to($2, 'UTF8')) on conflict ("name") do update set "value" = excluded."value"`,
      [watermark, new Date(Math.min(toMs, openMs)).toISOString()],
    );
    fromMs = toMs;
  }
  await tellOfAttempts(client, new Date(openMs));
  await dropOldDays(client, env().retentionDays);
  for (const table of ["delivery_rollup", "event_type_rollup"])
    await client.query(
      `delete from ${table} where ("minutes" = 1 and "start" < now() - make_interval(hours => $1)) or "start" < now() - make_interval(days => $2)`,
      [minutesKeptHours, env().retentionDays],
    );
  await dropOldLateSuccesses(client, minutesKeptHours, env().retentionDays);
}

/** Counts the attempts of past days, for made-up rows. */
export async function rollUpPast(since: Date, until: Date): Promise<void> {
  const client = await sessionPool().connect();
  try {
    for (let fromMs = floor(since.getTime(), hourMs); fromMs < until.getTime(); fromMs += hourMs)
      await count(client, new Date(fromMs), new Date(fromMs + hourMs));
  } finally {
    client.release();
  }
}

/** Counts the attempts of a range within one hour. */
async function count(client: pg.PoolClient, since: Date, until: Date): Promise<void> {
  await client.query(minutesSql, [since, until]);
  await client.query(eventTypeMinutesSql, [since, until]);
  await forgetDays(client, since, until);
  const hour = new Date(floor(since.getTime(), hourMs));
  const range = [hour, new Date(hour.getTime() + hourMs)];
  await client.query(hoursSql, range);
  await client.query(eventTypeHoursSql, range);
  await countLateSuccesses(client, since, until, hour);
}

const floor = (ms: number, stepMs: number): number => Math.floor(ms / stepMs) * stepMs;

export const counted = `count(*) filter (where a."attemptNumber" = 1), count(*) filter (where a."status" = 'succeeded'), count(*) filter (where a."status" = 'failed')`;
const countedAtOnce = `${counted}, count(*) filter (where a."attemptNumber" = 1 and a."status" = 'succeeded')`;
export const steps = Array.from({ length: durationSteps.length + 1 }, (_, step) => `count(*) filter (where a."step" = ${step})`).join(", ");
/** SQL: the step in which an attempt's duration lies. */
export const stepOf = `width_bucket("durationMs", array[${durationSteps.join(",")}])`;
const replaced = `"deliveries" = excluded."deliveries", "succeeded" = excluded."succeeded", "failed" = excluded."failed", "atOnce" = excluded."atOnce"`;
const hasChanged = `(r."deliveries", r."succeeded", r."failed", r."atOnce") is distinct from
  (excluded."deliveries", excluded."succeeded", excluded."failed", excluded."atOnce")`;

const minutesSql = `
insert into delivery_rollup as r ("environmentId", "endpointId", "minutes", "start", "deliveries", "succeeded", "failed", "atOnce", "durations")
select e."environmentId", a."endpointId", 1, date_trunc('minute', a."createdAt"), ${countedAtOnce}, array[${steps}]::int[]
from (select *, ${stepOf} as "step" from attempt) a join endpoint e on e."id" = a."endpointId"
where a."createdAt" >= $1 and a."createdAt" < $2
group by 1, 2, 4
on conflict ("environmentId", "minutes", "start", "endpointId") do update set ${replaced}, "durations" = excluded."durations"
where ${hasChanged}`;

const eventTypeMinutesSql = `
insert into event_type_rollup as r ("environmentId", "eventType", "minutes", "start", "deliveries", "succeeded", "failed", "atOnce")
select e."environmentId", a."eventType", 1, date_trunc('minute', a."createdAt"), ${countedAtOnce}
from attempt a join endpoint e on e."id" = a."endpointId" where a."createdAt" >= $1 and a."createdAt" < $2
group by 1, 2, 4
on conflict ("environmentId", "minutes", "start", "eventType") do update set ${replaced}
where ${hasChanged}`;

const summed = `sum(r."deliveries"), sum(r."succeeded"), sum(r."failed"), sum(r."atOnce")`;
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

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
import { hasSucceeded } from "../attempt.ts";

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
/** What is counted by one statement after a pause. */
const partMs = 10 * minuteMs;
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
  const firstMs = from === null ? oldest?.getTime() : Date.parse(from);
  const openMs = floor(now.getTime() - env().attemptTimeoutMs - settleSlackMs, minuteMs);
  const ranges = inParts(floor(Math.min(firstMs ?? openMs, openMs), minuteMs), openMs);
  for (const { minute } of (await client.query<{ minute: Date }>(changedSql, [new Date(openMs), new Date(now.getTime() + minuteMs)])).rows)
    ranges.push({ sinceMs: minute.getTime(), untilMs: minute.getTime() + minuteMs });
  for (const [n, { sinceMs, untilMs }] of ranges.entries()) {
    await countMinutes(client, new Date(sinceMs), new Date(untilMs));
    const startMs = floor(sinceMs, hourMs);
    if (floor(ranges[n + 1]?.sinceMs ?? Infinity, hourMs) !== startMs)
      await sumUp(client, new Date(startMs), { isClosed: untilMs === startMs + hourMs && untilMs <= openMs });
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

/** A range of whole minutes in parts that lie within an hour each, and that a statement has the time to count. */
function inParts(sinceMs: number, untilMs: number): Range[] {
  const parts: Range[] = [];
  for (let fromMs = sinceMs; fromMs < untilMs;) {
    const toMs = Math.min(untilMs, floor(fromMs, partMs) + partMs);
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
  let broken = true;
  try {
    for (let fromMs = floor(since.getTime(), hourMs); fromMs < until.getTime(); fromMs += hourMs) {
      await countMinutes(client, new Date(fromMs), new Date(fromMs + hourMs));
      await sumUp(client, new Date(fromMs), { isClosed: true });
    }
    broken = false;
  } finally {
    client.release(broken);
  }
}

/** Counts the attempts of a range within an hour by minute, and adds to the hour by how much its endpoints' minutes have changed. */
async function countMinutes(client: pg.PoolClient, since: Date, until: Date): Promise<void> {
  await client.query("begin");
  // Nobody knows how many groups there are. A sort of a minute's attempts takes as long as all the rest.
  await client.query("set local enable_sort = off");
  const { rows } = await client.query<CountedEndpoint>(minutesSql, [since, until, new Date(floor(since.getTime(), hourMs))]);
  await client.query("commit");
  await forgetDays(client, rows, since);
  await countLateSuccesses(client, rows, since, until);
}

/** Sums up the minutes of the hour that begins then; once it is closed, those of endpoints too. */
async function sumUp(client: pg.PoolClient, hour: Date, { isClosed }: { isClosed: boolean }): Promise<void> {
  const range = [hour, new Date(hour.getTime() + hourMs)];
  if (isClosed) await client.query(hoursSql, range);
  await client.query(eventTypeHoursSql, range);
  await sumLateSuccesses(client, hour);
}

const floor = (ms: number, stepMs: number): number => Math.floor(ms / stepMs) * stepMs;

export const counted = `count(*) filter (where a."attemptNumber" = 1), count(*) filter (where ${hasSucceeded("a")}), count(a."errorClass")`;
const allSteps = Array.from({ length: durationSteps.length + 1 }, (_, step) => step);
export const steps = allSteps.map((step) => `count(*) filter (where a."step" = ${step})`).join(", ");
/** SQL: the step in which an attempt's duration lies. */
export const stepOf = `width_bucket("durationMs", array[${durationSteps.join(",")}])`;

/** The minutes of a range that have other attempts than are counted. Counting them anew takes ten times as long as this. */
const changedSql = `
select m."minute" from generate_series($1::timestamptz, $2::timestamptz, interval '1 minute') as m("minute")
where (select count(*) from attempt a where a."createdAt" >= m."minute" and a."createdAt" < m."minute" + interval '1 minute')
  <> (select coalesce(sum(r."succeeded" + r."failed"), 0) from delivery_rollup r where r."minutes" = 1 and r."start" = m."minute")
order by 1`;

const counts = ["deliveries", "succeeded", "failed", "atOnce"].map((name) => `"${name}"`);
const stepCounts = allSteps.map((step) => `"durations"[${step + 1}]`);
const each = (columns: string[], sql: (column: string) => string): string => columns.map(sql).join(", ");

const summed = each(counts, (count) => `sum(r.${count})`);
const more = (count: string): string => `sum(m.${count} - coalesce(r.${count}, 0))`;
const replaced = each(counts, (count) => `${count} = excluded.${count}`);
const hasChanged = `(${each(counts, (count) => `r.${count}`)}) is distinct from (${each(counts, (count) => `excluded.${count}`)})`;

// Attempts are read once: by all that they are counted by, and then few rows are left. An hour has sixty minutes of each of its
// endpoints: to sum them up every time would take as long as to count the attempts.
const minutesSql = `
with "counted" as materialized (
  select a."endpointId", a."eventType", m."start", ${stepOf} as "step",
    count(*) filter (where a."attemptNumber" = 1) as "deliveries", count(*) filter (where ${hasSucceeded("a")}) as "succeeded",
    count(a."errorClass") as "failed",
    count(*) filter (where a."attemptNumber" = 1 and ${hasSucceeded("a")}) as "atOnce", count(*) as "attempts",
    min(a."messageId") as "oldest", min(a."messageId") filter (where a."attemptNumber" > 1 and ${hasSucceeded("a")}) as "oldestLate"
  from generate_series($1::timestamptz, $2::timestamptz - interval '1 ms', interval '1 minute') as m("start") cross join lateral (
    select * from attempt t where t."createdAt" >= m."start" and t."createdAt" < m."start" + interval '1 minute' offset 0) a
  group by 1, 2, 3, 4
), "found" as materialized (
  select c.*, e."environmentId" from "counted" c join endpoint e on e."id" = c."endpointId"
), "minute" ("environmentId", "endpointId", "start", ${counts.join(", ")}, "durations") as materialized (
  select r."environmentId", r."endpointId", r."start", ${summed},
    array[${each(allSteps.map(String), (step) => `coalesce(sum(r."attempts") filter (where r."step" = ${step}), 0)`)}]::int[]
  from "found" r group by 1, 2, 3
), "changed" ("environmentId", "endpointId", ${counts.join(", ")}, "durations") as materialized (
  select m."environmentId", m."endpointId", ${each(counts, more)}, array[${each(stepCounts, more)}]::int[]
  from "minute" m left join delivery_rollup r on r."environmentId" = m."environmentId" and r."minutes" = 1 and r."start" = m."start"
    and r."endpointId" = m."endpointId"
  where (${each(counts, (count) => `r.${count}`)}) is distinct from (${each(counts, (count) => `m.${count}`)}) group by 1, 2
), "minutes" as (
  insert into delivery_rollup as r ("environmentId", "endpointId", "minutes", "start", ${counts.join(", ")}, "durations")
  select m."environmentId", m."endpointId", 1, m."start", ${each(counts, (count) => `m.${count}`)}, m."durations" from "minute" m
  on conflict ("environmentId", "minutes", "start", "endpointId") do update set ${replaced}, "durations" = excluded."durations"
  where ${hasChanged}
), "hours" as (
  insert into delivery_rollup as r ("environmentId", "endpointId", "minutes", "start", ${counts.join(", ")}, "durations")
  select "environmentId", "endpointId", 60, $3::timestamptz, ${counts.join(", ")}, "durations" from "changed"
  on conflict ("environmentId", "minutes", "start", "endpointId") do update set ${each(counts, (count) => `${count} = r.${count} + excluded.${count}`)},
    "durations" = array[${each(stepCounts, (count) => `coalesce(r.${count}, 0) + excluded.${count}`)}]
), "types" as (
  insert into event_type_rollup as r ("environmentId", "eventType", "minutes", "start", ${counts.join(", ")})
  select r."environmentId", r."eventType", 1, r."start", ${summed} from "found" r group by 1, 2, 4
  on conflict ("environmentId", "minutes", "start", "eventType") do update set ${replaced}
  where ${hasChanged}
)
select c."endpointId", min(c."oldest") as "oldest", min(c."oldestLate") as "oldestLate" from "counted" c group by 1`;

const ofHour = `r."minutes" = 1 and r."start" >= $1 and r."start" < $2`;

const hoursSql = `
insert into delivery_rollup ("environmentId", "endpointId", "minutes", "start", ${counts.join(", ")}, "durations")
select r."environmentId", r."endpointId", 60, $1::timestamptz, ${summed}, array[${each(stepCounts, (count) => `sum(r.${count})`)}]::int[] from delivery_rollup r
where ${ofHour} group by 1, 2
on conflict ("environmentId", "minutes", "start", "endpointId") do update set ${replaced}, "durations" = excluded."durations"`;

const eventTypeHoursSql = `
insert into event_type_rollup ("environmentId", "eventType", "minutes", "start", ${counts.join(", ")})
select r."environmentId", r."eventType", 60, $1::timestamptz, ${summed} from event_type_rollup r where ${ofHour} group by 1, 2
on conflict ("environmentId", "minutes", "start", "eventType") do update set ${replaced}`;

/**
 * What is in hand: a delivery that its process stored a moment ago and is about to send. Most succeed at once, and an entry in
 * the index of what is due would be made for nothing; so a mark before the lease keeps them out of it. What still has the
 * mark some seconds later enters the queue here, with the lease that it has: from then on it is a row like any other, due when its
 * lease runs out. Every message is passed twice, by the order of ids: soon, and once more when no transaction can be under way any more
 * that was there when the row was made. Nothing stays in hand of a process that has died, whatever it died of.
 */
import { env } from "../../../env.ts";
import { firstId, idTimeMs } from "../../../ids.ts";
import { dayMs, hourMs, minuteMs } from "../../../words/duration.ts";
import { hotPool, logPool } from "../../client.ts";
import { databaseNowMs } from "../../clock.ts";
import { listDays } from "../../partitions.ts";
import { idSlackMs } from "../days.ts";
import { dayName, dayOf, inHandMark, isDayGone, isInHand, isTooSlow, leaseOf, ofDay } from "./keys.ts";

/** So near must a message's moment be to the transaction that stores it: what is older or of a clock ahead has no mark. */
const mostNearMs = 2_000;
/** Nor has what comes when the first pass may have been by. */
const nearMs = (): number => Math.min(mostNearMs, soonMs() / 2);
/** Passed for the first time at this age, or at half a lease, before it can run out. */
const mostSoonMs = 15_000;
const soonMs = (): number => Math.min(mostSoonMs, env().leaseSeconds * 500);
/** And for the second time at this age, if all transactions are younger than the rows. */
const mostLateMs = 2 * minuteMs;
/** How much younger a row may be than its transaction, and what lies between that's beginning and its being told. */
const usualSlackMs = mostNearMs + 3_000;
/** Where there is no place to go on from, as after a restore by other means: so far back. */
const unknownMs = 2 * dayMs;
const mostTogether = 2_000;
/** So much is passed, at first and where it takes its time, before it is written how far that is: others go on from there. */
const leastStepMs = 10 * minuteMs;
const soonDoneMs = 500;
/** The second time where there are sessions whose transactions can't be seen: no statement of Webster's lasts for so long. */
const mostHiddenMs = hourMs;
/** Who idles in a transaction for so long stores no message: a session that somebody has forgotten would keep the second pass for ever. */
const mostIdleMs = 10 * minuteMs;

/** SQL: the lease that a delivery is stored with, in hand if its message has only just come. */
export function inHand(leaseId: string, createdAt: string): string {
  const near = `interval '${nearMs()} ms'`;
  return `case when ${createdAt} between now() - ${near} and now() + ${near} then '${inHandMark}' || ${leaseId} else ${leaseId} end`;
}

/** How long a delivery is in hand at most, in seconds, where processes and database keep up. */
export const inHandSeconds = mostSoonMs / 1000 + 5;

/** How often to call `enterQueue`, in every process that delivers. */
export const enterEveryMs = (): number => Math.min(2_000, soonMs() / 2);

/**
 * Lets what is in hand for too long enter the queue. Answers how many did; null: another process has just been at it. No lock says
 * whose turn it is, since who holds it may hang: what two do at once is done once, and each writes how far it has come only
 * where nobody else has meanwhile.
 */
export async function enterQueue({
  lateMs = mostLateMs,
  slackMs = usualSlackMs,
  idleMs = mostIdleMs,
  rowsTogether = mostTogether,
} = {}): Promise<number | null> {
  const { rows } = await hotPool().query<State>({ name: "in_hand_passed", text: stateSql, values: [idleMs] });
  const { nowMs = 0, oldestMs = null, hidden = false, soon = null, late = null } = rows[0] ?? {};
  const soonToMs = nowMs - soonMs();
  const sinceMs = soonToMs - (soon === null ? 0 : momentOf(soon));
  if (sinceMs >= 0 && sinceMs < enterEveryMs() / 2) return null;
  const seenMs = Math.min(nowMs - lateMs, (oldestMs ?? nowMs) - slackMs);
  const lateToMs = hidden ? Math.min(seenMs, Math.max(nowMs - mostHiddenMs, late === null ? 0 : momentOf(late))) : seenMs;
  return (await pass("soon", soon, soonToMs, rowsTogether)) + (await pass("late", late, lateToMs, rowsTogether));
}

/**
 * How old, in seconds, the oldest message is that each pass has yet to go by; 0: there is none. Nothing that is in hand is older than the
 * second's. Deliveries alone can be in hand: messages that went nowhere don't count.
 */
export async function readUnpassed(): Promise<Record<Pass, number>> {
  const { rows } = await logPool().query<Record<Pass, string | null>>(
    `select ${placeSql("soon")} as "soon", ${placeSql("late")} as "late"`,
  );
  const [soon, late] = await Promise.all(passes.map((which) => oldestFrom(rows[0]?.[which] ?? null)));
  return { soon: soon ?? 0, late: late ?? 0 };
}

async function oldestFrom(place: string | null): Promise<number> {
  const nowMs = databaseNowMs();
  const from = place ?? firstId("message", nowMs - unknownMs);
  const { rows } = await logPool().query<{ id: string }>(
    `select d."messageId" as "id" from delivery d where d."messageId" >= $1 and d."createdAt" >= $2 order by d."messageId" limit 1`,
    [from, new Date(momentOf(from) - idSlackMs)],
  );
  return rows[0] === undefined ? 0 : Math.max(0, nowMs - momentOf(rows[0].id)) / 1000;
}

type State = { nowMs: number; oldestMs: number | null; hidden: boolean; soon: string | null; late: string | null };

const passes = ["soon", "late"] as const;
type Pass = (typeof passes)[number];

const settingOf = (which: Pass): string => `in_hand_${which}`;
const placeSql = (which: Pass): string => `(select convert_from("value", 'UTF8') from setting where "name" = '${settingOf(which)}')`;
const momentOf = (place: string): number => idTimeMs("message", place) ?? 0;

// Of sessions of other roles a role sees nothing but that they are there, unless it may read all statistics. Superusers among
// them only watch the server: where Webster is one, it sees everything.
const stateSql = `
with "session" as materialized (
  select a."usesysid", a."backend_type", a."state", a."xact_start" from pg_stat_activity a
  where a."datname" = current_database() and a."usesysid" is not null and coalesce(a."backend_type", 'client backend') = 'client backend'
    and a."pid" <> pg_backend_pid()
    and not coalesce(a."state" like 'idle in transaction%' and a."state_change" < now() - $1::float8 * interval '1 ms', false)
)
select (extract(epoch from now()) * 1000)::float8 as "nowMs",
  (select (extract(epoch from min(s."xact_start")) * 1000)::float8 from "session" s) as "oldestMs",
  exists (select from "session" s left join pg_roles r on r."oid" = s."usesysid" where s."state" = 'disabled'
    or (s."backend_type" is null and not r."rolsuper" and has_table_privilege(s."usesysid", '"delivery"', 'INSERT'))) as "hidden",
  ${placeSql("soon")} as "soon", ${placeSql("late")} as "late"`;

/** Passes what is between a place, the least id that has not been passed, and a moment. A clock that was set back goes on from where it is. */
async function pass(which: Pass, place: string | null, toMs: number, rowsTogether: number): Promise<number> {
  let entered = 0;
  if (place !== null && momentOf(place) === toMs) return entered;
  const oldestMs = place === null ? Math.max(toMs - unknownMs, Math.min(...(await listDays()))) : toMs - (env().retentionDays + 2) * dayMs;
  let fromMs = Math.min(Math.max(oldestMs, place === null ? 0 : momentOf(place)), toMs);
  for (let [known, stepMs] = [place, leastStepMs]; ;) {
    const begunMs = performance.now();
    const endMs = Math.min(toMs, fromMs + stepMs);
    const [from, to] = [firstId("message", fromMs), firstId("message", endMs)];
    let next = to;
    // An id may be of the first moment of a day, and its row of the last of the day before.
    for (let day = dayOf(fromMs - idSlackMs); day <= endMs + idSlackMs; day += dayMs) {
      const passed = await passDay(which, day, from, to, rowsTogether);
      entered += passed.entered;
      // Nobody comes by after the second pass: it goes no further than to what it had to leave.
      if (which === "late" && passed.left !== null && passed.left < next) next = passed.left;
    }
    if (!(await moveOn(which, known, next)) || next !== to || endMs >= toMs) return entered;
    known = to;
    fromMs = endMs;
    stepMs = performance.now() - begunMs < soonDoneMs ? Math.min(2 * stepMs, dayMs) : leastStepMs;
  }
}

/** Writes how far it has come. False: somebody else has, meanwhile. */
async function moveOn(which: Pass, from: string | null, to: string): Promise<boolean> {
  const { rowCount } = await hotPool().query({
    name: "in_hand_move_on",
    text: `insert into setting as s ("name", "value") values ($1, convert_to($3, 'UTF8')) on conflict ("name") do update set "value" = excluded."value"
      where s."value" = convert_to($2, 'UTF8')`,
    values: [settingOf(which), from, to],
  });
  return rowCount === 1;
}

/** `left`: the first message of which somebody else was at a row. */
type Row = { messageId: string; endpointId: string; seen: number; entered: number; left: string | null };

async function passDay(which: Pass, day: number, from: string, to: string, rowsTogether: number): Promise<Pick<Row, "entered" | "left">> {
  let entered = 0;
  let together = rowsTogether;
  for (let after: [messageId: string, endpointId: string] = [from, ""]; ;) {
    const row = await enter(day, [...after, to, together]);
    if (row === "slow" && together > 1) {
      together = Math.ceil(together / 8);
      continue;
    }
    if (row === "slow") throw new Error("The database takes too long to let a single delivery enter the queue");
    if (row === null) return { entered, left: null };
    entered += row.entered;
    if (row.seen < together || (which === "late" && row.left !== null)) return { entered, left: row.left };
    after = [row.messageId, row.endpointId];
  }
}

/** Null: there is nothing, or no such day any more. `slow`: it took longer than statements may, and did nothing. */
async function enter(day: number, values: unknown[]): Promise<Row | null | "slow"> {
  try {
    const { rows } = await hotPool().query<Row>({ name: `enter_queue_${dayName(day)}`, text: enterSql(ofDay("delivery", day)), values });
    return rows[0] ?? null;
  } catch (error) {
    if (isDayGone(error)) return null;
    if (isTooSlow(error)) return "slow";
    throw error;
  }
}

/** Exported for the test of its plan. Who is settling a row right now is not waited for: the second pass comes by, until it could. */
export const enterSql = (delivery: string): string => `
with "seen" as materialized (
  select d.ctid as "row", d."messageId", d."endpointId", ${isInHand("d")} as "held" from ${delivery} d
  where (d."messageId", d."endpointId") > ($1::text, $2::text) and d."messageId" < $3::text
  order by d."messageId", d."endpointId" limit $4::int
), "held" as materialized (
  select s."messageId", l."row" from "seen" s left join lateral (
    select d.ctid as "row" from ${delivery} d where d.ctid = s."row" for update skip locked) l on true
  where s."held"
), "entered" as (
  update ${delivery} d set "leaseId" = ${leaseOf("d")} from "held" h where d.ctid = h."row" returning 1
)
select s."messageId", s."endpointId", (select count(*)::int from "seen") as "seen", (select count(*)::int from "entered") as "entered",
  (select min(h."messageId") from "held" h where h."row" is null) as "left"
from "seen" s order by s."messageId" desc, s."endpointId" desc limit 1`;

/**
 * What is in hand: a delivery that its process stored a moment ago and is about to send. Most succeed at once, and an entry in
 * the index of what is due would be made for nothing; so a mark before the lease keeps them out of it. What still has the
 * mark some seconds later enters the queue here, with the lease that it has: from then on it is a row like any other, due when its
 * lease runs out. Every message is passed twice, by the order of ids: soon, and once more when no transaction can be under way any more
 * that was there when the row was made. Nothing stays in hand of a process that has died, whatever it died of.
 */
import { env } from "../../../env.ts";
import { firstId, idTimeMs } from "../../../ids.ts";
import { dayMs, minuteMs } from "../../../words/duration.ts";
import { hotPool } from "../../client.ts";
import { unlessBusy } from "../../unlessBusy.ts";
import { idSlackMs } from "../days.ts";
import { dayName, dayOf, inHandMark, isDayGone, ofDay } from "./keys.ts";

/** So near must a message's moment be to the transaction that stores it: what is older or of a clock ahead has no mark. */
const nearSeconds = 2;
/** Passed for the first time at this age, or at half a lease, before it can run out. */
const mostSoonMs = 15_000;
const soonMs = (): number => Math.min(mostSoonMs, env().leaseSeconds * 500);
/** And for the second time at this age, if all transactions are younger than the rows. */
const mostLateMs = 2 * minuteMs;
/** How much younger a row may be than its transaction, and what lies between that's beginning and its being told. */
const usualSlackMs = nearSeconds * 1_000 + 3_000;
/** Where there is no place to go on from, as after a restore by other means: so far back. */
const unknownMs = 2 * dayMs;
const mostTogether = 2_000;

/** SQL: the lease that a delivery is stored with, in hand if its message has only just come. */
export function inHand(leaseId: string, createdAt: string): string {
  const near = `interval '${nearSeconds} seconds'`;
  return `case when ${createdAt} between now() - ${near} and now() + ${near} then '${inHandMark}' || ${leaseId} else ${leaseId} end`;
}

/** How long a delivery is in hand at most, in seconds, where processes and database keep up. */
export const inHandSeconds = mostSoonMs / 1000 + 5;

/** How often to call `enterQueue`, in every process that delivers. */
export const enterEveryMs = (): number => Math.min(2_000, soonMs() / 2);

/** The last delivery that was looked at. */
type Place = { messageId: string; endpointId: string };
type Passes = { soon: Place; late: Place };

const setting = "in_hand_passed";

/** Lets what is in hand for too long enter the queue. Answers how many did; null: another process is at it, or has just been. */
export const enterQueue = ({ lateMs = mostLateMs, slackMs = usualSlackMs, rowsTogether = mostTogether } = {}): Promise<number | null> =>
  unlessBusy("inHand", async (client) => {
    const { rows } = await client.query<{ nowMs: number; oldestMs: number | null; passed: string | null }>(
      `select (extract(epoch from now()) * 1000)::float8 as "nowMs",
         (select (extract(epoch from min(a."xact_start")) * 1000)::float8 from pg_stat_activity a
          where a."datname" = current_database() and a."backend_type" = 'client backend') as "oldestMs",
         (select convert_from("value", 'UTF8') from setting where "name" = $1) as "passed"`,
      [setting],
    );
    const { nowMs = 0, oldestMs = null, passed = null } = rows[0] ?? {};
    const began = placeOf(nowMs - unknownMs);
    const { soon, late } = passed === null ? { soon: began, late: began } : (JSON.parse(passed) as Passes);
    const soonToMs = nowMs - soonMs();
    const sinceMs = soonToMs - momentOf(soon);
    if (sinceMs >= 0 && sinceMs < enterEveryMs() / 2) return null;
    const lateToMs = Math.min(nowMs - lateMs, (oldestMs ?? nowMs) - slackMs);
    const first = await pass(soon, placeOf(soonToMs), rowsTogether);
    const second = await pass(late, placeOf(lateToMs), rowsTogether);
    await client.query(
      `insert into setting ("name", "value") values ($1, convert_to($2, 'UTF8')) on conflict ("name") do update set "value" = excluded."value"`,
      [setting, JSON.stringify({ soon: first.place, late: second.place } satisfies Passes)],
    );
    return first.entered + second.entered;
  });

const placeOf = (ms: number): Place => ({ messageId: firstId("message", ms), endpointId: "" });
const momentOf = ({ messageId }: Place): number => idTimeMs("message", messageId) ?? 0;

/** Passes all of between the two places. A clock that was set back goes on from where it is now. */
async function pass(from: Place, to: Place, rowsTogether: number): Promise<{ place: Place; entered: number }> {
  let entered = 0;
  // An id may be of the first moment of a day, and its row of the last of the day before.
  const endMs = momentOf(to) + idSlackMs;
  for (let day = dayOf(momentOf(from) - idSlackMs); day <= endMs; day += dayMs) entered += await passDay(day, from, to, rowsTogether);
  return { place: to, entered };
}

type Row = Place & { seen: number; entered: number };

async function passDay(day: number, from: Place, to: Place, rowsTogether: number): Promise<number> {
  let entered = 0;
  for (let place: Place | null = from; place !== null;) {
    const { rows }: { rows: Row[] } = await hotPool()
      .query<Row>({
        name: `enter_queue_${dayName(day)}`,
        text: enterSql(ofDay("delivery", day)),
        values: [place.messageId, place.endpointId, to.messageId, rowsTogether],
      })
      .catch((error: unknown) => {
        if (isDayGone(error)) return { rows: [] };
        throw error;
      });
    const last = rows[0];
    entered += last?.entered ?? 0;
    place = last === undefined || last.seen < rowsTogether ? null : { messageId: last.messageId, endpointId: last.endpointId };
  }
  return entered;
}

/** Exported for the test of its plan. Who is settling a row right now is not waited for: the second pass comes by. */
export const enterSql = (delivery: string): string => `
with "seen" as materialized (
  select d.ctid as "row", d."messageId", d."endpointId", left(d."leaseId", 1) = '${inHandMark}' as "held" from ${delivery} d
  where (d."messageId", d."endpointId") > ($1::text, $2::text) and d."messageId" < $3::text
  order by d."messageId", d."endpointId" limit $4::int
), "held" as materialized (
  select l."row" from "seen" s cross join lateral (
    select d.ctid as "row" from ${delivery} d where d.ctid = s."row" for update skip locked) l
  where s."held"
), "entered" as (
  update ${delivery} d set "leaseId" = ltrim(d."leaseId", '${inHandMark}') from "held" h where d.ctid = h."row" returning 1
)
select s."messageId", s."endpointId", (select count(*)::int from "seen") as "seen", (select count(*)::int from "entered") as "entered"
from "seen" s order by s."messageId" desc, s."endpointId" desc limit 1`;

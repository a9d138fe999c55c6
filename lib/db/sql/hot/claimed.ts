/**
 * First attempts that a claim took together are in hand too: inHand.ts. After a flood or a stop there are many, and nearly all succeed,
 * which then makes no new entries in any index. As their messages may be of any age, no pass by ids would find them: each such claim keeps
 * the keys of what it took, in the statement that took it, until none of it is in hand any more. What still is when the lease has run
 * out enters the queue here, and is due.
 */
import { hotPool, logPool } from "../../client.ts";
import { dayMs } from "../../../words/duration.ts";
import { beside } from "../joins.ts";
import { dayName, inHandMark, isDayGone, isInHand, isKeyOf, isTooSlow, leaseOf, ofDay, takenForOne } from "./keys.ts";

/** For fewer the claim's own row would cost more than it spares. */
const fewestTogether = 10;
/** After so many seconds a claim is looked at, and then whenever it is twice as old. */
const lookSeconds = 2;
const mostClaims = 50;

/** SQL: the lease of a row of `due`, in hand if it is among enough that are to be tried for the first time. */
export const leaseFrom = (due: string, leaseId: string): string => `case
  when ${due}."first" and (select count(*) from ${due} "all" where "all"."first") >= ${fewestTogether} then '${inHandMark}' || ${leaseId}
  else ${leaseId} end`;

/** SQL: keeps the keys of those of `claimed` that are in hand. `day`: of the messages, counted from 1970. */
export const keepClaim = (claimed: string, { leaseId, seconds, day }: { leaseId: string; seconds: string; day: string }): string => `
  insert into "claim" ("leaseId", "claimedAt", "lookAt", "endsAt", "day", "messageIds", "endpointIds")
  select ${leaseId}, now(), now() + interval '${lookSeconds} seconds', now() + make_interval(secs => ${seconds}), ${day},
    array_agg(c."messageId"), array_agg(c."endpointId")
  from ${claimed} c where ${isInHand("c")} having count(*) > 0`;

type Looked = { looked: number; entered: number };

/** Looks at claims whose moment has come. Answers how many deliveries entered the queue. */
export async function enterClaimed(claimsTogether = mostClaims): Promise<number> {
  const { rows: days } = await hotPool().query<{ day: number }>({
    name: "claims_to_look_at",
    text: `select distinct "day" from "claim" where "lookAt" <= now()`,
  });
  let entered = 0;
  let together = claimsTogether;
  for (const { day } of days)
    for (let more = true; more;) {
      const found = await look(day * dayMs, together);
      if (found === "slow") {
        if (together === 1) throw new Error("The database takes too long to look at a single claim");
        together = Math.ceil(together / 8);
        continue;
      }
      entered += found.entered;
      more = found.looked >= together;
    }
  return entered;
}

/** For how many seconds what is in hand could have entered the queue, and has not; 0: there is none. */
export async function readUnlooked(): Promise<number> {
  const { rows } = await logPool().query<{ seconds: number }>(
    `select greatest(coalesce(extract(epoch from now() - min("endsAt")), 0), 0)::float8 as "seconds" from "claim"`,
  );
  return rows[0]?.seconds ?? 0;
}

/** `slow`: it took longer than statements may, and did nothing. */
async function look(dayStartMs: number, claims: number): Promise<Looked | "slow"> {
  try {
    const text = lookSql(ofDay("delivery", dayStartMs));
    const { rows } = await hotPool().query<Looked>({ name: `look_${dayName(dayStartMs)}`, text, values: [dayStartMs / dayMs, claims] });
    return rows[0] ?? { looked: 0, entered: 0 };
  } catch (error) {
    if (isTooSlow(error)) return "slow";
    if (!isDayGone(error)) throw error;
    await hotPool().query({ name: "claims_of_no_day", text: `delete from "claim" where "day" = $1`, values: [dayStartMs / dayMs] });
    return { looked: 0, entered: 0 };
  }
}

/** SQL: the deliveries that claims `c` took, with the claim's columns, as far as they are in hand. */
export const heldOf = (claims: string, delivery: string): string => `${claims} c
  cross join lateral (select * from unnest(c."messageIds", c."endpointIds") with ordinality as u("messageId", "endpointId", "n")
    where ${takenForOne(`u."n"`)}) k
  join ${delivery} d on ${isKeyOf("k")} and d."leaseId" = '${inHandMark}' || c."leaseId"`;

/** Exported for the test of its plan. Who is settling a row right now is not waited for: the claim stays, and is looked at again. */
export const lookSql = (delivery: string): string => `
with "looked" as materialized (
  select c.* from "claim" c where c."lookAt" <= now() and c."day" = $1::int order by c."lookAt" limit $2::int for update skip locked
), "held" as materialized (
  select c."leaseId", d.ctid as "row", c."endsAt" <= now() as "over" from ${heldOf(`"looked"`, delivery)}
), "locked" as materialized (
  select l."row" from "held" h cross join lateral (
    select d.ctid as "row" from ${delivery} d where d.ctid = h."row" for update skip locked) l where h."over"
), "entered" as (
  update ${delivery} d set "leaseId" = ${leaseOf("d")} from "locked" l where d.ctid = l."row" returning 1
), "left" as materialized (
  select distinct h."leaseId" from "held" h ${beside(`"locked" l`, `l."row" = h."row"`)} where l."row" is null
), "kept" as (
  update "claim" c set "lookAt" = now() + greatest(interval '${lookSeconds} seconds', least(c."endsAt" - now(), now() - c."claimedAt"))
  from "left" l where c."leaseId" = l."leaseId"
), "gone" as (
  delete from "claim" c using "looked" o where c."leaseId" = o."leaseId" and not exists (select from "left" l where l."leaseId" = o."leaseId")
)
select (select count(*)::int from "looked") as "looked", (select count(*)::int from "entered") as "entered"`;

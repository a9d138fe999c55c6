/**
 * Lines: ordered deliveries of one endpoint and one key, which go one after the other. A line's deliveries are stored as
 * pending, but due at a moment that never comes; only the first of them is made due. So whoever claims, hands over,
 * dies or takes over, never finds the second before the first has ended. Places are in the order of the commits.
 */
import { hotPool } from "../../client.ts";
import { dueNow } from "./keys.ts";
import { textArray } from "../parameters.ts";
import { locks } from "../../locks.ts";

/** `orderKey`: the message's ordering key, or "" for all of a FIFO endpoint. */
export type Line = { endpointId: string; orderKey: string };

/** SQL: the moment at which a delivery is due that waits for its turn, which never comes. */
export const inLine = `'9999-01-01T00:00:00Z'::timestamptz`;

/**
 * CTEs that give places to the rows of `from`: "endpointId", "orderKey", "messageId", "createdAt", "n" (their order).
 * The lock makes commits to one line follow each other: who sees a place sees all before it. It comes after every
 * other wait of the statement, and in the order of lines, so that nobody waits in a circle.
 */
export const takePlaces = (from: string): string => `"lined" as materialized (
  select * from (${from}) l where l."orderKey" is not null
), "locked" as materialized (
  select pg_advisory_xact_lock(hashtextextended(l."endpointId" || ' ' || l."orderKey", ${locks.lines})) from (
    select distinct "endpointId", "orderKey" from "lined" order by "endpointId", "orderKey" offset 0) l
), "places" as (
  insert into "delivery_line" ("endpointId", "orderKey", "place", "messageId", "createdAt")
  select l."endpointId", l."orderKey", nextval('"delivery_line_place_seq"'), l."messageId", l."createdAt"
  from (select count(*) from "locked" offset 0) k cross join lateral (
    select * from "lined" where k."count" > 0 order by "n" offset 0) l
)`;

/** How many places of one line are looked at in one step. */
const deliveriesTogether = 20;

type Advanced = Line & { more: boolean; releasedAt: Date | null };

/**
 * Takes what has ended out of the lines, and makes the first of what is left due. Answers the moments of the messages
 * that became due. Harmless to repeat, and for whoever does it at the same time.
 */
export async function advanceLines(lines: readonly Line[]): Promise<Date[]> {
  const released: Date[] = [];
  let left = [...lines].sort(byLine);
  while (left.length > 0) {
    const { rows } = await hotPool().query<Advanced>({
      name: "advance_lines",
      text: advanceSql,
      values: [textArray(left.map(({ endpointId }) => endpointId)), textArray(left.map(({ orderKey }) => orderKey))],
    });
    for (const { releasedAt } of rows) if (releasedAt !== null) released.push(releasedAt);
    left = rows.filter(({ more }) => more).sort(byLine);
  }
  return released;
}

/** The database's own order of lines: whoever locks several does it in the same order. */
const byLine = (a: Line, b: Line): number => compare(a.endpointId, b.endpointId) || compare(a.orderKey, b.orderKey);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const advanceSql = `
with "line" as materialized (
  select l.* from unnest($1::text[], $2::text[]) as l("endpointId", "orderKey")
), "first" as materialized (
  select p.* from "line" l cross join lateral (
    select p."endpointId", p."orderKey", p."place", p."messageId", p."createdAt" from "delivery_line" p
    where p."endpointId" = l."endpointId" and p."orderKey" = l."orderKey" order by p."place" limit ${deliveriesTogether} for update) p
), "state" as materialized (
  select f.*, coalesce(d."waits", false) as "waits" from "first" f left join lateral (
    select d."status" = 'pending' as "waits" from "delivery" d
    where d."messageId" = f."messageId" and d."endpointId" = f."endpointId" and d."createdAt" = f."createdAt" offset 0) d on true
), "gone" as (
  delete from "delivery_line" p using "state" s
  where not s."waits" and p."endpointId" = s."endpointId" and p."orderKey" = s."orderKey" and p."place" = s."place"
), "head" as materialized (
  select distinct on (s."endpointId", s."orderKey") s.* from "state" s where s."waits"
  order by s."endpointId", s."orderKey", s."place"
), "released" as (
  update "delivery" d set "nextAttemptAt" = ${dueNow} from "head" h
  where d."messageId" = h."messageId" and d."endpointId" = h."endpointId" and d."createdAt" = h."createdAt"
    and d."status" = 'pending' and d."nextAttemptAt" = ${inLine}
  returning d."endpointId", d."orderKey", d."createdAt"
)
select s."endpointId", s."orderKey", count(*) = ${deliveriesTogether} and not bool_or(s."waits") as "more", max(r."createdAt") as "releasedAt"
from "state" s left join "released" r on r."endpointId" = s."endpointId" and r."orderKey" = s."orderKey"
group by s."endpointId", s."orderKey"`;

/** Lines with anything in them, after that one; null: from the first. */
export async function listLines(after: Line | null, limit: number): Promise<Line[]> {
  const { rows } = await hotPool().query<Line>({
    name: "list_lines",
    text: `
with recursive "line" as (
  (select p."endpointId", p."orderKey" from "delivery_line" p where (p."endpointId", p."orderKey") > ($1::text, $2::text)
     or ($3::bool and (p."endpointId", p."orderKey") >= ($1::text, $2::text))
   order by p."endpointId", p."orderKey" limit 1)
  union all
  select n."endpointId", n."orderKey" from "line" l cross join lateral (
    select p."endpointId", p."orderKey" from "delivery_line" p
    where (p."endpointId", p."orderKey") > (l."endpointId", l."orderKey") order by p."endpointId", p."orderKey" limit 1) n
)
select * from "line" limit $4`,
    values: [after?.endpointId ?? "", after?.orderKey ?? "", after === null, limit],
  });
  return rows;
}

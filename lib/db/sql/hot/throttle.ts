/**
 * Turns of endpoints and applications that have a rate, shared by all processes. A turn is a moment; a row says until
 * when they are taken. Whoever wants some takes the next ones, many limits with one statement; what has no rate has
 * no row and never comes here.
 */
import { databaseNowMs } from "../../clock.ts";
import { hotPool } from "../../client.ts";
import { plainArray } from "../parameters.ts";

/** `id`: an endpoint's or application's. */
export type TurnsWanted = { id: string; count: number };

/**
 * The turns given: the first is `inMs` milliseconds after the answer, or before it if negative, and the others follow evenly.
 * `perSecond`: the rate in force now; null: there is no limit.
 */
export type Turns = { perSecond: number | null; inMs: number };

export async function takeTurns(wanted: TurnsWanted[]): Promise<Map<string, Turns>> {
  const sentMs = performance.now();
  const { rows } = await hotPool().query<Turns & { id: string; asOfMs: number }>({
    name: "take_turns",
    text: takeTurnsSql,
    values: [plainArray(wanted.map(({ id }) => id)), plainArray(wanted.map(({ count }) => count))],
  });
  // The statement counts from its beginning. Counted from an answer that was long on its way, turns of two processes
  // would come together. The clock may never have been measured; how old the answer can be at most is always known.
  const tookMs = performance.now() - sentMs;
  const nowMs = databaseNowMs();
  const ageOf = (asOfMs: number): number => Math.min(tookMs, Math.max(0, nowMs - asOfMs));
  return new Map(rows.map(({ id, perSecond, inMs, asOfMs }) => [id, { perSecond, inMs: inMs - ageOf(asOfMs) }]));
}

// The rate is the one in force, whatever the caller's copy says: two opinions of it would let through the sum of both.
// After a change of it, turns taken at the old one count no more. In the order of ids, so that nobody waits in a circle.
const takeTurnsSql = `
with "wanted" as materialized (
  select u."id", u."count", coalesce(e."throttleRate", a."throttleRate") as "perSecond"
  from unnest($1::text[], $2::int[]) as u("id", "count")
    left join "endpoint" e on e."id" = u."id"
    left join "application" a on a."id" = u."id"
), "taken" as (
  insert into "throttle" as t ("id", "perSecond", "freeAt")
  select w."id", w."perSecond", now() + w."count" * interval '1 second' / w."perSecond" from "wanted" w
  where w."perSecond" is not null order by w."id"
  on conflict ("id") do update set "perSecond" = excluded."perSecond",
    "freeAt" = case when t."perSecond" = excluded."perSecond" then greatest(t."freeAt", now()) else now() end
      + (excluded."freeAt" - now())
  returning t."id", t."freeAt"
)
select w."id", w."perSecond", (extract(epoch from now()) * 1000)::float8 as "asOfMs",
  coalesce(extract(epoch from t."freeAt" - now()) * 1000 - w."count" * 1000.0 / w."perSecond", 0)::float8 as "inMs"
from "wanted" w left join "taken" t on t."id" = w."id"`;

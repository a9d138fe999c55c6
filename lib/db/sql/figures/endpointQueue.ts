/** What waits for an endpoint at this moment, and how fast it goes. */
import { logPool } from "../../client.ts";
import { heldOf } from "../hot/claimed.ts";
import { inHandSeconds } from "../hot/inHand.ts";
import { inLine } from "../hot/lines.ts";
import { isOf } from "../isOf.ts";

export type Queue = {
  /** Due, and in no process's hands. */ due: number;
  oldestDueAt: Date | null;
  /** In the hands of a process: under way, or next. */ held: number;
  /** Retries whose moment has not come. */ later: number;
  nextAt: Date | null;
  /** Ordered, behind others. */ lined: number;
};

/** Counts what is pending for an endpoint, each kind up to `limit`. */
export async function readQueue(endpointId: string, limit: number): Promise<Queue> {
  const { rows } = await logPool().query<Queue>({ text: queueSql, values: [endpointId, limit] });
  return rows[0] ?? { due: 0, oldestDueAt: null, held: 0, later: 0, nextAt: null, lined: 0 };
}

// A lease has its end in the same column: what is held lies among what is due later.
export const queueSql = `
with "first" as materialized (
  select d."dueAt" as "at", d."leaseId" is not null and d."dueAt" > now() as "held", d."dueAt" <= now() as "due"
  from delivery d where d."endpointId" = $1 and d."dueAt" < ${inLine}
  order by d."dueAt" limit $2
), "recent" as materialized (
  select d."nextAttemptAt", d."dueAt" from delivery d where ${isOf(`d."endpointId"`, "$1")} and d."createdAt" > now() - interval '${inHandSeconds} seconds'
  order by d."createdAt" desc limit $2
), "older" as materialized (
  select from ${heldOf(`"claim"`, "delivery")} and d."createdAt" between to_timestamp(c."day" * 86400) and to_timestamp((c."day" + 1) * 86400)
    and d."createdAt" <= now() - interval '${inHandSeconds} seconds'
  where k."endpointId" = $1 limit $2
)
select count(*) filter (where "due")::int as "due", min("at") filter (where "due") as "oldestDueAt", (count(*) filter (where "held")
    + (select count(*) from "recent" where "nextAttemptAt" is not null and "dueAt" is null)
    + (select count(*) from "older"))::int as "held",
  count(*) filter (where not "due" and not "held")::int as "later", min("at") filter (where not "due" and not "held") as "nextAt",
  (select count(*)::int from (select from delivery d where d."endpointId" = $1 and d."dueAt" = ${inLine}
    limit $2) l) as "lined"
from "first"`;

export type RecentAttempts = { attempts: number; timedOut: number; overloaded: number; meanMs: number; medianMs: number | null };

/** Attempts of the last minute, the newest up to `limit`. */
export async function readRecentAttempts(endpointId: string, limit: number): Promise<RecentAttempts> {
  const { rows } = await logPool().query<RecentAttempts>({
    text: `
select count(*)::int as "attempts", count(*) filter (where t."errorClass" = 'timeout')::int as "timedOut",
  count(*) filter (where t."responseStatusCode" in (429, 503))::int as "overloaded", coalesce(avg(t."durationMs"), 0)::float8 as "meanMs",
  percentile_disc(0.5) within group (order by t."durationMs") as "medianMs"
from (select * from attempt t where ${isOf(`t."endpointId"`, "$1")} and t."createdAt" > now() - interval '1 minute'
  order by t."createdAt" desc, t."id" desc limit $2) t`,
    values: [endpointId, limit],
  });
  return rows[0] ?? { attempts: 0, timedOut: 0, overloaded: 0, meanMs: 0, medianMs: null };
}

export type Throttled = { id: string; untilMs: number };

/** The limits of these, an endpoint and its application, whose turns are taken until later than now; `untilMs`: from now. */
export async function readThrottled(ids: string[]): Promise<Throttled[]> {
  const { rows } = await logPool().query<Throttled>({
    text: `select "id", (extract(epoch from "freeAt" - now()) * 1000)::float8 as "untilMs" from throttle where "id" = any($1) and "freeAt" > now()`,
    values: [ids],
  });
  return rows;
}

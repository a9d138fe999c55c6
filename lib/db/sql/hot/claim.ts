/**
 * Taking due deliveries, endpoint by endpoint: a loose index scan finds the endpoints that have anything pending, and of
 * each a bounded number is taken. A hung endpoint with a hundred thousand due rows costs the others nothing.
 */
import { env } from "../../../env.ts";
import { hotPool } from "../../client.ts";
import { dayMs } from "../../../words/duration.ts";
import { leaseFrom, keepClaim } from "./claimed.ts";
import { dayName, isDayGone, ofDay, takenForOne } from "./keys.ts";

export type Claimed = {
  messageId: string;
  endpointId: string;
  createdAt: Date;
  applicationId: string;
  eventType: string;
  attemptCount: number;
  scheduledCount: number;
  manualQueued: number;
  /** The application's current version; null: it is gone. */
  applicationVersion: string | null;
  /** Whether the endpoint is disabled or gone. */
  inactive: boolean;
  /** Null if the payload is larger than `inlinePayloadBytes`, is sent with a received request's head, or is deleted. */
  payload: Buffer | null;
  payloadBytes: number;
  contentType: string | null;
  /** As lib/traceContext.ts packs it. */
  traceContext: Buffer | null;
};

export type ClaimRequest = {
  leaseId: string;
  /** When the messages' day begins (UTC), in milliseconds since 1970. */
  day: number;
  /** Endpoints are visited in the order of ids, from after this one, then from the beginning. */
  after: string;
  /** Endpoints to visit, and rows to take, at most. */
  endpoints: number;
  rows: number;
  /** Rows to take of an endpoint: of those named, and of all others. */
  room: Map<string, number>;
  roomOfOthers: number;
};

export type ClaimResult = {
  claimed: Claimed[];
  /** Until the next moment at which one of the visited endpoints has something due; null: nothing is pending. */
  nextDueInMs: number | null;
  /** The endpoint to go on after; "" once the last one has been visited. */
  lastEndpointId: string;
};

/** Payloads up to this size come along with the claim. */
export const inlinePayloadBytes = 16 * 1024;

/** Claims due deliveries of one day. Null: there is no such day, or no more. */
export async function claim(request: ClaimRequest): Promise<ClaimResult | null> {
  try {
    return await claimOfDay(request);
  } catch (error) {
    if (isDayGone(error)) return null;
    throw error;
  }
}

async function claimOfDay(request: ClaimRequest): Promise<ClaimResult> {
  const { rows } = await hotPool().query<Row>({
    name: `claim_${dayName(request.day)}`,
    text: claimSql(ofDay("delivery", request.day), ofDay("message", request.day)),
    values: [
      request.leaseId,
      env().leaseSeconds,
      request.after,
      request.endpoints,
      request.rows,
      JSON.stringify(Object.fromEntries(request.room)),
      request.roomOfOthers,
      inlinePayloadBytes,
      request.day / dayMs,
    ],
  });
  const summary = rows.pop();
  const claimed = rows as Claimed[];
  const visitedAll = Number(summary?.visited ?? 0) < request.endpoints;
  // Cut short by the number of rows: go on after the last endpoint that got its turn.
  const lastEndpointId = claimed.length < request.rows ? (visitedAll ? "" : (summary?.endpointId ?? "")) : lastOf(claimed);
  return { claimed, nextDueInMs: summary?.nextDueInMs ?? null, lastEndpointId };
}

const lastOf = (claimed: Claimed[]): string => claimed.reduce((last, { endpointId }) => (endpointId > last ? endpointId : last), "");

type Row = Partial<Claimed> & { visited: string | null; nextDueInMs: number | null };

/** Exported for the test of its plan. */
export const claimSql = (delivery: string, message: string): string => `
with recursive "lane" as (
  (select 1 as "place", d."endpointId", d."dueAt" from ${delivery} d
   where d."dueAt" is not null and d."endpointId" > $3::text order by d."endpointId", d."dueAt" limit 1)
  union all
  select l."place" + 1, n."endpointId", n."dueAt" from "lane" l cross join lateral (
    select d."endpointId", d."dueAt" from ${delivery} d
    where d."dueAt" is not null and d."endpointId" > l."endpointId" order by d."endpointId", d."dueAt" limit 1) n
  where l."place" < $4::int
), "due" as materialized (
  select l."place" as "lane", r."row", r."first" from "lane" l
  cross join lateral (select coalesce(($6::jsonb ->> l."endpointId")::int, $7::int) as "room" offset 0) c
  cross join lateral (
    select d.ctid as "row", d."attemptCount" = 0 as "first" from ${delivery} d
    where d."dueAt" is not null and d."endpointId" = l."endpointId" and d."dueAt" <= now()
    order by d."dueAt" limit c."room" for update skip locked) r
  where l."dueAt" <= now() and c."room" > 0
  limit $5::int
), "claimed" as (
  update ${delivery} d set "leaseId" = ${leaseFrom(`"due"`, "$1")}, "nextAttemptAt" = now() + make_interval(secs => $2::float8)
  from "due" where d.ctid = "due"."row" and ${takenForOne(`"due"."lane"`)}
  returning d."messageId", d."endpointId", d."createdAt", d."applicationId", d."eventType", d."attemptCount", d."scheduledCount",
    d."manualQueued", d."leaseId"
), "kept" as (
  ${keepClaim(`"claimed"`, { leaseId: "$1", seconds: "$2::float8", day: "$9::int" })}
)
select * from (
  select c."messageId", c."endpointId", c."createdAt", c."applicationId", c."eventType", c."attemptCount", c."scheduledCount", c."manualQueued",
    a."endpointsVersion"::text as "applicationVersion",
    (e."id" is null or e."disabledAt" is not null or e."deletedAt" is not null or a."deletedAt" is not null) as "inactive",
    case when m."payloadBytes" <= $8::int and m."sealedForward" is null then m."payload" end as "payload", coalesce(m."payloadBytes", 0) as "payloadBytes",
    m."contentType", m."traceContext", null::bigint as "visited", null::float8 as "nextDueInMs"
  from "claimed" c
    left join "endpoint" e on e."id" = c."endpointId"
    left join "application" a on a."id" = c."applicationId"
    left join ${message} m on m."id" = c."messageId" and m."createdAt" = c."createdAt"
  ) rows
union all
select null, max("endpointId"), null, null, null, null, null, null, null, null, null, null, null, null, count(*),
  min(greatest(extract(epoch from "dueAt" - now()) * 1000, 0)) filter (where "dueAt" > now())::float8
from "lane"`;

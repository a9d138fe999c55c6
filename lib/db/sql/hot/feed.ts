/**
 * The messages of applications that have a polling endpoint, in the order of their commits: who has read up to a place
 * has missed nothing before it. Rows are written by accept.ts; an application without polling endpoints has none.
 */
import type { Prisma } from "../../generated/client.ts";
import { pool } from "../../client.ts";
import { locks } from "../../locks.ts";
import { pageBytes } from "../log/messages.ts";

/** CTEs that give places to the rows of `from`: "applicationId", "messageId", "createdAt", "n". See `takePlaces` for the lock. */
export const takeFeedPlaces = (from: string): string => `"fed" as materialized (
  ${from}
), "feeding" as materialized (
  select pg_advisory_xact_lock(hashtextextended(f."applicationId", ${locks.feed})) from (
    select distinct "applicationId" from "fed" order by "applicationId" offset 0) f
), "feed" as (
  insert into "message_feed" ("applicationId", "place", "messageId", "createdAt")
  select f."applicationId", nextval('"message_feed_place_seq"'), f."messageId", f."createdAt"
  from (select count(*) from "feeding" offset 0) k cross join lateral (
    select * from "fed" where k."count" > 0 order by "n" offset 0) f
)`;

export type FeedFilter = { applicationId: string; eventTypes: string[]; channels: string[] };

export type FeedRow = {
  id: string;
  createdAt: Date;
  eventType: string;
  eventId: string | null;
  channels: string[];
  tags: string[];
  payload: Buffer;
  contentType: string | null;
  payloadExpiresAt: Date | null;
  deliverAt: Date | null;
  orderingKey: string | null;
  sealedForward: Buffer | null;
  metadata: Record<string, string> | null;
  /** The message's place in the feed. */
  place: string;
};

/** A page of the feed. `place`: where to go on after it. `done`: nothing lay further. */
export type FeedPage = { rows: FeedRow[]; place: string; done: boolean };

/** Messages looked at for one page: a filter that finds little must not read without end. */
const lookedAtMessages = 1_000;

type Found = { lastPlace: string | null; looked: number; bytesSoFar: string } & FeedRow;

/** Messages after the place that match, at most `limit`, and no more than a page has room for; those whose payload is gone are left out. */
export async function readFeed(filter: FeedFilter, after: string, limit: number): Promise<FeedPage> {
  const isFiltered = filter.eventTypes.length + filter.channels.length > 0;
  const together = isFiltered ? lookedAtMessages : limit;
  const { rows } = await pool().query<Partial<Found>>({
    name: "read_feed",
    text: `
with "scanned" as materialized (
  select f."place", f."messageId", f."createdAt" from "message_feed" f
  where f."applicationId" = $1 and f."place" > $2::bigint order by f."place" limit $3
)
select * from (
  select s."place"::text as "place", m.*, null::text as "lastPlace", null::int as "looked",
    sum(m."bytes") over (order by s."place" rows unbounded preceding) as "bytesSoFar" from "scanned" s cross join lateral (
    select m."payloadBytes" as "bytes", m."id", m."createdAt", m."eventType", m."eventId", coalesce(m."channels", '{}') as "channels", coalesce(m."tags", '{}') as "tags", m."payload", m."contentType", m."payloadExpiresAt",
      m."deliverAt", m."orderingKey", m."sealedForward", m."metadata" from "message" m where m."id" = s."messageId" and m."createdAt" = s."createdAt" offset 0) m
  where m."payload" is not null and (m."payloadExpiresAt" is null or m."payloadExpiresAt" > now())
    and (cardinality($4::text[]) = 0 or m."eventType" = any($4::text[])) and (cardinality($5::text[]) = 0 or m."channels" && $5::text[])
  order by s."place" limit $6) found where "bytesSoFar" - "bytes" < $7
union all
select null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, max("place")::text, count(*)::int, null
from "scanned"`,
    values: [filter.applicationId, after, together, filter.eventTypes, filter.channels, limit, pageBytes],
  });
  const { lastPlace = null, looked = 0 } = rows.pop() ?? {};
  const found = rows as Found[];
  const isFull = found.length === limit || Number(found.at(-1)?.bytesSoFar ?? 0) >= pageBytes;
  const place = (isFull ? found.at(-1)?.place : lastPlace) ?? lastPlace ?? after;
  return { rows: found, place, done: looked < together && place === (lastPlace ?? after) };
}

/** The place after which all messages of that moment and later stand. */
export async function placeBefore(applicationId: string, moment: Date): Promise<string> {
  const { rows } = await pool().query<{ place: string | null }>({
    // Commits of one moment may stand in another order than their moments.
    text: `select (min(f."place") - 1)::text as "place" from (
      select "place" from "message_feed" where "applicationId" = $1 and "createdAt" >= $2 order by "createdAt", "place" limit 1000) f`,
    values: [applicationId, moment],
  });
  return rows[0]?.place ?? lastPlace(applicationId);
}

/** The place of the feed's last message: after it stands nothing yet. */
export async function lastPlace(applicationId: string): Promise<string> {
  const { rows } = await pool().query<{ place: string }>(lastPlaceQuery, [applicationId]);
  return rows[0]?.place ?? "0";
}

export const lastPlaceIn = async (tx: Prisma.TransactionClient, applicationId: string): Promise<bigint> => {
  const rows = await tx.$queryRawUnsafe<{ place: string }[]>(lastPlaceQuery, applicationId);
  return BigInt(rows[0]?.place ?? "0");
};

const lastPlaceQuery = `select coalesce(max("place"), 0)::text as "place" from "message_feed" where "applicationId" = $1`;

/**
 * Keeping words of payloads (`message_search`) for environments that want it. `search_index` says between which moments an
 * environment's messages have theirs: from when it was turned on, towards now and, page by page, towards the oldest.
 */
import { pool } from "../../client.ts";
import { plainArray, textArray } from "../parameters.ts";
import { isOf } from "../isOf.ts";

export type Range = { environmentId: string; since: Date; until: Date; isNew: boolean };
export type UnreadMessage = { id: string; createdAt: Date; payloadBytes: number };
export type ReadMessage = UnreadMessage & {
  payload: Buffer | null;
  contentType: string | null;
  sealedForward: Buffer | null;
  eventId: string | null;
  tags: string[];
  metadata: unknown;
};

/** A message is dated before it is committed, by so much at the most. */
const commitSlack = "interval '30 seconds'";

export async function isWanted(environmentId: string): Promise<boolean> {
  const { rowCount } = await pool().query(`select from environment where "id" = $1 and "payloadSearch"`, [environmentId]);
  return rowCount === 1;
}

export async function rangeOf(environmentId: string): Promise<Pick<Range, "since" | "until"> | null> {
  const { rows } = await pool().query<Pick<Range, "since" | "until">>(
    `select "since", "until" from search_index where "environmentId" = $1`,
    [environmentId],
  );
  return rows[0] ?? null;
}

/** The ranges of all environments that want it; new ones begin now. */
export async function begun(oldest: Date): Promise<Range[]> {
  const { rows: made } = await pool().query<{ environmentId: string }>(
    `insert into search_index ("environmentId", "since", "until")
     select "id", greatest(now(), $1), greatest(now(), $1) from environment where "payloadSearch"
     on conflict do nothing returning "environmentId"`,
    [oldest],
  );
  const { rows } = await pool().query<Range>(
    `select i."environmentId", i."since", i."until" from search_index i join environment e on e."id" = i."environmentId"
     where e."payloadSearch" order by i."until"`,
  );
  return rows.map((row) => ({ ...row, isNew: made.some(({ environmentId }) => environmentId === row.environmentId) }));
}

export async function keepRange({ environmentId, since, until }: Range): Promise<void> {
  await pool().query(`update search_index set "since" = $2, "until" = $3 where "environmentId" = $1`, [environmentId, since, until]);
}

/** Environments that have turned it off, and whose words are still there. */
export async function unwanted(): Promise<string[]> {
  const { rows } = await pool().query<{ environmentId: string }>(
    `select i."environmentId" from search_index i join environment e on e."id" = i."environmentId" where not e."payloadSearch"`,
  );
  return rows.map(({ environmentId }) => environmentId);
}

/** Deletes an environment's next words, and its range once there are none. False: there are more. */
export async function forget(environmentId: string, limit: number): Promise<boolean> {
  // Turned on again in between, it begins anew.
  await pool().query(`update search_index set "since" = now(), "until" = now() where "environmentId" = $1`, [environmentId]);
  const { rowCount } = await pool().query(
    `delete from message_search where "environmentId" = $1 and ("createdAt", "messageId") in (
       select "createdAt", "messageId" from message_search where "environmentId" = $1 limit $2)`,
    [environmentId, limit],
  );
  if ((rowCount ?? 0) === limit) return false;
  await pool().query(`delete from search_index where "environmentId" = $1`, [environmentId]);
  return true;
}

/** Messages with deliveries, from a little before `from` up to `to`, that have no words yet; the oldest first. */
export const nextNewer = (environmentId: string, from: Date, to: Date, limit: number): Promise<UnreadMessage[]> =>
  next(`d."createdAt" >= $2::timestamptz - ${commitSlack} and d."createdAt" < $3`, "asc", [environmentId, from, to, limit]);

/** Messages with deliveries, from `from` to `to`, that have no words yet; the newest first. */
export const nextOlder = (environmentId: string, from: Date, to: Date, limit: number): Promise<UnreadMessage[]> =>
  next(`d."createdAt" >= $2 and d."createdAt" <= $3`, "desc", [environmentId, from, to, limit]);

async function next(window: string, way: "asc" | "desc", values: unknown[]): Promise<UnreadMessage[]> {
  const { rows } = await pool().query<UnreadMessage>(
    `select p."messageId" as "id", p."createdAt", coalesce(m."payloadBytes", 0) as "payloadBytes" from (
       select d."createdAt", d."messageId" from delivery d
       where ${isOf(`d."environmentId"`, "$1")} and ${window} and not exists (
         select from message_search s where s."environmentId" = $1 and s."createdAt" = d."createdAt" and s."messageId" = d."messageId")
       group by 1, 2 order by 1 ${way}, 2 ${way} limit $4) p
     left join message m on m."id" = p."messageId" and m."createdAt" = p."createdAt"
     order by p."createdAt" ${way}, p."messageId" ${way}`,
    values,
  );
  return rows;
}

export async function readMessages(environmentId: string, messages: readonly UnreadMessage[]): Promise<ReadMessage[]> {
  const { rows } = await pool().query<ReadMessage>(
    `select k."id", k."createdAt", m."payloadBytes", case when m."payloadExpiresAt" <= now() then null else m."payload" end as "payload",
       m."contentType", m."sealedForward", m."eventId", coalesce(m."tags", '{}') as "tags", m."metadata"
     from (select i."id", to_timestamp(i."ms" / 1000.0)::timestamptz(3) as "createdAt" from unnest($2::text[], $3::int8[]) as i("id", "ms")) k
     left join message m on m."id" = k."id" and m."createdAt" = k."createdAt" and m."environmentId" = $1`,
    [environmentId, plainArray(messages.map(({ id }) => id)), plainArray(messages.map(({ createdAt }) => createdAt.getTime()))],
  );
  return rows;
}

/** Keeps the words of messages. One without words is kept as well: it has been read. */
export async function storeWords(
  environmentId: string,
  messages: readonly { id: string; createdAt: Date; words: readonly string[] }[],
): Promise<void> {
  await pool().query(
    `insert into message_search ("environmentId", "messageId", "createdAt", "words")
     select $1, i."id", to_timestamp(i."ms" / 1000.0)::timestamptz(3), i."words"::int8[]
     from unnest($2::text[], $3::int8[], $4::text[]) as i("id", "ms", "words") on conflict do nothing`,
    [
      environmentId,
      plainArray(messages.map(({ id }) => id)),
      plainArray(messages.map(({ createdAt }) => createdAt.getTime())),
      textArray(messages.map(({ words }) => plainArray(words))),
    ],
  );
}

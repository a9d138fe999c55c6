/** Reading received requests. Lists go newest first, from the place of the last page on. */
import { logPool } from "../../client.ts";
import { openForward } from "../hot/payloads.ts";
import { madeBetween } from "../days.ts";
import { type Place } from "../where.ts";
import { type EnvironmentId, idTimeMs } from "../../../ids.ts";

export type ReceivedLogRow = {
  id: string;
  createdAt: Date;
  sourceId: string;
  sourceName: string;
  provider: string;
  applicationId: string;
  verdict: "accepted" | "duplicate" | "rejected" | "filtered" | "pending" | "released";
  /** Why the request was rejected or filtered; the closed list is in lib/contract/receivedRequest.ts. */
  reason: string | null;
  detail: string | null;
  eventType: string | null;
  providerEventId: string | null;
  messageId: string | null;
  method: string;
  sealedHead: Buffer;
  contentType: string | null;
  remoteAddress: string | null;
  bodyBytes: number;
  responseStatus: number;
  releasedAt: Date | null;
  /** How it was known that the request is, or was, a duplicate, in words. */
  duplicateBy: string | null;
  /** The message that a released duplicate had been a duplicate of. */
  duplicateOfId: string | null;
};

/** SQL: all columns but the body, of a from-item `r` and its source `s`. */
export const receivedColumns = `r."id", r."createdAt", r."sourceId", s."name" as "sourceName", s."provider", s."applicationId", r."verdict",
  r."reason", r."detail", r."eventType", r."providerEventId", r."messageId", r."method", r."sealedHead", r."contentType", r."remoteAddress",
  r."bodyBytes", r."responseStatus", r."releasedAt", r."duplicateBy", r."duplicateOfId"`;

/** SQL: received requests `r` of sources `s` that still exist. */
export const receivedFrom = `"received_request" r join "source" s on s."id" = r."sourceId"`;

/** A received request of this environment; undefined: there is none. */
export async function readReceived(environmentId: EnvironmentId, id: string): Promise<ReceivedLogRow | undefined> {
  return (await readReceivedTogether(environmentId, [id]))[0];
}

/** A received request with the body in its own row. */
export async function readReceivedWhole(environmentId: EnvironmentId, id: string): Promise<WholeRow | undefined> {
  return (await readWholeTogether(environmentId, [id]))[0];
}

export type WholeRow = ReceivedLogRow & { body: Buffer | null };

/** Received requests with the bodies in their own rows, in any order. */
export async function readWholeTogether(environmentId: EnvironmentId, ids: string[]): Promise<WholeRow[]> {
  const { rows } = await logPool().query<WholeRow>(
    `select ${receivedColumns}, r."body" from ${receivedFrom}
     where r."id" = any($1::text[]) and r."createdAt" between $2 and $3 and r."environmentId" = $4`,
    [ids, ...madeBetween("receivedRequest", ...ids), environmentId],
  );
  return rows;
}

export async function readReceivedTogether(environmentId: EnvironmentId, ids: string[]): Promise<ReceivedLogRow[]> {
  const { rows } = await logPool().query<ReceivedLogRow>(
    `select ${receivedColumns} from ${receivedFrom}
     where r."id" = any($1::text[]) and r."createdAt" between $2 and $3 and r."environmentId" = $4`,
    [ids, ...madeBetween("receivedRequest", ...ids), environmentId],
  );
  return rows;
}

type WithBody = Pick<ReceivedLogRow, "id" | "createdAt" | "messageId" | "bodyBytes">;

/** A request's body, wherever it is kept: in its row, with the message made of it, or with the first request's. Null: nowhere. */
export async function readBody({ id, createdAt, messageId, bodyBytes }: WithBody): Promise<Buffer | null> {
  const own = await keptBody(id, createdAt);
  if (own !== null || messageId === null) return own;
  const message = await readFirst(messageId);
  if (message === undefined) return null;
  // A message made by code says something else than what came: then the first request keeps the bytes itself.
  const first = message.receivedRequestId;
  const body = (first === null || first === id ? null : await keptBody(first, null)) ?? message.payload;
  return body?.length === bodyBytes ? body : null;
}

/** The body in a request's own row. `createdAt` null: about when the id says. */
async function keptBody(id: string, createdAt: Date | null): Promise<Buffer | null> {
  const [from, until] = createdAt === null ? madeBetween("receivedRequest", id) : [createdAt, createdAt];
  const { rows } = await logPool().query<{ body: Buffer | null }>(
    `select "body" from "received_request" where "id" = $1 and "createdAt" between $2 and $3`,
    [id, from, until],
  );
  return rows[0]?.body ?? null;
}

async function readFirst(messageId: string): Promise<{ payload: Buffer | null; receivedRequestId: string | null } | undefined> {
  const { rows } = await logPool().query<{ payload: Buffer | null; sealedForward: Buffer | null }>(
    `select case when "payloadExpiresAt" is null or "payloadExpiresAt" > now() then "payload" end as "payload", "sealedForward"
     from "message" where "id" = $1 and "createdAt" between $2 and $3`,
    [messageId, ...madeBetween("message", messageId)],
  );
  const [row] = rows;
  return row && { payload: row.payload, receivedRequestId: openForward(messageId, row.sealedForward)?.receivedRequestId ?? null };
}

/** The ids of the received requests that messages were made of, by message id. */
export async function requestsOfMessages(environmentId: EnvironmentId, messageIds: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (messageIds.length === 0) return found;
  const { rows } = await logPool().query<{ id: string; sealedForward: Buffer }>(
    `select "id", "sealedForward" from "message"
     where "id" = any($1::text[]) and "createdAt" between $2 and $3 and "environmentId" = $4 and "sealedForward" is not null`,
    [messageIds, ...madeBetween("message", ...messageIds), environmentId],
  );
  for (const { id, sealedForward } of rows) {
    const forward = openForward(id, sealedForward);
    if (forward?.receivedRequestId) found.set(id, forward.receivedRequestId);
  }
  return found;
}

export type KeptQuery = {
  sourceId: string;
  verdict: "rejected" | "filtered" | "duplicate" | "pending";
  ids: string[] | null;
  reason: string | null;
  eventType: string | null;
  since: Date;
  /** Excluded. */
  until: Date;
};

export type Waiting = { id: string; createdAt: Date; bodyBytes: number };

/** Kept requests after a place, in the order in which they came. */
export async function readKept(query: KeptQuery, after: Pick<Waiting, "id" | "createdAt"> | null, limit: number): Promise<Waiting[]> {
  const { where, values } = keptWhere(query);
  const { rows } = await logPool().query<Waiting>(
    `select r."id", r."createdAt", r."bodyBytes" from "received_request" r
     where ${where} and (r."createdAt", r."id") > ($7::timestamptz, $8::text)
     order by r."createdAt", r."id" limit $9`,
    // The place bounds the days that are looked through.
    [...values.with(1, after?.createdAt ?? query.since), after?.createdAt ?? new Date(0), after?.id ?? "", limit],
  );
  return rows;
}

/** Counts kept requests, up to `cap`. */
export async function countKept(query: KeptQuery, cap: number): Promise<number> {
  const { where, values } = keptWhere(query);
  const { rows } = await logPool().query<{ count: number }>(
    `select count(*)::int as "count" from (select from "received_request" r where ${where} limit $7) "waiting"`,
    [...values, cap],
  );
  return rows[0]?.count ?? 0;
}

/** SQL with $1 to $6. The verdict is written out, so that the planner knows that the verdict's own index serves. */
function keptWhere({ sourceId, verdict, ids, reason, eventType, since, until }: KeptQuery): { where: string; values: unknown[] } {
  return {
    where: `r."sourceId" = $1 and r."verdict" = '${verdict}' and r."createdAt" >= $2 and r."createdAt" < $3
       and ($4::text[] is null or r."id" = any($4::text[])) and ($5::text is null or r."reason" = $5::text)
       and ($6::text is null or r."eventType" = $6::text)`,
    values: [sourceId, since, until, ids, reason, eventType],
  };
}

/** The place that an iterator names. If the row is gone, its id still says when it was. */
export async function placeOfReceived({ id }: { id: string }): Promise<Place> {
  const { rows } = await logPool().query<Place>(
    `select "createdAt", "id" from "received_request" where "id" = $1 and "createdAt" between $2 and $3`,
    [id, ...madeBetween("receivedRequest", id)],
  );
  return rows[0] ?? { createdAt: new Date(idTimeMs("receivedRequest", id) ?? 0), id };
}

/** Reading what was received. Lists go newest first, from where the reader stands. */
import { idTimeMs } from "../../ids.ts";
import { logPool } from "../client.ts";

export type ReceivedLogRow = {
  id: string;
  createdAt: Date;
  sourceId: string;
  sourceName: string;
  provider: string;
  applicationId: string;
  verdict: "accepted" | "duplicate" | "rejected" | "filtered" | "pending" | "released";
  /** The closed list is lib/contract/receivedRequest.ts. */
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
};

/** Without the body. For a from-item `r` and its source `s`. */
export const receivedColumns = `r."id", r."createdAt", r."sourceId", s."name" as "sourceName", s."provider", s."applicationId", r."verdict",
  r."reason", r."detail", r."eventType", r."providerEventId", r."messageId", r."method", r."sealedHead", r."contentType", r."remoteAddress",
  r."bodyBytes", r."responseStatus", r."releasedAt"`;

/** Of sources that there are. */
export const receivedFrom = `"received_request" r join "source" s on s."id" = r."sourceId"`;

// An id's moment and its row's come from one clock reading.
const idSlackMs = 2_000;

/** When the row of this id was made, at the earliest and at the latest. */
export function timeBoundsOf(id: string): [Date, Date] {
  const timeMs = idTimeMs("receivedRequest", id) ?? 0;
  return [new Date(timeMs - idSlackMs), new Date(timeMs + idSlackMs)];
}

/** Of one environment; undefined: there is none. */
export async function readReceived(environmentId: string, id: string): Promise<ReceivedLogRow | undefined> {
  return (await readReceivedTogether(environmentId, [id]))[0];
}

export async function readReceivedTogether(environmentId: string, ids: string[]): Promise<ReceivedLogRow[]> {
  const bounds = ids.map(timeBoundsOf);
  const from = new Date(Math.min(...bounds.map(([first]) => first.getTime())));
  const until = new Date(Math.max(...bounds.map(([, last]) => last.getTime())));
  const { rows } = await logPool().query<ReceivedLogRow>(
    `select ${receivedColumns} from ${receivedFrom}
     where r."id" = any($1::text[]) and r."createdAt" between $2 and $3 and r."environmentId" = $4`,
    [ids, from, until, environmentId],
  );
  return rows;
}

/** The bytes, where they are: with the request, or with the message made of it. Null: nowhere. */
export async function readBody({
  id,
  createdAt,
  messageId,
}: Pick<ReceivedLogRow, "id" | "createdAt" | "messageId">): Promise<Buffer | null> {
  const { rows } = await logPool().query<{ body: Buffer | null }>(
    `select "body" from "received_request" where "id" = $1 and "createdAt" = $2`,
    [id, createdAt],
  );
  const own = rows[0]?.body ?? null;
  if (own !== null || messageId === null) return own;
  const timeMs = idTimeMs("message", messageId) ?? 0;
  const found = await logPool().query<{ payload: Buffer | null }>(
    `select case when "payloadExpiresAt" is null or "payloadExpiresAt" > now() then "payload" end as "payload" from "message"
     where "id" = $1 and "createdAt" between $2 and $3`,
    [messageId, new Date(timeMs - idSlackMs), new Date(timeMs + idSlackMs)],
  );
  return found.rows[0]?.payload ?? null;
}

export type KeptQuery = {
  sourceId: string;
  verdict: "rejected" | "filtered" | "pending";
  ids: string[] | null;
  reason: string | null;
  eventType: string | null;
  since: Date;
  /** Excluded. */
  until: Date;
};

export type Waiting = { id: string; createdAt: Date };

/** What was kept, in the order in which it came, from after a place. */
export async function readKept(query: KeptQuery, after: Waiting | null, limit: number): Promise<Waiting[]> {
  const { where, values } = keptWhere(query);
  const { rows } = await logPool().query<Waiting>(
    `select r."id", r."createdAt" from "received_request" r
     where ${where} and (r."createdAt", r."id") > ($7::timestamptz, $8::text)
     order by r."createdAt", r."id" limit $9`,
    // The place bounds the days that are looked through.
    [...values.with(1, after?.createdAt ?? query.since), after?.createdAt ?? new Date(0), after?.id ?? "", limit],
  );
  return rows;
}

/** Up to `cap`. */
export async function countKept(query: KeptQuery, cap: number): Promise<number> {
  const { where, values } = keptWhere(query);
  const { rows } = await logPool().query<{ count: number }>(
    `select count(*)::int as "count" from (select from "received_request" r where ${where} limit $7) "waiting"`,
    [...values, cap],
  );
  return rows[0]?.count ?? 0;
}

/** $1 to $6. The verdict is written out, so that its own index is known to hold it. */
function keptWhere({ sourceId, verdict, ids, reason, eventType, since, until }: KeptQuery): { where: string; values: unknown[] } {
  return {
    where: `r."sourceId" = $1 and r."verdict" = '${verdict}' and r."createdAt" >= $2 and r."createdAt" < $3
       and ($4::text[] is null or r."id" = any($4::text[])) and ($5::text is null or r."reason" = $5::text)
       and ($6::text is null or r."eventType" = $6::text)`,
    values: [sourceId, since, until, ids, reason, eventType],
  };
}

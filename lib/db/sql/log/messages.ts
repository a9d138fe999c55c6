/** Reading messages, each in the day in which its id says that it was made. */
import { databaseNowMs } from "../../clock.ts";
import { type ApplicationId, idTimeMs } from "../../../ids.ts";
import { readShort } from "../../client.ts";
import { GatheredReads } from "../../gatheredReads.ts";
import { madeBetween } from "../days.ts";
import { plainArray } from "../parameters.ts";
import { type Page, readByDays } from "../dayRanges.ts";
import { jsonObject, jsonOfList, jsonOfMaybeMoment, jsonOfMoment, jsonOfText, jsonOfWord } from "../json.ts";
import type { Place, Where } from "../where.ts";

export type MessageRow = {
  id: string;
  createdAt: Date;
  eventType: string;
  eventId: string | null;
  channels: string[];
  tags: string[];
  /** The payload; null: expunged, or not asked for. */
  payload: Buffer | null;
  contentType: string | null;
  /** What is sent along with the payload, sealed; null: nothing, or the payload was not asked for. */
  sealedForward: Buffer | null;
  payloadExpiresAt: Date | null;
  deliverAt: Date | null;
  orderingKey: string | null;
  metadata: Record<string, string> | null;
};

/** SQL: the columns of a `message m`. */
export const messageColumns = (
  withContent: boolean,
): string => `m."id", m."createdAt", m."eventType", m."eventId", coalesce(m."channels", '{}') as "channels", coalesce(m."tags", '{}') as "tags",
  ${withContent ? `m."payload", m."sealedForward"` : `null::bytea as "payload", null::bytea as "sealedForward"`}, m."contentType", m."payloadExpiresAt", m."deliverAt", m."orderingKey", m."metadata"`;

export type MessageFilters = {
  channel?: string | null | undefined;
  tag?: string | null | undefined;
  before?: string | null | undefined;
  after?: string | null | undefined;
};

/** Adds the filters as conditions on a `message m`. */
export function filterMessages(where: Where, { channel, tag, before, after }: MessageFilters): void {
  if (channel) where.filter(`m."channels" @> array[?]::text[]`, channel);
  if (tag) where.filter(`m."tags" @> array[?]::text[]`, tag);
  between(where, `m."createdAt"`, before, after);
}

/** Adds bounds on a moment. `after` includes its moment, `before` does not; RFC 3339. */
export function between(where: Where, column: string, before: string | null | undefined, after: string | null | undefined): void {
  if (before) where.filter(`${column} < ?`, new Date(before));
  if (after) where.filter(`${column} >= ?`, new Date(after));
}

/** A message of an application, by its id. */
type Key = { applicationId: ApplicationId; id: string };

export const readMessage = (applicationId: ApplicationId, id: string, withContent: boolean): Promise<MessageRow | undefined> =>
  (withContent ? whole : withoutContent).find({ applicationId, id });

const gathered = (withContent: boolean): GatheredReads<Key, MessageRow | undefined> =>
  new GatheredReads(async (keys) => {
    const [first] = keys;
    if (first !== undefined && keys.length === 1) return [await readOne(first, withContent)];
    const rows = await readMessages(
      keys.map(({ id }) => id),
      withContent,
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return keys.map(({ id, applicationId }) => {
      const row = byId.get(id);
      return row?.applicationId === applicationId ? row : undefined;
    });
  });

const [whole, withoutContent] = [gathered(true), gathered(false)];

async function readOne({ applicationId, id }: Key, withContent: boolean): Promise<MessageRow | undefined> {
  const { rows } = await readShort<MessageRow>({
    name: withContent ? "message" : "message_without_content",
    text: `select ${messageColumns(withContent)} from message m
           where m."id" = $1 and m."createdAt" between $2 and $3 and m."applicationId" = $4`,
    values: [id, ...madeBetween("message", id), applicationId],
  });
  return rows[0];
}

export async function readMessageByEventId(
  applicationId: ApplicationId,
  eventId: string,
  withContent: boolean,
): Promise<MessageRow | undefined> {
  const { rows } = await readShort<{ messageId: string }>({
    name: "message_id_by_event_id",
    text: `select "messageId" from message_event_id where "applicationId" = $1 and "eventId" = $2`,
    values: [applicationId, eventId],
  });
  return rows[0] === undefined ? undefined : readMessage(applicationId, rows[0].messageId, withContent);
}

/**
 * A message as the API shows it, in JSON; null: it has more to show, or other things, than most. `bytes`: of its payload, where that
 * is shown.
 */
export type MessageText = { id: string; text: string | null; bytes: number };

/** So many bytes of payloads a page has: one of the largest would be hundreds of megabytes, for which everybody else would wait. */
export const pageBytes = 4 * 1024 * 1024;
/** The database writes payloads of so many bytes, before it is known how many of them the page has room for; others are read then. */
const usualBytes = 16_384;

/** SQL: the columns of the same, of a `message m`. `isWritten`: the database writes what it can. */
export function messageTextColumns(where: Where, withContent: boolean, isWritten: boolean): string {
  const bytes = withContent ? `case when m."payload" is null then 0 else m."payloadBytes" end as "bytes"` : `0 as "bytes"`;
  if (!isWritten) return `m."id", ${bytes}, null as "text"`;
  const kept = withContent ? where.bind(`m."payloadExpiresAt" > ?`, new Date(databaseNowMs())) : "";
  const isWhole = withContent
    ? ` and m."payload" is not null and m."payloadBytes" <= ${usualBytes} and m."contentType" is null and m."sealedForward" is null and (m."payloadExpiresAt" is null or ${kept})`
    : "";
  const text = jsonObject({
    id: jsonOfWord(`m."id"`),
    eventId: jsonOfText(`m."eventId"`),
    eventType: jsonOfText(`m."eventType"`),
    // Without a content type the bytes are a JSON object, as its sender wrote it.
    payload: withContent ? `convert_from(m."payload", 'UTF8')` : "'{}'",
    channels: jsonOfList(`m."channels"`),
    tags: jsonOfList(`m."tags"`),
    deliverAt: jsonOfMaybeMoment(`m."deliverAt"`),
    timestamp: jsonOfMoment(`m."createdAt"`),
  });
  return `m."id", ${bytes}, case when m."orderingKey" is null and m."metadata" is null${isWhole} then ${text} end as "text"`;
}

/** Reads texts of messages. A payload that is no UTF-8, as builds of before took it, the database can't write. */
export async function readTexts<Row>(read: (isWritten: boolean) => Promise<Row[]>): Promise<Row[]> {
  try {
    return await read(true);
  } catch (error) {
    if ((error as { code?: unknown }).code !== "22021") throw error;
    return read(false);
  }
}

/** A page of messages; the conditions are on a `message m`, all of them beyond the place. The newest first if `down`. */
export function listMessages(page: Page, withContent: boolean): Promise<MessageText[]> {
  const direction = page.down ? "desc" : "asc";
  return readTexts((isWritten) =>
    readByDays<MessageText>(
      { ...page, column: `m."createdAt"` },
      (where, limit) => `select ${messageTextColumns(where, withContent, isWritten)} from message m ${where.text}
     order by m."createdAt" ${direction}, m."id" ${direction} ${where.bind("limit ?", limit)}`,
    ),
  );
}

export const readMessages = (ids: string[], withContent: boolean): Promise<(MessageRow & { applicationId: string })[]> =>
  readEach(withContent ? "messages" : "messages_without_content", `${messageColumns(withContent)}, m."applicationId"`, ids);

/**
 * Columns of a `message m`, of each of these. Each is looked for by its own id, around its own moment: by the moments of all of them a
 * day would be read.
 */
async function readEach<Row extends object>(name: string, columns: string, ids: string[]): Promise<Row[]> {
  if (ids.length === 0) return [];
  const distinct = [...new Set(ids)];
  const bounds = distinct.map((id) => madeBetween("message", id).map((moment) => moment.toISOString()));
  const { rows } = await readShort<Row>({
    name,
    text: `select m.* from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) k("id", "since", "until")
           cross join lateral (select ${columns} from message m
             where m."id" = k."id" and m."createdAt" between k."since" and k."until" and m."createdAt" between $4 and $5 offset 0) m`,
    values: [
      plainArray(distinct),
      plainArray(bounds.map(([since = ""]) => since)),
      plainArray(bounds.map(([, until = ""]) => until)),
      ...madeBetween("message", ...distinct),
    ],
  });
  return rows;
}

/** The place that an iterator of messages names. If the message is gone, its id still says when it was. */
export async function placeOfMessage({ id }: { id: string }): Promise<Place> {
  const { rows } = await readShort<Place>({
    name: "place_of_message",
    text: `select "createdAt", "id" from message where "id" = $1 and "createdAt" between $2 and $3`,
    values: [id, ...madeBetween("message", id)],
  });
  return rows[0] ?? { createdAt: new Date(idTimeMs("message", id) ?? 0), id };
}

type Made = { id: string; createdAt: Date };

/** Whether a message's payload is still there. */
export async function keepsPayload({ id, createdAt }: Made): Promise<boolean> {
  const { rows } = await readShort<{ there: boolean }>({
    name: "message_keeps_payload",
    text: `select payload is not null as there from message where "id" = $1 and "createdAt" = $2`,
    values: [id, createdAt],
  });
  return rows[0]?.there ?? false;
}

type Accepted = Omit<MessageRow, "sealedForward" | "payloadExpiresAt">;

/** A message as it was accepted. Undefined: it has been deleted since. */
export async function readAccepted({ id, createdAt }: Made): Promise<Accepted | undefined> {
  const { rows } = await readShort<Accepted>({
    name: "find_first_request",
    text: `select "id", "createdAt", "eventType", "eventId", coalesce("channels", '{}') as "channels", coalesce("tags", '{}') as "tags",
             "payload", "contentType", "deliverAt", "orderingKey", "metadata"
           from message where "id" = $1 and "createdAt" = $2`,
    values: [id, createdAt],
  });
  return rows[0];
}

/** The application that a message went to. Undefined: the message has been deleted since. */
export async function readApplicationId({ id, createdAt }: Made): Promise<string | undefined> {
  const { rows } = await readShort<{ applicationId: string }>({
    name: "application_of_message",
    text: `select "applicationId" from message where "id" = $1 and "createdAt" = $2`,
    values: [id, createdAt],
  });
  return rows[0]?.applicationId;
}

/** How many bytes each message's payload has, by its id; none of a message that is gone. */
export async function readPayloadBytes(ids: string[]): Promise<Map<string, number>> {
  const columns = `m."id", case when m."payload" is null then 0 else m."payloadBytes" end as "bytes"`;
  const rows = await readEach<{ id: string; bytes: number }>("payload_bytes_of_messages", columns, ids);
  return new Map(rows.map(({ id, bytes }) => [id, bytes]));
}

/** Each message's eventId and moment, by its id. */
export async function readEventIds(ids: string[]): Promise<Map<string, { eventId: string | null; createdAt: Date }>> {
  const { rows } = await readShort<{ id: string; eventId: string | null; createdAt: Date }>({
    name: "messages_of_events",
    text: `select "id", "eventId", "createdAt" from message where "id" = any($1::text[]) and "createdAt" between $2 and $3`,
    values: [ids, ...madeBetween("message", ...ids)],
  });
  return new Map(rows.map((row) => [row.id, row]));
}

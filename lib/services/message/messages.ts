/** Messages: accepting them, and reading what was accepted. */
import type { Actor } from "../../actor.ts";
import type { MessagePrecheckIn } from "../../contract/messageBulk.ts";
import { pool, prisma } from "../../db/client.ts";
import { expungeMessages } from "../../db/sql/upkeep/expunge.ts";
import { notFound } from "../../errors.ts";
import { idTimeMs, isId } from "../../ids.ts";
import { matches } from "../../webhooks/matching.ts";
import { recordAudit } from "../audit/audit.ts";
import { type MessageRow, isExpired, showMessage } from "./messageContent.ts";
import { type Cursor, cursorOf, pageOf, readsDown } from "../shared/pages.ts";
import { applicationOf } from "../shared/scope.ts";
import { type Place, Where, beyond, listQuery } from "../shared/sql.ts";
import { madeBetween } from "../../db/sql/days.ts";

type ListIn = {
  limit: number;
  iterator?: string | null | undefined;
  channel?: string | null | undefined;
  tag?: string | null | undefined;
  before?: string | null | undefined;
  after?: string | null | undefined;
  with_content: boolean;
  event_types?: string[] | null | undefined;
};

export async function list(actor: Actor, applicationIdOrUid: string, query: ListIn) {
  const application = await applicationOf(actor, applicationIdOrUid);
  const window = { limit: query.limit, descending: true, cursor: cursorOf("message", query.iterator) };
  const where = new Where().and(`m."applicationId" = ?`, application.id);
  filterMessages(where, query);
  if (query.event_types) where.filter(`m."eventType" = any(?::text[])`, query.event_types);
  const down = readsDown(window);
  if (window.cursor !== null) beyond(where, { createdAt: `m."createdAt"`, id: `m."id"` }, await placeOf(window.cursor), down);
  const direction = down ? "desc" : "asc";
  const text = `select ${columns(query.with_content)} from message m ${where.text}
     order by m."createdAt" ${direction}, m."id" ${direction} ${where.bind("limit ?", query.limit + 1)}`;
  const { rows } = await pool().query<MessageRow>(listQuery(text, where));
  return pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) => showMessage(row, query.with_content),
  );
}

export async function get(actor: Actor, applicationIdOrUid: string, idOrEventId: string, withContent: boolean) {
  const application = await applicationOf(actor, applicationIdOrUid);
  return showMessage(await findMessage(application, idOrEventId, withContent), withContent);
}

/** Deletes the payload. What is still to be sent then fails. */
export async function expunge(actor: Actor, applicationIdOrUid: string, idOrEventId: string): Promise<void> {
  const application = await applicationOf(actor, applicationIdOrUid);
  const { id, createdAt } = await findMessage(application, idOrEventId, false);
  await prisma().$transaction(async (tx) => {
    await expungeMessages(tx, application.id, [id], createdAt, createdAt);
    await recordAudit(actor, tx, "message.contentDeleted", id);
  });
}

/** Whether an endpoint would get such a message now, if its filter, which looks at payloads, lets it pass. */
export async function precheck(actor: Actor, applicationIdOrUid: string, { eventType, channels }: MessagePrecheckIn) {
  const { endpoints } = await applicationOf(actor, applicationIdOrUid);
  const message = { eventType, channels: channels ?? [] };
  const isWanted = ({ disabled, ...endpoint }: (typeof endpoints)[number]): boolean =>
    !disabled && matches({ ...endpoint, filter: null }, message, unlooked);
  return { active: endpoints.some(isWanted) };
}

const unlooked = (): never => {
  throw new Error("Without a filter nobody looks at the message");
};

/** By id or eventId, in an application that the actor may see. The payload is null unless asked for. */
export async function findMessage(application: { id: string }, idOrEventId: string, withContent: boolean): Promise<MessageRow> {
  const row = isId("message", idOrEventId)
    ? await findById(application.id, idOrEventId, withContent)
    : await findByEventId(application.id, idOrEventId, withContent);
  if (row === undefined) throw notFound("Message not found");
  return row;
}

/** Whether there is a payload to send. */
export async function hasPayload(message: MessageRow): Promise<boolean> {
  if (isExpired(message.payloadExpiresAt)) return false;
  const { rows } = await pool().query<{ there: boolean }>({
    text: `select payload is not null as there from message where "id" = $1 and "createdAt" = $2`,
    values: [message.id, message.createdAt],
  });
  return rows[0]?.there ?? false;
}

type Filters = Pick<ListIn, "channel" | "tag" | "before" | "after">;

/** On a `message m`. */
export function filterMessages(where: Where, { channel, tag, before, after }: Filters): void {
  if (channel) where.filter(`m."channels" @> array[?]::text[]`, channel);
  if (tag) where.filter(`m."tags" @> array[?]::text[]`, tag);
  between(where, `m."createdAt"`, before, after);
}

/** `after` includes its moment, `before` does not. */
export function between(where: Where, column: string, before: string | null | undefined, after: string | null | undefined): void {
  if (before) where.filter(`${column} < ?`, new Date(before));
  if (after) where.filter(`${column} >= ?`, new Date(after));
}

export const columns = (withContent: boolean): string => `m."id", m."createdAt", m."eventType", m."eventId", m."channels", m."tags",
  ${withContent ? `m."payload", m."sealedForward"` : `null::bytea as "payload", null::bytea as "sealedForward"`}, m."contentType", m."payloadExpiresAt", m."deliverAt", m."orderingKey", m."metadata"`;

async function findById(applicationId: string, id: string, withContent: boolean): Promise<MessageRow | undefined> {
  const { rows } = await pool().query<MessageRow>({
    text: `select ${columns(withContent)} from message m
           where m."id" = $1 and m."createdAt" between $2 and $3 and m."applicationId" = $4`,
    values: [id, ...madeBetween("message", id), applicationId],
  });
  return rows[0];
}

async function findByEventId(applicationId: string, eventId: string, withContent: boolean): Promise<MessageRow | undefined> {
  const { rows } = await pool().query<{ messageId: string }>({
    name: "message_id_by_event_id",
    text: `select "messageId" from message_event_id where "applicationId" = $1 and "eventId" = $2`,
    values: [applicationId, eventId],
  });
  return rows[0] === undefined ? undefined : findById(applicationId, rows[0].messageId, withContent);
}

/** Of a message's iterator. If the message is gone, its id still says when it was. */
export async function placeOf({ id }: Cursor): Promise<Place> {
  const { rows } = await pool().query<Place>({
    text: `select "createdAt", "id" from message where "id" = $1 and "createdAt" between $2 and $3`,
    values: [id, ...madeBetween("message", id)],
  });
  return rows[0] ?? { createdAt: new Date(idTimeMs("message", id) ?? 0), id };
}

/** Messages: accepting them, and reading what was accepted. */
import type { Actor } from "../../actor.ts";
import type { MessagePrecheckIn } from "../../contract/messageBulk.ts";
import { prisma } from "../../db/client.ts";
import { expungeMessages } from "../../db/sql/upkeep/expunge.ts";
import { notFound } from "../../errors.ts";
import { type ApplicationId, isId } from "../../ids.ts";
import { matches } from "../../webhooks/matching.ts";
import { recordAudit } from "../audit/audit.ts";
import { isExpired, messageTexts, showMessage } from "./messageContent.ts";
import { cursorOf, pageTextOf, readsDown, withinBytes } from "../shared/pages.ts";
import { applicationOf } from "../shared/scope.ts";
import { Where, beyond } from "../../db/sql/where.ts";
import {
  type MessageRow,
  filterMessages,
  readMessage,
  readMessageByEventId,
  placeOfMessage,
  keepsPayload,
  listMessages,
} from "../../db/sql/log/messages.ts";
import { isOf } from "../../db/sql/isOf.ts";

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

/** A page as JSON. */
export async function list(actor: Actor, applicationIdOrUid: string, query: ListIn): Promise<string> {
  const application = await applicationOf(actor, applicationIdOrUid);
  const window = { limit: query.limit, descending: true, cursor: cursorOf("message", query.iterator) };
  const where = new Where().and((id) => isOf(`m."applicationId"`, id), application.id);
  filterMessages(where, query);
  if (query.event_types) where.filter(`m."eventType" = any(?::text[])`, query.event_types);
  const down = readsDown(window);
  const place = window.cursor === null ? null : await placeOfMessage(window.cursor);
  if (place !== null) beyond(where, { createdAt: `m."createdAt"`, id: `m."id"` }, place, down);
  const rows = await listMessages({ where, place, down, limit: query.limit + 1 }, query.with_content);
  return pageTextOf(
    rows,
    withinBytes(
      window,
      rows.map(({ bytes }) => bytes),
    ),
    ({ id }) => id,
    (shown) => messageTexts(shown, query.with_content),
  );
}

export async function get(actor: Actor, applicationIdOrUid: string, idOrEventId: string, withContent: boolean) {
  const application = await applicationOf(actor, applicationIdOrUid);
  return showMessage(await findMessage(application, idOrEventId, withContent), withContent);
}

/** Deletes a message's payload. What is still to be sent then fails. */
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

/** A message by id or eventId, in an application that the actor may see. The payload is null unless asked for. */
export async function findMessage(application: { id: ApplicationId }, idOrEventId: string, withContent: boolean): Promise<MessageRow> {
  const row = isId("message", idOrEventId)
    ? await readMessage(application.id, idOrEventId, withContent)
    : await readMessageByEventId(application.id, idOrEventId, withContent);
  if (row === undefined) throw notFound("Message not found");
  return row;
}

/** Whether a message still has a payload to send. */
export async function hasPayload(message: MessageRow): Promise<boolean> {
  if (isExpired(message.payloadExpiresAt)) return false;
  return keepsPayload(message);
}

/** Attempts and what became of deliveries: reading, and expunging responses. */
import type { Actor } from "../../actor.ts";
import type { AttemptQuery } from "../../contract/attempt.ts";
import { prisma } from "../../db/client.ts";
import { notFound } from "../../errors.ts";
import { type ApplicationId, isId } from "../../ids.ts";
import { recordAudit } from "../audit/audit.ts";
import { showMessage } from "../message/messageContent.ts";
import { findMessage } from "../message/messages.ts";
import { cursorOf, PageRoom, pageTextOf, readsDown, withinBytes } from "../shared/pages.ts";
import { stringify } from "../shared/rawJson.ts";
import { applicationOf, endpointIdOf, findEndpointRow } from "../shared/scope.ts";
import { Where, beyond } from "../../db/sql/where.ts";
import type { Page } from "../../db/sql/dayRanges.ts";
import { earliestAttempt } from "../../db/sql/days.ts";
import { between, readMessages, readPayloadBytes } from "../../db/sql/log/messages.ts";
import {
  type AttemptRow,
  type AttemptText,
  expungedResponse,
  expungeResponse,
  listAttempts,
  listAttemptsSince,
  newestAttempts,
  ofMessagesWith,
  placeOfAttempt,
  readAttempt,
} from "../../db/sql/log/attempts.ts";
import { isOf } from "../../db/sql/isOf.ts";
import { hasSucceeded } from "../../db/sql/attempt.ts";

type Query = Omit<AttemptQuery, "endpoint_id">;

export async function listByEndpoint(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, query: Query): Promise<string> {
  const { id } = await endpointIdOf(actor, applicationIdOrUid, endpointIdOrUid);
  return list({ column: "endpointId", id, since: null }, new Where(), query);
}

export async function listByMessage(actor: Actor, applicationIdOrUid: string, idOrEventId: string, query: AttemptQuery): Promise<string> {
  const application = await applicationOf(actor, applicationIdOrUid);
  const message = await findMessage(application, idOrEventId, false);
  const since = earliestAttempt(message.createdAt);
  const where = new Where().and(`a."createdAt" >= ?`, since);
  if (query.endpoint_id) where.filter(`a."endpointId" = ?`, await idOfAny(application, query.endpoint_id));
  return list({ column: "messageId", id: message.id, since }, where, query);
}

export async function get(actor: Actor, applicationIdOrUid: string, idOrEventId: string, attemptId: string) {
  return show(await find(actor, applicationIdOrUid, idOrEventId, attemptId));
}

export async function expunge(actor: Actor, applicationIdOrUid: string, idOrEventId: string, attemptId: string): Promise<void> {
  const attempt = await find(actor, applicationIdOrUid, idOrEventId, attemptId);
  await expungeResponse(attempt);
  await recordAudit(actor, prisma(), "message.responseDeleted", attempt.id);
}

/** `since`: before when there are none; null: not known. */
type Of = { column: "messageId"; id: string; since: Date } | { column: "endpointId"; id: string; since: null };

/** A page as JSON. */
async function list(of: Of, where: Where, query: Query): Promise<string> {
  const window = { limit: query.limit, descending: true, cursor: cursorOf("attempt", query.iterator) };
  where.and(of.column === "endpointId" ? (id) => isOf(`a."endpointId"`, id) : `a."messageId" = ?`, of.id);
  filter(where, query);
  const down = readsDown(window);
  const place = window.cursor === null ? null : await placeOfAttempt(window.cursor, of);
  if (place !== null) beyond(where, { createdAt: `a."createdAt"`, id: `a."id"` }, place, down);
  const rows = await readRows(of, { where, place, down, limit: query.limit + 1 }, query.with_content);
  return pageTextOf(
    rows,
    query.with_msg && query.with_content ? withinBytes(window, await bytesOf(rows)) : window,
    ({ id }) => id,
    (shown) => (query.with_msg ? withMessages(shown, query.with_content) : shown.map(({ text }) => text)),
  );
}

function readRows({ id, since }: Of, page: Page, withContent: boolean): Promise<AttemptText[]> {
  if (since === null) return listAttempts(page, withContent);
  const isNewest = page.place === null && !page.where.hasFilters;
  if (isNewest) return newestAttempts({ messageId: id, since, limit: page.limit }, withContent);
  return listAttemptsSince(page, withContent);
}

function filter(where: Where, query: Query): void {
  const { status, status_code_class: codeClass, channel, tag, event_types: eventTypes } = query;
  // An attempt is only ever 0, success, or 2, fail.
  if (status !== null && status !== undefined)
    where.filter(status === 0 ? hasSucceeded("a") : status === 2 ? `not (${hasSucceeded("a")})` : "false");
  if (codeClass === 0) where.filter(`a."responseStatusCode" = 0`);
  else if (codeClass) where.filter(`a."responseStatusCode" >= ? and a."responseStatusCode" < ?`, codeClass, codeClass + 100);
  if (eventTypes) where.filter(`a."eventType" = any(?::text[])`, eventTypes);
  between(where, `a."createdAt"`, query.before, query.after);
  ofMessagesWith(where, { channel, tag });
}

async function find(actor: Actor, applicationIdOrUid: string, idOrEventId: string, attemptId: string): Promise<AttemptRow> {
  const application = await applicationOf(actor, applicationIdOrUid);
  const message = await findMessage(application, idOrEventId, false);
  if (!isId("attempt", attemptId)) throw notFound("Attempt not found");
  const row = await readAttempt(attemptId, message.id);
  if (row === undefined) throw notFound("Attempt not found");
  return row;
}

async function idOfAny(application: { id: ApplicationId }, idOrUid: string): Promise<string> {
  // A deleted endpoint's attempts can still be asked for by its id.
  if (isId("endpoint", idOrUid)) return idOrUid;
  const endpoint = await findEndpointRow(application, idOrUid);
  if (endpoint === null) throw notFound("Endpoint not found");
  return endpoint.id;
}

/** How many bytes each attempt's message has. */
async function bytesOf(attempts: AttemptText[]): Promise<number[]> {
  const bytes = await readPayloadBytes(attempts.map(({ messageId }) => messageId));
  return attempts.map(({ messageId }) => bytes.get(messageId) ?? 0);
}

async function withMessages(attempts: AttemptText[], withContent: boolean): Promise<string[]> {
  const rows = await readMessages(
    attempts.map(({ messageId }) => messageId),
    withContent,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const messages = new Map<string, string>();
  const room = new PageRoom();
  const texts: string[] = [];
  for (const { messageId, text } of attempts) {
    const row = byId.get(messageId);
    const message = messages.get(messageId) ?? (row === undefined ? "null" : stringify(showMessage(row, withContent)));
    if (!room.take(message.length)) break;
    messages.set(messageId, message);
    texts.push(`{"msg":${message},${text.slice(1)}`);
  }
  return texts;
}

const show = (row: AttemptRow) => ({
  id: row.id,
  endpointId: row.endpointId,
  msgId: row.messageId,
  url: row.url,
  response: row.response ?? expungedResponse,
  ...(row.responseBytes === null ? {} : { responseBase64: row.responseBytes.toString("base64") }),
  responseStatusCode: row.responseStatusCode,
  responseDurationMs: row.durationMs,
  status: row.errorClass === null ? 0 : 2,
  statusText: row.errorClass === null ? ("success" as const) : ("fail" as const),
  triggerType: row.trigger === "manual" ? 1 : 0,
  timestamp: row.createdAt,
});

/** The log of an environment: a page of it, and how much there is. */
import type { Actor } from "../../actor.ts";
import type { DeliveryFilter, DeliveryOut, DeliveryQuery, DeliverySort } from "../../contract/delivery.ts";
import type { Page } from "../../contract/shared.ts";
import { pool, prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import {
  type AttemptPlace,
  type LogFilter,
  type LogPlace,
  type LogRow,
  countLog,
  lastMomentOf,
  readLastAttempted,
  readLog,
} from "../../db/sql/log/log.ts";
import { messagesOfAttempt } from "../../db/sql/log/attempts.ts";
import { env } from "../../env.ts";
import { invalid, notFound } from "../../errors.ts";
import { isId } from "../../ids.ts";

import { pageOf } from "../shared/pages.ts";
import { findApplicationRow } from "../shared/scope.ts";
import { dayMs } from "../../words/duration.ts";
import { endOfLists, madeBetween } from "../../db/sql/days.ts";
import { logFilterNames, snakeCase } from "../../words/logFilter.ts";
import { placeOfMessage } from "../../db/sql/log/messages.ts";
import { searchedWords } from "./searchIndex.ts";
import { type Owners, readOwners } from "../../db/sql/log/owners.ts";

/** Deliveries beyond so many are not counted. */
const countedDeliveries = 10_000;

type Paging = { limit: number; iterator?: string | null | undefined };
type Sorting = { sort?: DeliverySort | null | undefined };

export async function list(actor: Actor, { sort, ...asked }: Paging & Sorting & DeliveryQuery): Promise<Page<DeliveryOut>> {
  return sort === "lastAttemptAt" ? listByAttempt(actor, asked) : listByKey(actor, asked);
}

/** An iterator says of its row the moment too: the next attempt may have moved it since. */
async function listByAttempt(actor: Actor, { limit, iterator, ...query }: Paging & DeliveryQuery): Promise<Page<DeliveryOut>> {
  const cursor = attemptCursorOf(iterator);
  const filter = await resolve(actor, filterOfQuery(query));
  const window = { limit, descending: true, cursor: cursor && { id: iterator ?? "", back: cursor.back } };
  const idOf = (row: LogRow): string => `${keyOf(row)}.${lastMomentOf(row).getTime()}`;
  const rows =
    filter === null ? [] : await readLastAttempted({ filter, place: cursor?.place ?? null, down: cursor?.back !== true, limit: limit + 1 });
  const page = pageOf(rows, window, idOf, (row) => row);
  return { ...page, data: await showAll(page.data) };
}

async function listByKey(actor: Actor, { limit, iterator, ...query }: Paging & DeliveryQuery): Promise<Page<DeliveryOut>> {
  const cursor = cursorOf(iterator);
  const filter = await resolve(actor, filterOfQuery(query));
  const window = { limit, descending: true, cursor: cursor === null ? null : { id: iterator ?? "", back: cursor.back } };
  if (filter === null) return pageOf([], window, keyOf, (row: DeliveryOut) => row);
  const place = cursor === null ? null : await placeOfCursor(cursor);
  const rows = await readLog({ filter, place, down: cursor?.back !== true, limit: limit + 1 });
  const page = pageOf(rows, window, keyOf, (row) => row);
  return { ...page, data: await showAll(page.data) };
}

export async function count(actor: Actor, query: DeliveryQuery): Promise<{ count: number; capped: boolean }> {
  const filter = await resolve(actor, filterOfQuery(query));
  const counted = filter === null ? 0 : await countLog(filter, countedDeliveries + 1);
  return { count: Math.min(counted, countedDeliveries), capped: counted > countedDeliveries };
}

export const filterOfQuery = (query: DeliveryQuery): DeliveryFilter =>
  Object.fromEntries(logFilterNames.map((name) => [name, query[snakeCase(name)]]));

/**
 * The filter with ids for what the actor's words name. Null: nothing can match. Throws `not_found` for an application or
 * endpoint that isn't there. `stands`: where the filter stands in the request.
 */
export async function resolve(actor: Actor, filter: DeliveryFilter, stands: readonly string[] = ["query"]): Promise<LogFilter | null> {
  const resolved: LogFilter = {
    environmentId: actor.environmentId,
    status: nonEmpty(filter.status),
    statusCodes: nonEmpty(filter.httpStatus)?.map(codesOf),
    eventTypes: nonEmpty(filter.eventTypes),
    errorClasses: nonEmpty(filter.errorClass),
    minAttempts: filter.minAttempts ?? undefined,
    attemptedSince: filter.attemptedAfter ? new Date(filter.attemptedAfter).toISOString() : undefined,
    since: later(oldest(), filter.after ? new Date(filter.after) : null),
    until: filter.before ? new Date(filter.before) : endOfLists(),
  };
  if (filter.channel) resolved.channel = filter.channel;
  if (filter.tag) resolved.tag = filter.tag;
  if (filter.search) resolved.words = await searchedWords(actor, filter.search, [...stands, "search"]);
  const { applicationId, endpointIds } = await ownersOf(actor, filter);
  if (applicationId !== undefined) resolved.applicationId = applicationId;
  if (endpointIds !== undefined) resolved.endpointIds = endpointIds;
  if (!filter.messageId) return resolved;
  const messages = await messagesNamed(actor, filter.messageId);
  if (messages.length === 0) return null;
  resolved.messageIds = messages;
  const [earliest, latest] = madeBetween("message", ...messages);
  resolved.since = later(resolved.since, earliest);
  resolved.until = latest < resolved.until ? latest : resolved.until;
  return resolved;
}

async function ownersOf(
  actor: Actor,
  { applicationId, endpointId }: DeliveryFilter,
): Promise<{ applicationId?: string; endpointIds?: string[] }> {
  const application = applicationId ? await findApplicationRow(actor, applicationId) : null;
  if (applicationId && application === null) throw notFound("Application not found");
  const ofApplication = application?.id ?? actor.applicationId;
  if (endpointId) {
    // A deleted endpoint's deliveries can still be asked for.
    const endpoint = await prisma().endpoint.findFirst({
      where: { id: endpointId, environmentId: actor.environmentId, ...(ofApplication === null ? {} : { applicationId: ofApplication }) },
      select: { id: true },
    });
    if (endpoint === null) throw notFound("Endpoint not found");
    return { endpointIds: [endpoint.id] };
  }
  if (ofApplication === null) return {};
  const endpoints = await prisma().endpoint.findMany({ where: { applicationId: ofApplication }, select: { id: true } });
  return { applicationId: ofApplication, endpointIds: endpoints.map(({ id }) => id) };
}

async function messagesNamed(actor: Actor, idOrEventId: string): Promise<string[]> {
  if (isId("message", idOrEventId)) return [idOrEventId];
  if (isId("attempt", idOrEventId)) return messagesOfAttempt(actor.environmentId, idOrEventId);
  const { rows } = await pool().query<{ id: string }>({
    text: `select e."messageId" as "id" from message_event_id e join application a on a."id" = e."applicationId"
           where a."environmentId" = $1 and e."eventId" = $2 limit 100`,
    values: [actor.environmentId, idOrEventId],
  });
  return rows.map(({ id }) => id);
}

/** Before that deliveries are past retention. An environment's own age says nothing: what was brought along is older than it. */
const oldest = (): Date => new Date(databaseNowMs() - (env().retentionDays + 1) * dayMs);

const later = (one: Date, other: Date | null): Date => (other !== null && other > one ? other : one);

const nonEmpty = <T>(values: T[] | null | undefined): T[] | undefined => (values && values.length > 0 ? values : undefined);

const codesOf = (text: string): [number, number] => {
  const [first, last] = text.split("-");
  if (last !== undefined) return [Number(first), Number(last)];
  const from = Number(text.replace("xx", "00"));
  return text.endsWith("xx") ? [from, from + 99] : [from, from];
};

type Cursor = { messageId: string; endpointId: string; back: boolean };

function cursorOf(iterator: string | null | undefined): Cursor | null {
  if (!iterator) return null;
  const back = iterator.startsWith("-");
  const [messageId = "", endpointId = ""] = iterator.slice(back ? 1 : 0).split(".");
  if (!isId("message", messageId) || !isId("endpoint", endpointId)) throw notOurs();
  return { messageId, endpointId, back };
}

function attemptCursorOf(iterator: string | null | undefined): { place: AttemptPlace; back: boolean } | null {
  if (!iterator) return null;
  const [, id = "", ms = ""] = /^(.*)\.(\d{1,13})$/.exec(iterator) ?? [];
  const cursor = cursorOf(id);
  if (cursor === null) throw notOurs();
  const { back, ...key } = cursor;
  return { place: { ...key, moment: new Date(Number(ms)) }, back };
}

const notOurs = () => invalid(["query", "iterator"], "This is no iterator of this list");

const keyOf = ({ messageId, endpointId }: { messageId: string; endpointId: string }): string => `${messageId}.${endpointId}`;

async function placeOfCursor({ messageId, endpointId }: Cursor): Promise<LogPlace> {
  const { createdAt } = await placeOfMessage({ id: messageId });
  return { createdAt, messageId, endpointId };
}

/** Deliveries as the API shows them, each with the endpoint, application and message that it belongs to. */
export async function showAll(rows: LogRow[]): Promise<DeliveryOut[]> {
  if (rows.length === 0) return [];
  const owners = await readOwners(rows);
  const byKey = new Map(owners.map((owner) => [keyOf(owner), owner]));
  return rows.flatMap((row) => {
    const owner = byKey.get(keyOf(row));
    return owner === undefined ? [] : [show(row, owner)];
  });
}

/** The schedule of an endpoint: its own, or the server's; seconds. */
export const waitsOf = ({ retrySchedule }: Pick<Owners, "retrySchedule">): readonly number[] =>
  retrySchedule && retrySchedule.length > 0 ? retrySchedule : env().retryScheduleSeconds;

function show({ leased, ...row }: LogRow, { retrySchedule, ...owner }: Owners): DeliveryOut {
  const waits = waitsOf({ retrySchedule });
  return {
    messageId: row.messageId,
    endpointId: row.endpointId,
    endpointUrl: owner.endpointUrl,
    endpointDescription: owner.endpointDescription,
    endpointUid: owner.endpointUid,
    endpointDeleted: owner.endpointDeleted,
    applicationId: row.applicationId,
    applicationUid: owner.applicationUid,
    applicationName: owner.applicationName,
    applicationDeleted: owner.applicationDeleted,
    eventType: row.eventType,
    eventId: owner.eventId,
    status: row.status,
    sending: leased,
    attemptCount: row.attemptCount,
    maxAttempts: waits.length + 1,
    lastStatusCode: row.lastStatusCode,
    lastErrorClass: row.lastErrorClass as DeliveryOut["lastErrorClass"],
    lastDurationMs: row.lastDurationMs,
    lastAttemptAt: row.lastAttemptAt?.toISOString() ?? null,
    ...(row.inLine ? { waitsForTurn: true as const } : {}),
    nextAttemptAt: leased ? null : (row.nextAttemptAt?.toISOString() ?? null),
    createdAt: row.createdAt.toISOString(),
  };
}

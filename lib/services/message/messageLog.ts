/** The messages of an environment, each with what became of its deliveries. */
import type { Actor } from "../../actor.ts";
import type { MessageLogQuery } from "../../contract/messageLog.ts";
import { notFound } from "../../errors.ts";
import { isId } from "../../ids.ts";
import { payloadOf, showMessage } from "./messageContent.ts";
import { messageEndpoints } from "./messageEndpoints.ts";
import { type Window, cursorOf, pageOf, readsDown } from "../shared/pages.ts";
import { findApplicationRow } from "../shared/scope.ts";
import { Where, beyond } from "../../db/sql/where.ts";
import {
  type LoggedMessage,
  beyondMessage,
  listLoggedMessages,
  listMessagesOf,
  readFewApplications,
  readLoggedMessage,
  withEventId,
} from "../../db/sql/log/messageLog.ts";
import { filterMessages, placeOfMessage } from "../../db/sql/log/messages.ts";
import { isOf, isOfAnyType } from "../../db/sql/isOf.ts";

export async function list(actor: Actor, query: MessageLogQuery) {
  const window = { limit: query.limit, descending: true, cursor: cursorOf("message", query.iterator) };
  const where = new Where();
  if (query.application_id)
    where.filter((id) => isOf(`m."applicationId"`, id), (await findApplicationRow(actor, query.application_id))?.id ?? "");
  if (query.event_types) where.filter(isOfAnyType, actor.environmentId, query.event_types);
  if (query.event_id) withEventId(where, actor.environmentId, query.event_id);
  filterMessages(where, query);
  const applicationIds = where.hasFilters ? null : await readFewApplications(actor.environmentId);
  if (applicationIds === null) where.and(`m."environmentId" = ?`, actor.environmentId);
  return pageOf(await readRows(applicationIds, where, window, query.limit + 1), window, ({ id }) => id, show);
}

/** Rows beyond the window's cursor. `applicationIds` null: of all. */
async function readRows(applicationIds: string[] | null, where: Where, window: Window, limit: number): Promise<LoggedMessage[]> {
  const down = readsDown(window);
  const { cursor } = window;
  if (applicationIds === null) {
    if (cursor !== null) beyondMessage(where, cursor.id, down);
    return listLoggedMessages(where, down, limit);
  }
  const place = cursor === null ? null : await placeOfMessage(cursor);
  if (place !== null) beyond(where, { createdAt: `m."createdAt"`, id: `m."id"` }, place, down);
  return listMessagesOf(applicationIds, { where, place, down, limit });
}

export async function find(actor: Actor, id: string) {
  if (!isId("message", id)) throw notFound("Message not found");
  const row = await readLoggedMessage(actor.environmentId, id);
  if (row === undefined) throw notFound("Message not found");
  return {
    payloadExpiresAt: row.payloadExpiresAt,
    ...show(row),
    ...payloadOf(row),
    ...(await messageEndpoints(actor.environmentId, row)),
  };
}

function show(row: LoggedMessage) {
  const { payload: _, ...shown } = showMessage(row, false);
  const { application, payloadBytes, deliveries, violation, otherCount, otherLastAt } = row;
  return {
    application,
    payloadBytes,
    violation,
    otherRequests: otherCount === null || otherLastAt === null ? null : { count: otherCount, lastAt: otherLastAt },
    deliveries: { pending: 0, succeeded: 0, failed: 0, cancelled: 0, ...deliveries },
    ...shown,
  };
}

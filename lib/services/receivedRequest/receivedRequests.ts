/** What sources received: the log, and one request with all that is known of it. */
import type { Actor } from "../../actor.ts";
import type { ReceivedRequestDetail, ReceivedRequestOut } from "../../contract/receivedRequest.ts";
import { queryList } from "../../db/client.ts";
import { getSource } from "../../db/sources.ts";
import {
  type ReceivedLogRow,
  readBody,
  readReceived,
  receivedColumns,
  receivedFrom,
  requestsOfMessages,
  placeOfReceived,
} from "../../db/sql/log/receivedLog.ts";
import { env } from "../../env.ts";
import { notFound } from "../../errors.ts";
import { type EnvironmentId, idTimeMs, isId } from "../../ids.ts";
import { readBody as bodyFrom } from "../../webhooks/body/body.ts";
import type { Pair } from "../../webhooks/body/form.ts";

import { cursorOf, pageOf, readsDown } from "../shared/pages.ts";
import { type Head, credentialNames, openHead, showHead } from "./receivedHead.ts";
import { requireWhole, sourceOf } from "../source/sources.ts";
import { Where, beyond, listQuery } from "../../db/sql/where.ts";
import { madeBetween } from "../../db/sql/days.ts";
import { between } from "../../db/sql/log/messages.ts";
import { isOf } from "../../db/sql/isOf.ts";

type ListIn = {
  limit: number;
  iterator?: string | null | undefined;
  source_id?: string | null | undefined;
  verdict?: string | null | undefined;
  reason?: string | null | undefined;
  event_type?: string | null | undefined;
  search?: string | null | undefined;
  before?: string | null | undefined;
  after?: string | null | undefined;
};

export async function list(actor: Actor, query: ListIn) {
  requireWhole(actor);
  const source = query.source_id ? await sourceOf(actor, query.source_id) : null;
  const window = { limit: query.limit, descending: true, cursor: cursorOf("receivedRequest", query.iterator) };
  const where = new Where().and((id) => isOf(`r."environmentId"`, id), actor.environmentId);
  if (source !== null) where.filter((id) => isOf(`r."sourceId"`, id), source.id);
  if (query.verdict) where.filter(`r."verdict" = ?`, query.verdict);
  // The condition is repeated for the index of what was not simply accepted, so that it is known to hold the rows.
  if (query.verdict && query.verdict !== "accepted") where.filter(`r."verdict" <> 'accepted'`);
  if (query.reason) where.filter(`r."reason" = ? and r."verdict" <> 'accepted'`, query.reason);
  if (query.event_type) where.filter(`r."eventType" = ?`, query.event_type);
  between(where, `r."createdAt"`, query.before, query.after);
  if (query.search?.trim()) await searching(where, actor.environmentId, query.search.trim());
  const down = readsDown(window);
  if (window.cursor !== null) beyond(where, { createdAt: `r."createdAt"`, id: `r."id"` }, await placeOfReceived(window.cursor), down);
  const direction = down ? "desc" : "asc";
  const text = `select ${receivedColumns} from ${receivedFrom} ${where.text}
     order by r."createdAt" ${direction}, r."id" ${direction} ${where.bind("limit ?", query.limit + 1)}`;
  const { rows } = await queryList<ReceivedLogRow>(listQuery(text, where));
  const firsts = await firstsOf(actor.environmentId, rows);
  return pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) => shown(row, firsts),
  );
}

export async function get(actor: Actor, id: string): Promise<ReceivedRequestDetail> {
  const row = await receivedOf(actor, id);
  const body = await readBody(row);
  const head = openHead(row.id, row.sealedHead);
  const source = await getSource(row.sourceId);
  const legible = showHead(head, source === null ? ["token"] : credentialNames(source));
  return {
    ...(await show(actor, row)),
    ...legible,
    body: body === null ? null : shownBody(row, body, head),
  };
}

/** Throws `not_found` for what the actor may not see. */
export async function receivedOf(actor: Actor, id: string): Promise<ReceivedLogRow> {
  requireWhole(actor);
  const row = isId("receivedRequest", id) ? await readReceived(actor.environmentId, id) : undefined;
  if (row === undefined) throw notFound("Received request not found");
  return row;
}

export async function show({ environmentId }: Pick<Actor, "environmentId">, row: ReceivedLogRow): Promise<ReceivedRequestOut> {
  return shown(row, await firstsOf(environmentId, [row]));
}

export async function showAll(environmentId: EnvironmentId, rows: ReceivedLogRow[]): Promise<ReceivedRequestOut[]> {
  const firsts = await firstsOf(environmentId, rows);
  return rows.map((row) => shown(row, firsts));
}

/** The ids of the requests that some of these are duplicates of, by message. */
const firstsOf = (environmentId: EnvironmentId, rows: ReceivedLogRow[]): Promise<Map<string, string>> =>
  requestsOfMessages(environmentId, [...new Set(rows.map(firstMessageOf).filter((id) => id !== null))]);

const firstMessageOf = ({ verdict, messageId, duplicateOfId }: ReceivedLogRow): string | null =>
  verdict === "duplicate" ? messageId : duplicateOfId;

function duplicateOf(row: ReceivedLogRow, firsts: Map<string, string>): ReceivedRequestOut["duplicateOf"] {
  const messageId = firstMessageOf(row);
  if (messageId === null) return null;
  const first = firsts.get(messageId) ?? null;
  const timeMs = first === null ? idTimeMs("message", messageId) : idTimeMs("receivedRequest", first);
  return { messageId, receivedRequestId: first, receivedAt: new Date(timeMs ?? 0).toISOString(), by: row.duplicateBy };
}

function shown(row: ReceivedLogRow, firsts: Map<string, string>): ReceivedRequestOut {
  const { sourceId, sourceName, provider, sealedHead, createdAt, releasedAt, duplicateBy: _, duplicateOfId: __, ...rest } = row;
  return {
    ...(rest as Omit<ReceivedRequestOut, "source" | "createdAt" | "releasedAt" | "path" | "duplicateOf">),
    duplicateOf: duplicateOf(row, firsts),
    source: { id: sourceId, name: sourceName, provider },
    createdAt: createdAt.toISOString(),
    releasedAt: releasedAt?.toISOString() ?? null,
    path: openHead(row.id, sealedHead).path,
  };
}

const maximumFields = 1_000;

function shownBody({ contentType }: ReceivedLogRow, bytes: Buffer, { headers }: Head): NonNullable<ReceivedRequestDetail["body"]> {
  const { kind, text, pairs } = bodyFrom({ body: bytes, contentType, contentEncoding: headers["content-encoding"] }, env().maxPayloadBytes);
  return { base64: bytes.toString("base64"), text, ...(kind === "form" ? { fields: pairs.slice(0, maximumFields).map(shownField) } : {}) };
}

function shownField([name, value]: Pair) {
  return typeof value === "string" ? { name, value, file: null } : { name, value: "", file: value };
}

/**
 * Searches for a request by whatever id there is of it: its own, its message's (or that of the first), or the provider's, also
 * as one of several.
 */
async function searching(where: Where, environmentId: EnvironmentId, text: string): Promise<void> {
  if (isId("message", text))
    where.filter(
      `(r."id" = ? or (r."messageId" = ? and r."verdict" = 'duplicate'))`,
      (await requestsOfMessages(environmentId, [text])).get(text) ?? "",
      text,
    );
  else if (isId("receivedRequest", text))
    where.filter(`r."id" = ? and r."createdAt" between ? and ?`, text, ...madeBetween("receivedRequest", text));
  else
    where.filter(
      `(r."providerEventId" = ? or (strpos(r."providerEventId", ' ') > 0
         and string_to_array(replace(r."providerEventId", ',', ''), ' ') @> array[?::text]))`,
      text,
      text.replaceAll(",", ""),
    );
}

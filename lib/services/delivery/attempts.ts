/** Attempts and what became of deliveries: reading, and expunging responses. */
import type { Actor } from "../../actor.ts";
import type { AttemptQuery } from "../../contract/attempt.ts";
import { pool, prisma } from "../../db/client.ts";
import { notFound } from "../../errors.ts";
import { idTimeMs, isId } from "../../ids.ts";
import { recordAudit } from "../audit/audit.ts";
import { type MessageRow, showMessage } from "../message/messageContent.ts";
import { between, columns as messageColumns, findMessage } from "../message/messages.ts";
import { type Cursor, cursorOf, pageOf, readsDown } from "../shared/pages.ts";
import { applicationOf, endpointIdOf, findEndpointRow } from "../shared/scope.ts";
import { type Place, Where, beyond, listQuery } from "../shared/sql.ts";
import { hourMs } from "../../words/duration.ts";
import { madeBetween, clockSlackMs } from "../../db/sql/days.ts";

type Query = Omit<AttemptQuery, "endpoint_id">;

type AttemptRow = {
  id: string;
  createdAt: Date;
  messageId: string;
  endpointId: string;
  url: string;
  /** Null: expunged. */
  response: string | null;
  responseBytes: Buffer | null;
  responseStatusCode: number;
  durationMs: number;
  status: "succeeded" | "failed";
  trigger: "scheduled" | "manual";
};

export async function listByEndpoint(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, query: Query) {
  const { id } = await endpointIdOf(actor, applicationIdOrUid, endpointIdOrUid);
  return list(new Where().and(`a."endpointId" = ?`, id), query);
}

export async function listByMessage(actor: Actor, applicationIdOrUid: string, idOrEventId: string, query: AttemptQuery) {
  const application = await applicationOf(actor, applicationIdOrUid);
  const message = await findMessage(application, idOrEventId, false);
  const where = new Where().and(`a."messageId" = ?`, message.id).and(`a."createdAt" >= ?`, earliest(message.createdAt));
  if (query.endpoint_id) where.filter(`a."endpointId" = ?`, await idOfAny(application, query.endpoint_id));
  return list(where, query);
}

export async function get(actor: Actor, applicationIdOrUid: string, idOrEventId: string, attemptId: string) {
  return show(await find(actor, applicationIdOrUid, idOrEventId, attemptId), true);
}

export async function expunge(actor: Actor, applicationIdOrUid: string, idOrEventId: string, attemptId: string): Promise<void> {
  const { id, createdAt } = await find(actor, applicationIdOrUid, idOrEventId, attemptId);
  await pool().query(
    `update attempt set response = null, "responseBytes" = null, "responseHeaders" = null where "id" = $1 and "createdAt" = $2`,
    [id, createdAt],
  );
  await recordAudit(actor, prisma(), "message.responseDeleted", id);
}

const columns = `a."id", a."createdAt", a."messageId", a."endpointId", a."url", a."response", a."responseBytes", a."responseStatusCode", a."durationMs",
  a."status", a."trigger"`;

async function list(where: Where, query: Query) {
  const window = { limit: query.limit, descending: true, cursor: cursorOf("attempt", query.iterator) };
  filter(where, query);
  const down = readsDown(window);
  if (window.cursor !== null) beyond(where, { createdAt: `a."createdAt"`, id: `a."id"` }, await placeOf(window.cursor), down);
  const direction = down ? "desc" : "asc";
  const text = `select ${columns} from attempt a ${where.text}
     order by a."createdAt" ${direction}, a."id" ${direction} ${where.bind("limit ?", query.limit + 1)}`;
  const { rows } = await pool().query<AttemptRow>(listQuery(text, where));
  const page = pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) => row,
  );
  const messages = query.with_msg ? await messagesOf(page.data, query.with_content) : null;
  const data = page.data.map((row) => ({
    ...show(row, query.with_content),
    ...(messages === null ? {} : { msg: messages.get(row.messageId) ?? null }),
  }));
  return { ...page, data };
}

function filter(where: Where, query: Query): void {
  const { status, status_code_class: codeClass, channel, tag, event_types: eventTypes } = query;
  // An attempt is only ever 0, success, or 2, fail.
  if (status !== null && status !== undefined)
    where.filter(`a."status" = ?`, status === 0 ? "succeeded" : status === 2 ? "failed" : "none");
  if (codeClass === 0) where.filter(`a."responseStatusCode" = 0`);
  else if (codeClass) where.filter(`a."responseStatusCode" >= ? and a."responseStatusCode" < ?`, codeClass, codeClass + 100);
  if (eventTypes) where.filter(`a."eventType" = any(?::text[])`, eventTypes);
  between(where, `a."createdAt"`, query.before, query.after);
  if (!channel && !tag) return;
  const wanted = where.bind(
    [channel ? `m."channels" @> array[?]::text[]` : null, tag ? `m."tags" @> array[?]::text[]` : null].filter(Boolean).join(" and "),
    ...[channel, tag].filter(Boolean),
  );
  where.filter(`exists (select from message m where m."id" = a."messageId" and m."createdAt" <= a."createdAt"
    and m."createdAt" > a."createdAt" - interval '${longestDelivery}' and ${wanted})`);
}

/** No attempt is made later after its message than this: retries end within days, recovery within 14. */
const longestDelivery = "60 days";

const earliest = (messageCreatedAt: Date): Date => new Date(messageCreatedAt.getTime() - clockSlackMs);

async function find(actor: Actor, applicationIdOrUid: string, idOrEventId: string, attemptId: string): Promise<AttemptRow> {
  const application = await applicationOf(actor, applicationIdOrUid);
  const message = await findMessage(application, idOrEventId, false);
  if (!isId("attempt", attemptId)) throw notFound("Attempt not found");
  const { rows } = await pool().query<AttemptRow>({
    text: `select ${columns} from attempt a where a."id" = $1 and a."createdAt" between $2 and $3 and a."messageId" = $4`,
    values: [attemptId, ...daysAround(attemptId), message.id],
  });
  if (rows[0] === undefined) throw notFound("Attempt not found");
  return rows[0];
}

async function placeOf({ id }: Cursor): Promise<Place> {
  const { rows } = await pool().query<Place>({
    text: `select "createdAt", "id" from attempt where "id" = $1 and "createdAt" between $2 and $3`,
    values: [id, ...daysAround(id)],
  });
  return rows[0] ?? { createdAt: new Date(idTimeMs("attempt", id) ?? 0), id };
}

/** Where the row of an attempt's id can be: the id dates from the attempt, the row from its recording. */
function daysAround(attemptId: string): [Date, Date] {
  const timeMs = idTimeMs("attempt", attemptId) ?? 0;
  return [new Date(timeMs - hourMs), new Date(timeMs + hourMs)];
}

async function idOfAny(application: { id: string }, idOrUid: string): Promise<string> {
  // A deleted endpoint's attempts can still be asked for by its id.
  if (isId("endpoint", idOrUid)) return idOrUid;
  const endpoint = await findEndpointRow(application, idOrUid);
  if (endpoint === null) throw notFound("Endpoint not found");
  return endpoint.id;
}

async function messagesOf(attempts: AttemptRow[], withContent: boolean) {
  if (attempts.length === 0) return new Map<string, ReturnType<typeof showMessage>>();
  const ids = attempts.map(({ messageId }) => messageId);
  const { rows } = await pool().query<MessageRow>({
    text: `select ${messageColumns(withContent)} from message m where m."id" = any($1::text[]) and m."createdAt" between $2 and $3`,
    values: [ids, ...madeBetween("message", ...ids)],
  });
  return new Map(rows.map((row) => [row.id, showMessage(row, withContent)]));
}

const hiddenResponse = "{}";
const expungedResponse = "EXPUNGED";

const show = (row: AttemptRow, withContent: boolean) => ({
  id: row.id,
  endpointId: row.endpointId,
  msgId: row.messageId,
  url: row.url,
  response: withContent ? (row.response ?? expungedResponse) : hiddenResponse,
  ...(withContent && row.responseBytes !== null ? { responseBase64: row.responseBytes.toString("base64") } : {}),
  responseStatusCode: row.responseStatusCode,
  responseDurationMs: row.durationMs,
  status: row.status === "succeeded" ? 0 : 2,
  statusText: row.status === "succeeded" ? "success" : "fail",
  triggerType: row.trigger === "manual" ? 1 : 0,
  timestamp: row.createdAt,
});

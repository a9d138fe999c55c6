/**
 * The statement of accept.ts, without what none of its messages has: to start it costs as much as twenty rows, also for parts that
 * then find nothing. One text for each shape, so that it is prepared once.
 */
import type pg from "pg";
import { env } from "../../../env.ts";
import { concatenated, plainArray, textArray } from "../parameters.ts";
import type { NewMessage } from "./accept.ts";
import { hasRare, rareColumns } from "./acceptRare.ts";
import { forwardSql, nothingReceived, receivedParameters, receivedPieces, sourceSingles } from "./acceptReceived.ts";
import { beside, isSo } from "../joins.ts";
import { takeFeedPlaces } from "./feed.ts";
import { inHand } from "./inHand.ts";
import { dueNow } from "./keys.ts";
import { inLine, takePlaces } from "./lines.ts";

/** An array with one entry a message: its name in `input`, its elements' type. */
export type Column = [name: string, type: string, entries: string];
/** A parameter of the whole statement. */
export type Single = [name: string, type: string, value: unknown];

/** What any message of a statement has. */
type Shape = {
  /** An idempotency key or an eventId. */
  exact: boolean;
  /** An order, or what else few have: acceptRare.ts. */
  ordered: boolean;
  /** Channels, tags, a content type, an expiry or a moment to go at. */
  detailed: boolean;
  /** A source's request. */
  received: boolean;
};

function shapeOf(messages: readonly NewMessage[]): Shape {
  const shape = { exact: false, ordered: false, detailed: false, received: false };
  for (const message of messages) {
    const { channels, tags, contentType, payloadExpiresAt, deliverAt } = message;
    if (message.idempotency !== null || message.eventId !== null) shape.exact = true;
    if (hasRare(message)) shape.ordered = true;
    if (channels.length > 0 || tags.length > 0 || contentType !== null || payloadExpiresAt !== null || deliverAt !== null)
      shape.detailed = true;
    if (message.received !== undefined) shape.received = true;
  }
  return shape;
}

const texts = new Map<string, string>();

/** The statement answers a row for each message that was not accepted; no row means accepted. */
export function statement(messages: readonly NewMessage[]): pg.QueryConfig {
  const shape = shapeOf(messages);
  const payloads = concatenated(messages.map(({ payload }) => payload));
  const responses = concatenated(messages.map(({ idempotency }) => idempotency?.response ?? null));
  const origins = originsOf(messages);
  const columns: Column[] = [
    ["id", "text", plainArray(messages.map(({ id }) => id))],
    ["createdMs", "float8", plainArray(messages.map(({ createdAt }) => createdAt.getTime()))],
    ["origin", "int", plainArray(origins.numbers)],
    ["payloadStart", "int", plainArray(payloads.starts)],
    ["payloadBytes", "int", plainArray(payloads.lengths)],
    ["leaseId", "text", plainArray(messages.map(({ leaseId }) => leaseId))],
  ];
  const singles: Single[] = [
    ["payloads", "bytea", payloads.bytes],
    ["leaseSeconds", "float8", env().leaseSeconds],
    ...originSingles(origins.all, shape),
    ...deliveriesOf(messages, shape),
  ];
  if (shape.detailed) columns.push(...detailColumns(messages));
  if (shape.ordered) columns.push(...rareColumns(messages));
  if (shape.exact) {
    const keyed = messages.flatMap(({ idempotency }) => idempotency ?? []);
    let keys = 0;
    columns.push(
      ["eventId", "text", textArray(messages.map(({ eventId }) => eventId))],
      ["key", "int", plainArray(messages.map(({ idempotency }) => (idempotency === null ? null : keys++)))],
      ["status", "int", plainArray(messages.map(({ idempotency }) => idempotency?.status ?? null))],
      ["responseStart", "int", plainArray(responses.starts)],
      ["responseBytes", "int", plainArray(responses.lengths)],
    );
    singles.push(
      ["keyHashes", "bytea", Buffer.concat(keyed.map(({ keyHash }) => keyHash))],
      ["requestHashes", "bytea", Buffer.concat(keyed.map(({ requestHash }) => requestHash))],
      ["responses", "bytea", responses.bytes],
    );
  }
  if (shape.received) {
    const more = receivedParameters(messages.map(({ received }) => received ?? null));
    columns.push(...more.columns);
    singles.push(...more.singles);
  }
  const name = ["accept", ...Object.entries(shape).flatMap(([part, has]) => (has ? [part] : []))].join("_");
  let text = texts.get(name);
  if (text === undefined) texts.set(name, (text = textOf(shape, columns, singles)));
  return { name, text, values: [...columns.map(([, , entries]) => entries), ...singles.map(([, , value]) => value)] };
}

/** Where a message is from: a statement of many has few to tell apart, each of which is looked up once. */
type Origin = Pick<NewMessage, "environmentId" | "applicationId" | "applicationVersion" | "eventType" | "received">;

/** Each origin once, and the number of each message's, from 1 on. */
function originsOf(messages: readonly NewMessage[]): { all: Origin[]; numbers: number[] } {
  const known = new Map<string, number>();
  const all: Origin[] = [];
  const numbers = messages.map((message) => {
    const { environmentId, applicationId, applicationVersion, eventType, received } = message;
    const source = received === undefined ? "" : `${received.sourceId} ${received.sourceVersion}`;
    const key = `${environmentId} ${applicationId} ${applicationVersion} ${source} ${eventType}`;
    let number = known.get(key);
    if (number === undefined) known.set(key, (number = all.push(message)));
    return number;
  });
  return { all, numbers };
}

const originSingles = (origins: readonly Origin[], { received }: Shape): Single[] => [
  ["environmentIds", "text[]", plainArray(origins.map(({ environmentId }) => environmentId))],
  ["applicationIds", "text[]", plainArray(origins.map(({ applicationId }) => applicationId))],
  ["versions", "int8[]", plainArray(origins.map(({ applicationVersion }) => applicationVersion))],
  ["eventTypes", "text[]", textArray(origins.map(({ eventType }) => eventType))],
  ...(received ? sourceSingles(origins.map((origin) => origin.received ?? null)) : []),
];

const detailColumns = (messages: readonly NewMessage[]): Column[] => [
  ["channels", "text", textArray(messages.map(({ channels }) => listOrNull(channels)))],
  ["tags", "text", textArray(messages.map(({ tags }) => listOrNull(tags)))],
  ["contentType", "text", textArray(messages.map(({ contentType }) => contentType))],
  ["expiresMs", "float8", plainArray(messages.map(({ payloadExpiresAt }) => payloadExpiresAt?.getTime() ?? null))],
  ["deliverMs", "float8", plainArray(messages.map(({ deliverAt }) => deliverAt?.getTime() ?? null))],
];

/** Most messages have none, and null takes no place in a row. */
const listOrNull = (list: string[]): string | null => (list.length === 0 ? null : textArray(list));

/** Which endpoints get which message, by its number from 1 on, and the lines that they stand in. */
function deliveriesOf(messages: readonly NewMessage[], { ordered }: Shape): Single[] {
  const numbers: number[] = [];
  const endpointIds: string[] = [];
  const orderKeys: (string | null)[] = [];
  messages.forEach((message, i) =>
    message.endpointIds.forEach((endpointId, j) => {
      numbers.push(i + 1);
      endpointIds.push(endpointId);
      orderKeys.push(message.orderKeys?.[j] ?? null);
    }),
  );
  return [
    ["deliveryOf", "int[]", plainArray(numbers)],
    ["endpointIds", "text[]", plainArray(endpointIds)],
    ...(ordered ? ([["orderKeys", "text[]", textArray(orderKeys)]] as Single[]) : []),
  ];
}

/** SQL of a parameter, by its name. */
export type Place = (name: string) => string;

function textOf(shape: Shape, columns: readonly Column[], singles: readonly Single[]): string {
  const { exact, ordered, detailed, received } = shape;
  const $: Place = (name) => {
    const at = singles.findIndex(([one]) => one === name);
    return `$${columns.length + at + 1}::${singles[at]?.[1] ?? ""}`;
  };
  const forwards = [...(ordered ? [`decode(a."forwardHex", 'hex')`] : []), ...(received ? [forwardSql($)] : [])];
  const of = received ? receivedPieces($, exact) : nothingReceived;
  const arrays = columns.map(([, type], i) => `$${i + 1}::${type}[]`).join(", ");
  const names = columns.map(([name]) => `"${name}"`).join(", ");
  const deliveries = `unnest(${$("deliveryOf")}, ${$("endpointIds")}${ordered ? `, ${$("orderKeys")}` : ""}) as d("n", "endpointId"${ordered ? `, "orderKey"` : ""})`;
  const isLater = detailed ? `when a."deliverMs" is not null then ${momentOf(`a."deliverMs"`)}` : "";
  const isInLine = ordered ? `when d."orderKey" is not null then ${inLine}` : "";
  const isAtOnce = ["true", ...(detailed ? [`a."deliverMs" is null`] : []), ...(ordered ? [`d."orderKey" is null`] : [])].join(" and ");
  return `
with "input" as materialized (
  select i.*, ${momentOf(`i."createdMs"`)}::timestamptz(3) as "createdAt"${exact ? `, substring(${$("keyHashes")} from i."key" * 32 + 1 for 32) as "keyHash"` : ""}${of.hashes}
  from unnest(${arrays}) with ordinality as i(${names}, "n")
), "origins" as materialized (
  -- The fence keeps the planner from looking through an environment's applications for one of them.
  select o.* from unnest(${["environmentIds", "applicationIds", "versions", "eventTypes", ...of.origins].map($).join(", ")}) with ordinality
    as o("environmentId", "applicationId", "version", "eventType"${of.originNames}, "origin") cross join lateral (
    select a."environmentId", a."endpointsVersion", a."deletedAt" from "application" a where a."id" = o."applicationId" offset 0) a
  where a."environmentId" = o."environmentId" and a."endpointsVersion" = o."version" and a."deletedAt" is null${of.known}
), "fresh" as materialized (
  select i.*, o."environmentId", o."applicationId", o."eventType"${of.fresh}
  from "input" i ${beside(`"origins" o`, `o."origin" = i."origin"`)} where ${isSo(`o."origin" > 0`)}
), ${exact ? exactSql($) : ""}${of.seen}${acceptedSql(exact, of)}"messages" as (
  insert into "message" ("id", "createdAt", "environmentId", "applicationId", "eventType", "payload", "payloadBytes"
    ${detailed ? `, "channels", "tags", "contentType", "payloadExpiresAt", "deliverAt"` : ""}${exact ? `, "eventId"` : ""}${ordered ? `, "orderingKey", "metadata", "traceContext"` : ""}${forwards.length > 0 ? `, "sealedForward"` : ""})
  select a."id", a."createdAt", a."environmentId", a."applicationId", a."eventType",
    substring(${$("payloads")} from a."payloadStart" for a."payloadBytes"), a."payloadBytes"
    ${detailed ? `, a."channels"::text[], a."tags"::text[], a."contentType", ${momentOf(`a."expiresMs"`)}, ${momentOf(`a."deliverMs"`)}` : ""}${exact ? `, a."eventId"` : ""}${ordered ? `, a."orderingKey", a."metadata"::jsonb, decode(a."traceHex", 'hex')` : ""}${forwards.length > 0 ? `, coalesce(${forwards.join(", ")})` : ""}
  from ${accepted(exact, received)} a
), ${ordered ? `${takePlaces(orderedDeliveries(deliveries, accepted(exact, received)))}, ${takeFeedPlaces(polledMessages(accepted(exact, received)))},` : ""} "deliveries" as (
  insert into "delivery" ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "retryAt",
    "nextAttemptAt", "leaseId"${ordered ? `, "orderKey"` : ""})
  select a."id", d."endpointId", a."createdAt", a."environmentId", a."applicationId", a."eventType",
    ${detailed ? `coalesce(${momentOf(`a."deliverMs"`)}, ${dueNow})` : dueNow},
    case ${isInLine} ${isLater} when a."leaseId" is null then ${dueNow} else now() + make_interval(secs => ${$("leaseSeconds")}) end,
    case when ${isAtOnce} then ${inHand(`a."leaseId"`, `a."createdAt"`)} end${ordered ? `, d."orderKey"` : ""}
  from ${deliveries} join ${accepted(exact, received)} a on a."n" = d."n"
${of.received})
${answersSql(exact, received, of)}`;
}

const momentOf = (ms: string): string => `to_timestamp(${ms} / 1000)`;

/** Where nothing can keep a message from being accepted, all that are fresh are. */
const accepted = (exact: boolean, received: boolean): string => (exact || received ? `"accepted"` : `"fresh"`);

const exactSql = ($: Place): string => `"first" as materialized (
  select distinct on (f."keyHash") f.* from "fresh" f where f."keyHash" is not null order by f."keyHash", f."n"
), "answer" as (
  insert into "idempotency" ("keyHash", "requestHash", "status", "response", "expiresAt")
  select f."keyHash", substring(${$("requestHashes")} from f."key" * 32 + 1 for 32), f."status",
    substring(${$("responses")} from f."responseStart" for f."responseBytes"), now() + interval '12 hours'
  from "first" f order by f."keyHash"
  -- Updating nothing waits for whoever else holds the key, and answers with what they stored.
  on conflict ("keyHash") do update set "keyHash" = excluded."keyHash"
  returning "keyHash", "requestHash", "status", "response", xmax = 0 as "won"
), "candidate" as materialized (
  select f.* from "fresh" f where f."keyHash" is null
  union all
  select f.* from "first" f ${beside(`"answer" r`, `r."keyHash" = f."keyHash"`)} where ${isSo(`r."won"`)}
), "event" as (
  insert into "message_event_id" ("applicationId", "eventId", "messageId", "createdAt")
  select distinct on (c."applicationId", c."eventId") c."applicationId", c."eventId", c."id", c."createdAt"
  from "candidate" c where c."eventId" is not null order by c."applicationId", c."eventId", c."n"
  on conflict ("applicationId", "eventId") do update set "messageId" = "message_event_id"."messageId"
  returning "applicationId", "eventId", "messageId"
), `;

function acceptedSql(exact: boolean, of: typeof nothingReceived): string {
  if (!exact && of === nothingReceived) return "";
  const from = of === nothingReceived ? `"candidate"` : `"judged"`;
  const byEvent = `
  union all
  select c.* from ${from} c ${beside(`"event" e`, `e."applicationId" = c."applicationId" and e."eventId" = c."eventId"`)}
  where ${isSo(`e."messageId" = c."id"`)}`;
  return `"accepted" as materialized (
  select c.* from ${from} c where true${exact ? ` and c."eventId" is null` : ""}${of.accepted}${exact ? byEvent + of.accepted : ""}
), `;
}

function answersSql(exact: boolean, received: boolean, of: typeof nothingReceived): string {
  const unaccepted = `where not exists (select from ${accepted(exact, received)} a where a."n" = i."n")`;
  if (exact)
    return `select i."n"::int as "n",
  case when f."n" is null then 'stale' when c."n" is not null then 'duplicate'
    when r."status" is null then 'underway' else 'replayed' end as "kind",
  ${received ? `coalesce(e."messageId", j."firstId")` : `e."messageId"`} as "messageId", r."requestHash", r."status", r."response"
from "input" i
  left join "fresh" f on f."n" = i."n"
  left join "candidate" c on c."n" = i."n"
  left join "answer" r on r."keyHash" = i."keyHash" and f."n" is not null and c."n" is null
  left join "event" e on e."applicationId" = f."applicationId" and e."eventId" = f."eventId"${of.join}
${unaccepted}`;
  if (received)
    return `select i."n"::int as "n", case when j."n" is null then 'stale' else 'duplicate' end as "kind", j."firstId" as "messageId"
from "input" i${of.join}
${unaccepted}`;
  return `select i."n"::int as "n", 'stale' as "kind" from "input" i ${unaccepted}`;
}

const orderedDeliveries = (deliveries: string, of: string): string => `select a."id" as "messageId", a."createdAt", d.*
    from ${deliveries} join ${of} a on a."n" = d."n"`;

const polledMessages = (of: string): string => `select a."applicationId", a."id" as "messageId", a."createdAt", a."n"
    from ${of} a where exists (select from "poller" p where p."applicationId" = a."applicationId")`;

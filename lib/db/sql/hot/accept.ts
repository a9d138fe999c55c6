/**
 * Storing messages and their deliveries: one statement for all calls that wait.
 * Exactness is the statement's: the application's version, the idempotency key and the eventId are checked in it.
 */
import type pg from "pg";
import { env } from "../../../env.ts";
import { AppError } from "../../../errors.ts";
import { metrics } from "../../../metrics.ts";
import { singleton } from "../../../singleton.ts";
import { forgetApplication } from "../../applications.ts";
import { hotPool } from "../../client.ts";
import { forgetSource } from "../../sources.ts";
import { GroupCommit } from "../../groupCommit.ts";
import { advance } from "../../lines.ts";
import { dueNow } from "./keys.ts";
import { takeFeedPlaces } from "./feed.ts";
import { inLine, type Line, takePlaces } from "./lines.ts";
import { concatenated, plainArray, textArray } from "../parameters.ts";
import { countsForQuarantine } from "../received/quarantine.ts";
import { hasRare, type RarePart, rareParameters, traceParameter } from "./acceptRare.ts";
import { nothingReceived, type Pieces, type ReceivedPart, receivedParameters, receivedSql } from "./acceptReceived.ts";

export type NewMessage = RarePart & {
  id: string;
  /** The id's moment, by databaseNowMs(). */
  createdAt: Date;
  environmentId: string;
  applicationId: string;
  /** The version of the snapshot that `endpointIds` were matched with. */
  applicationVersion: string;
  eventType: string;
  eventId: string | null;
  channels: string[];
  tags: string[];
  payload: Buffer;
  contentType: string | null;
  payloadExpiresAt: Date | null;
  deliverAt: Date | null;
  endpointIds: string[];
  /** The lease of the process that will deliver the message: handoff.leaseId(). Null, or with `deliverAt`: whoever claims it. */
  leaseId: string | null;
  /** Both hashes are SHA-256. `response` is kept as this key's answer. */
  idempotency: { keyHash: Buffer; requestHash: Buffer; status: number; response: Buffer } | null;
  /** The received request that the message was made of, if a source made it. */
  received?: ReceivedPart;
};

export type AcceptResult =
  /** `leasedAtMs`: performance.now() before which the lease did not begin. */
  | { kind: "accepted"; leasedAtMs: number }
  /** The application or the source has changed. Both are forgotten here: find them again, match, call again. */
  | { kind: "stale" }
  /** The eventId, or a source's event, is taken by that message. */
  | { kind: "duplicate"; messageId: string }
  /** The idempotency key has been answered before. */
  | { kind: "replayed"; requestHash: Buffer; status: number; response: Buffer };

/** Stores a message. Throws AppError `unavailable` if the database is away or too much waits, `conflict` if the key's first call is under way. */
export async function accept(message: NewMessage): Promise<AcceptResult> {
  for (;;) {
    const result = await batcher().submit(message).catch(refused);
    if (result.kind === "again") continue;
    if (result.kind === "underway")
      throw new AppError("conflict", "A request with this Idempotency-Key is under way; try again", { retryAfterSeconds: 1 });
    if (result.kind === "stale") forget(message);
    if (result.kind === "accepted") noteAccepted(message);
    return result;
  }
}

export function noteAccepted(message: NewMessage): void {
  metrics().accepted.inc();
  advance(linesOf(message));
}

const linesOf = ({ endpointIds, orderKeys }: NewMessage): Line[] =>
  (orderKeys ?? []).flatMap((orderKey, i) => (orderKey === null ? [] : [{ endpointId: endpointIds[i] ?? "", orderKey }]));

export function forget({ applicationId, received }: NewMessage): void {
  forgetApplication(applicationId);
  if (received !== undefined) forgetSource(received.sourceId);
}

function refused(error: unknown): never {
  if (error instanceof AppError && error.code === "unavailable") metrics().refused.inc();
  throw error;
}

/** `again`: the call that held the same idempotency key has given it back; submit once more. */
type StatementResult = AcceptResult | { kind: "underway" } | { kind: "again" };

const batcher = (): GroupCommit<NewMessage, StatementResult> =>
  singleton(
    "accept",
    () =>
      new GroupCommit<NewMessage, StatementResult>({
        commit: acceptTogether,
        bytesOf: ({ payload, endpointIds, received }) =>
          payload.length + 500 + 100 * endpointIds.length + (received === undefined ? 0 : received.sealedHead.length + 1_000),
        maxMembers: 500,
        maxBytes: 8 * 1024 * 1024,
        maxInFlight: 2,
        maxWaitingMembers: 20_000,
        maxWaitingBytes: 128 * 1024 * 1024,
        observe: (members) => metrics().commitSize.observe({ statement: "accept" }, members),
      }),
  );

export type ExceptionRow = {
  n: number;
  kind: "stale" | "duplicate" | "replayed" | "underway";
  messageId: string | null;
  requestHash: Buffer | null;
  status: number | null;
  response: Buffer | null;
};

/** Stores many messages in one statement, and answers each. Exported for tests and the benchmark; others call `accept`. */
export async function acceptTogether(messages: NewMessage[]): Promise<StatementResult[]> {
  // A key that was won by a message whose eventId then turned out to be taken must be given back before others see it.
  if (messages.some((message) => message.idempotency !== null && message.eventId !== null)) return acceptInTransaction(messages);
  const leasedAtMs = performance.now();
  const { rows } = await hotPool().query<ExceptionRow>(statement(messages));
  return results(messages, rows, leasedAtMs, new Set());
}

function acceptInTransaction(messages: NewMessage[]): Promise<StatementResult[]> {
  return inTransaction(async (client) => {
    const leasedAtMs = performance.now();
    const { rows } = await client.query<ExceptionRow>(statement(messages));
    const givenBack = new Set<string>();
    for (const { n, kind } of rows) {
      const keyHash = kind === "duplicate" ? messages[n - 1]?.idempotency?.keyHash : undefined;
      if (keyHash !== undefined) givenBack.add(keyHash.toString("hex"));
    }
    if (givenBack.size > 0)
      await client.query(`delete from "idempotency" where "keyHash" = any($1)`, [[...givenBack].map((hash) => Buffer.from(hash, "hex"))]);
    return results(messages, rows, leasedAtMs, givenBack);
  });
}

export async function inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await hotPool().connect();
  let broken = true;
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    broken = false;
    return result;
  } catch (error) {
    broken = await client.query("rollback").then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    client.release(broken);
  }
}

/** `gone`: the request no longer waits to be released. */
export type ReleaseResult = AcceptResult | { kind: "gone" };

/**
 * Makes a message of a request that was kept with this verdict; the request becomes released, or a duplicate of another.
 * `ownBody`: the bytes that came, where the message says something else.
 */
export async function acceptReleased(
  message: NewMessage,
  request: { id: string; createdAt: Date; verdict: string; ownBody: Buffer | null },
): Promise<ReleaseResult> {
  const result = await inTransaction<ReleaseResult>(async (client) => {
    const { rows: waiting } = await client.query<{ quarantined: string | null }>({
      ...waitingSql,
      values: [request.id, request.createdAt, request.verdict],
    });
    if (waiting[0] === undefined) return { kind: "gone" };
    const leasedAtMs = performance.now();
    const { rows } = await client.query<ExceptionRow>(statement([message]));
    const [made] = results([message], rows, leasedAtMs, new Set());
    const { id, createdAt, ownBody } = request;
    const { eventType, received } = message;
    if (made?.kind === "duplicate")
      await client.query({ ...releaseAsDuplicateSql, values: [id, createdAt, made.messageId, eventType, received?.dedupe?.by ?? null] });
    else if (made?.kind === "accepted")
      await client.query({ ...releaseSql, values: [id, createdAt, message.id, eventType, ownBody !== null, ownBody] });
    else throw new Stale();
    const { quarantined } = waiting[0];
    if (quarantined !== null) await client.query({ ...leaveQuarantineSql, values: [message.environmentId, createdAt, quarantined] });
    return made;
  }).catch((error: unknown): ReleaseResult => {
    if (error instanceof Stale) return { kind: "stale" };
    throw error;
  });
  if (result.kind === "stale") forget(message);
  if (result.kind === "accepted") noteAccepted(message);
  return result;
}

/** Thrown to roll a transaction back. */
class Stale extends Error {}

// Prepared: the hot pool plans for any day, which takes some milliseconds each time that a statement has no name.
const waitingSql = {
  name: "release_waiting",
  text: `select case when ${countsForQuarantine("r")} then octet_length(r."sealedHead") + coalesce(octet_length(r."body"), 0) end
    as "quarantined"
  from "received_request" r
  where r."id" = $1 and r."createdAt" = $2 and r."verdict" = $3 for update`,
};

const leaveQuarantineSql = {
  name: "release_quarantine",
  text: `update "quarantine_day" set "bytes" = greatest(0, "bytes" - $3::int8)
  where "environmentId" = $1 and "day" = ($2::timestamptz at time zone 'UTC')::date`,
};

const releaseSql = {
  name: "release",
  // A pending request waited for its transformation, not for a person: it counts as accepted, not as released.
  text: `update "received_request" set "messageId" = $3, "eventType" = $4,
    "body" = case when $5::boolean then coalesce("body", $6::bytea) end,
    "duplicateOfId" = case when "verdict" = 'duplicate' then "messageId" end,
    "verdict" = case "verdict" when 'pending' then 'accepted' else 'released' end,
    "releasedAt" = case when "verdict" <> 'pending' then now() end
  where "id" = $1 and "createdAt" = $2`,
};

const releaseAsDuplicateSql = {
  name: "release_duplicate",
  text: `update "received_request" set "verdict" = 'duplicate', "messageId" = $3, "eventType" = $4,
    "duplicateBy" = $5
  where "id" = $1 and "createdAt" = $2`,
};

export function results(messages: NewMessage[], rows: ExceptionRow[], leasedAtMs: number, givenBack: Set<string>): StatementResult[] {
  const accepted: StatementResult = { kind: "accepted", leasedAtMs };
  const all: StatementResult[] = messages.map(() => accepted);
  for (const { n, kind, messageId, requestHash, status, response } of rows) {
    const keyHash = messages[n - 1]?.idempotency?.keyHash;
    if (kind === "replayed" && keyHash !== undefined && givenBack.has(keyHash.toString("hex"))) all[n - 1] = { kind: "again" };
    else if (kind === "replayed" && requestHash !== null && status !== null && response !== null)
      all[n - 1] = { kind, requestHash, status, response };
    else if (kind === "duplicate" && messageId !== null) all[n - 1] = { kind, messageId };
    else all[n - 1] = { kind: kind === "stale" ? "stale" : "underway" };
  }
  return all;
}

export function statement(messages: NewMessage[]): pg.QueryConfig {
  const payloads = concatenated(messages.map((message) => message.payload));
  const keyed = messages.flatMap((message) => message.idempotency ?? []);
  const responses = concatenated(messages.map((message) => message.idempotency?.response ?? null));
  let keys = 0;
  const deliveryOf: number[] = [];
  const endpointIds: string[] = [];
  const orderKeys: (string | null)[] = [];
  // Or anything else that few messages have.
  let ordered = false;
  messages.forEach((message, i) => {
    ordered ||= hasRare(message);
    message.endpointIds.forEach((endpointId, j) => {
      deliveryOf.push(i + 1);
      endpointIds.push(endpointId);
      orderKeys.push(message.orderKeys?.[j] ?? null);
    });
  });
  const hasReceived = messages.some(({ received }) => received !== undefined);
  return {
    name: hasReceived ? "accept_received" : ordered ? "accept_ordered" : "accept",
    text: hasReceived ? receivedStatement : ordered ? orderedSql : plainSql,
    values: [
      plainArray(messages.map((message) => message.id)),
      plainArray(messages.map((message) => message.createdAt.getTime())),
      plainArray(messages.map((message) => message.environmentId)),
      plainArray(messages.map((message) => message.applicationId)),
      plainArray(messages.map((message) => message.applicationVersion)),
      textArray(messages.map((message) => message.eventType)),
      textArray(messages.map((message) => message.eventId)),
      textArray(messages.map((message) => listOrNull(message.channels))),
      textArray(messages.map((message) => listOrNull(message.tags))),
      plainArray(payloads.starts),
      plainArray(payloads.lengths),
      textArray(messages.map((message) => message.contentType)),
      plainArray(messages.map((message) => message.payloadExpiresAt?.getTime() ?? null)),
      plainArray(messages.map((message) => message.deliverAt?.getTime() ?? null)),
      plainArray(messages.map((message) => message.leaseId)),
      plainArray(messages.map((message) => (message.idempotency === null ? null : keys++))),
      plainArray(messages.map((message) => message.idempotency?.status ?? null)),
      plainArray(responses.starts),
      plainArray(responses.lengths),
      payloads.bytes,
      Buffer.concat(keyed.map(({ keyHash }) => keyHash)),
      Buffer.concat(keyed.map(({ requestHash }) => requestHash)),
      responses.bytes,
      plainArray(deliveryOf),
      plainArray(endpointIds),
      env().leaseSeconds,
      ...(ordered || hasReceived ? rareParameters(messages, orderKeys) : []),
      ...(hasReceived ? receivedParameters(messages.map(({ received }) => received ?? null)) : []),
      ...(ordered || hasReceived ? [traceParameter(messages)] : []),
    ],
  };
}

/** Most messages have none, and null takes no place in a row. */
const listOrNull = (texts: string[]): string | null => (texts.length === 0 ? null : textArray(texts));

// The statement returns a row for each message that was not accepted; no row means accepted.
const acceptSql = (ordered: boolean, of: Pieces = nothingReceived): string => `
with "input" as materialized (
  select i.*, substring($21::bytea from i."key" * 32 + 1 for 32) as "keyHash"${of.hashes}
  from unnest($1::text[], $2::int8[], $3::text[], $4::text[], $5::int8[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::int[], $11::int[], $12::text[], $13::int8[], $14::int8[], $15::text[], $16::int[], $17::int[], $18::int[], $19::int[]${of.arrays})
    with ordinality as i("id", "createdMs", "environmentId", "applicationId", "version", "eventType", "eventId", "channels", "tags",
    "payloadStart", "payloadBytes", "contentType", "expiresMs", "deliverMs", "leaseId", "key", "status", "responseStart",
    "responseBytes"${of.names}, "n")
), "fresh" as materialized (
  -- The fence keeps the planner from looking through an environment's applications for one of them.
  select i.* from "input" i cross join lateral (
    select a."environmentId", a."endpointsVersion", a."deletedAt" from "application" a where a."id" = i."applicationId" offset 0) a
  where a."environmentId" = i."environmentId" and a."endpointsVersion" = i."version" and a."deletedAt" is null${of.fresh}
), "first" as materialized (
  select distinct on (f."keyHash") f.* from "fresh" f where f."keyHash" is not null order by f."keyHash", f."n"
), "answer" as (
  insert into "idempotency" ("keyHash", "requestHash", "status", "response", "expiresAt")
  select f."keyHash", substring($22::bytea from f."key" * 32 + 1 for 32), f."status",
    substring($23::bytea from f."responseStart" for f."responseBytes"), now() + interval '12 hours'
  from "first" f order by f."keyHash"
  -- Updating nothing waits for whoever else holds the key, and answers with what they stored.
  on conflict ("keyHash") do update set "keyHash" = excluded."keyHash"
  returning "keyHash", "requestHash", "status", "response", xmax = 0 as "won"
), "candidate" as materialized (
  select f.* from "fresh" f where f."keyHash" is null
  union all
  select f.* from "first" f join "answer" using ("keyHash") where "won"
), "event" as (
  insert into "message_event_id" ("applicationId", "eventId", "messageId", "createdAt")
  select distinct on (c."applicationId", c."eventId") c."applicationId", c."eventId", c."id", to_timestamp(c."createdMs" / 1000.0)
  from "candidate" c where c."eventId" is not null order by c."applicationId", c."eventId", c."n"
  on conflict ("applicationId", "eventId") do update set "messageId" = "message_event_id"."messageId"
  returning "applicationId", "eventId", "messageId"
${of.seen}), "accepted" as materialized (
  select c.* from "candidate" c where c."eventId" is null${of.unseen}
  union all
  select c.* from "candidate" c join "event" e on e."applicationId" = c."applicationId" and e."eventId" = c."eventId"
  where e."messageId" = c."id"${of.first}
), "messages" as (
  insert into "message" ("id", "createdAt", "environmentId", "applicationId", "eventType", "eventId", "channels", "tags", "payload",
    "payloadBytes", "contentType", "payloadExpiresAt", "deliverAt"${ordered ? `, "orderingKey", "metadata", "traceContext"` : ""}${of.column})
  select a."id", to_timestamp(a."createdMs" / 1000.0), a."environmentId", a."applicationId", a."eventType", a."eventId",
    a."channels"::text[], a."tags"::text[], substring($20::bytea from a."payloadStart" for a."payloadBytes"), a."payloadBytes",
    a."contentType", to_timestamp(a."expiresMs" / 1000.0), to_timestamp(a."deliverMs" / 1000.0)
    ${ordered ? `, ($28::text[])[a."n"], ($29::text[])[a."n"]::jsonb, decode((${of.traces}::text[])[a."n"], 'hex')` : ""}${of.value}
  from "accepted" a
), ${ordered ? `${takePlaces(orderedDeliveries)}, ${takeFeedPlaces(polledMessages)},` : ""} "deliveries" as (
  insert into "delivery" ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "retryAt",
    "nextAttemptAt", "leaseId"${ordered ? `, "orderKey"` : ""})
  select a."id", d."endpointId", to_timestamp(a."createdMs" / 1000.0), a."environmentId", a."applicationId", a."eventType",
    coalesce(to_timestamp(a."deliverMs" / 1000.0), ${dueNow}),
    case ${ordered ? `when d."orderKey" is not null then ${inLine}` : ""} when a."deliverMs" is not null then to_timestamp(a."deliverMs" / 1000.0)
      when a."leaseId" is null then ${dueNow} else now() + make_interval(secs => $26::float8) end,
    case when a."deliverMs" is null ${ordered ? `and d."orderKey" is null` : ""} then a."leaseId" end ${ordered ? `, d."orderKey"` : ""}
  from unnest($24::int[], $25::text[]${ordered ? ", $27::text[]" : ""}) as d("n", "endpointId"${ordered ? `, "orderKey"` : ""}) join "accepted" a on a."n" = d."n"
${of.received})
select i."n"::int as "n",
  case when f."n" is null then 'stale' when c."n" is not null then 'duplicate'
    when r."status" is null then 'underway' else 'replayed' end as "kind",
  ${of.messageId} as "messageId", r."requestHash", r."status", r."response"
from "input" i
  left join "fresh" f on f."n" = i."n"
  left join "candidate" c on c."n" = i."n"
  left join "answer" r on r."keyHash" = i."keyHash" and f."n" is not null and c."n" is null
  left join "event" e on e."applicationId" = i."applicationId" and e."eventId" = i."eventId"${of.join}
where not exists (select from "accepted" a where a."n" = i."n")`;

const orderedDeliveries = `select a."id" as "messageId", to_timestamp(a."createdMs" / 1000.0)::timestamptz(3) as "createdAt", d.*
    from unnest($24::int[], $25::text[], $27::text[]) as d("n", "endpointId", "orderKey") join "accepted" a on a."n" = d."n"`;

const polledMessages = `select a."applicationId", a."id" as "messageId", to_timestamp(a."createdMs" / 1000.0)::timestamptz(3) as "createdAt", a."n"
    from "accepted" a where exists (select from "poller" p where p."applicationId" = a."applicationId")`;

const plainSql = acceptSql(false);
const orderedSql = acceptSql(true);
const receivedStatement = acceptSql(true, receivedSql);

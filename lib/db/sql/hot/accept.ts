/**
 * Storing messages and their deliveries: one statement for all calls that wait.
 * Exactness is the statement's: the application's version, the idempotency key and the eventId are checked in it.
 */
import type pg from "pg";
import { AppError } from "../../../errors.ts";
import { metrics } from "../../../metrics.ts";
import { singleton } from "../../../singleton.ts";
import { forgetApplication } from "../../applications.ts";
import { hotPool } from "../../client.ts";
import { forgetSource } from "../../sources.ts";
import { GroupCommit } from "../../groupCommit.ts";
import { advance } from "../../lines.ts";
import type { Line } from "./lines.ts";
import { isOutOfDate } from "../../sessionFaults.ts";
import { countsForQuarantine } from "../received/quarantine.ts";
import type { RarePart } from "./acceptRare.ts";
import type { ReceivedPart } from "./acceptReceived.ts";
import { statement } from "./acceptStatement.ts";

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
  try {
    for (;;) {
      const result = await batcher().submit(message);
      if (result.kind === "again") continue;
      if (result.kind === "underway")
        throw new AppError("conflict", "A request with this Idempotency-Key is under way; try again", { retryAfterSeconds: 1 });
      if (result.kind === "stale") forget(message);
      if (result.kind === "accepted") noteAccepted(message);
      return result;
    }
  } catch (error) {
    if (error instanceof AppError && error.code === "unavailable") metrics().refused.inc();
    throw error;
  }
}

export function noteAccepted(message: NewMessage): void {
  metrics().accepted.inc();
  if (message.orderKeys) advance(linesOf(message.endpointIds, message.orderKeys));
}

const linesOf = (endpointIds: string[], orderKeys: (string | null)[]): Line[] =>
  orderKeys.flatMap((orderKey, i) => (orderKey === null ? [] : [{ endpointId: endpointIds[i] ?? "", orderKey }]));

export function forget({ applicationId, received }: NewMessage): void {
  forgetApplication(applicationId);
  if (received !== undefined) forgetSource(received.sourceId);
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
        maxWaitingMembers: 40_000,
        maxWaitingBytes: 256 * 1024 * 1024,
        tenantOf: ({ environmentId }) => environmentId,
        // Of two statements at once, either may be the first to give places in a line or a feed.
        isOrdered: ({ orderKeys, polled }) => orderKeys !== undefined || polled === true,
        observe: (members) => metrics().commitSize.observe({ statement: "accept" }, members),
      }),
  );

export type ExceptionRow = {
  n: number;
  kind: "stale" | "duplicate" | "replayed" | "underway";
  /** Absent, these and the others, where no message of the statement could have any. */
  messageId?: string | null;
  requestHash?: Buffer | null;
  status?: number | null;
  response?: Buffer | null;
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
      () => isOutOfDate(error),
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
    else if (kind === "replayed" && requestHash && typeof status === "number" && response)
      all[n - 1] = { kind, requestHash, status, response };
    else if (kind === "duplicate" && messageId) all[n - 1] = { kind, messageId };
    else all[n - 1] = { kind: kind === "stale" ? "stale" : "underway" };
  }
  return all;
}

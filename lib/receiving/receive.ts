/**
 * A request at a source: limit → handshake → verify → filter → dedupe → accept. Whoever is answered 2xx has been stored, and
 * every judgement is stored only if the source is still the one that it was made by: a changed secret is never missed.
 * A source's transformation runs afterwards (lib/services/receivedRequest/pendingRequests.ts): the provider does not wait for people's code.
 */
import type { RejectionReason, Verdict } from "../words/verdict.ts";
import { noteReceived } from "../db/changes.ts";
import { databaseNowMs } from "../db/clock.ts";
import { isQuarantineFull, noteQuarantined } from "../db/quarantine.ts";
import { type SourceSnapshot, findSourceByToken, forgetSource } from "../db/sources.ts";
import { type KeptRow, storeKept } from "../db/sql/received/received.ts";
import { versionOfSource } from "../db/sql/hot/sources.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { limits } from "../limits.ts";
import { log } from "../log.ts";
import { metrics } from "../metrics.ts";
import { warnSeldom } from "../seldom.ts";
import { type Waived, judge, maximumBytesOf, nothingWaived, turnOf } from "../services/receivedRequest/judge.ts";
import { incomingOf } from "../services/receivedRequest/pipeline.ts";
import { hold } from "../services/receivedRequest/heldRequests.ts";
import { transformSoon } from "../services/receivedRequest/pendingRequests.ts";
import { carryOut, type Done } from "../services/source/handshakeEffects.ts";
import { acceptReceived, type CameIn } from "../services/receivedRequest/receivedAcceptance.ts";
import { type Head, sealHead } from "../services/receivedRequest/receivedHead.ts";
import { currentConfig } from "../services/source/sourceConfig.ts";
import { keepUpToDate } from "../services/shared/upToDate.ts";
import { extrasFor } from "../services/source/verificationDocuments.ts";
import { hopsOf } from "../words/hops.ts";
import type { TraceContext } from "../traceContext.ts";
import { type IncomingRequest, handshake, isProviderKind, providers } from "../webhooks/verification.ts";
import { eventsOf } from "./batch.ts";
import { takePlace, tellRefusal } from "./limits.ts";
import { type Answer, acceptedAnswer, plain, rejectedAnswer, retryLater } from "./responses.ts";

export type Arriving = {
  token: string;
  method: string;
  head: Head;
  remoteAddress: string | null;
  /** The body's length in bytes, as the request declares it. Null: it declares none. */
  contentLength: number | null;
  /** The span of its arrival; absent: there is none. */
  trace?: TraceContext | null;
  /** Reads the body. Throws AppError `payload_too_large` beyond so many bytes, without having kept them. */
  read: (maximumBytes: number) => Promise<Buffer>;
};

/** An answer, with what became of the request. Null: it was no delivery, or is not recorded. */
export type Received = Answer & {
  request: { id: string; verdict: Verdict; messageId: string | null } | null;
};

const noSource = plain(404, "There is no source at this URL: compare it with the one that Webster shows, which may have been rotated");

/** Answers a request at a source. Throws AppError `unavailable` if the database is away or too much waits to be stored. */
export async function receive(arriving: Arriving): Promise<Received> {
  keepUpToDate();
  const source = await findSourceByToken(arriving.token, arriving.remoteAddress);
  if (source === null) return unrecorded(noSource);
  // Some providers look with HEAD whether anybody is there before they send.
  if (arriving.method === "HEAD") return unrecorded(plain(200));
  const maximumBytes = maximumBytesOf(source);
  const nowMs = performance.now();
  const place = takePlace(source, Math.min(arriving.contentLength ?? maximumBytes, maximumBytes), nowMs);
  switch (place.kind) {
    case "full":
      return refusedUnrecorded("overloaded", retryLater(503, place.waitSeconds, "Too much is under way; try again"));
    case "flooded":
      return refuseFlood(source, arriving, place.waitSeconds, nowMs);
    case "taken":
      try {
        return await takeIn(source, arriving, maximumBytes);
      } finally {
        place.leave();
      }
  }
}

async function takeIn(source: SourceSnapshot, arriving: Arriving, maximumBytes: number): Promise<Received> {
  const body = await arriving.read(maximumBytes).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "payload_too_large") return null;
    throw error;
  });
  if (body === null) return refuseSize(source, arriving, maximumBytes);
  return handle(arriving, cameIn(arriving, body));
}

// More tries than are ever needed: the source or its application would have to change at each one.
const maximumTries = 20;

/** Handles a request, and does so again with the source as it is by then, as long as that changes in between. */
async function handle({ token }: Pick<Arriving, "token">, request: CameIn): Promise<Received> {
  for (let tries = 0; tries < maximumTries; tries++) {
    const source = await findSourceByToken(token, request.remoteAddress);
    if (source === null) return unrecorded(noSource);
    const received = await handleOnce(source, request);
    if (received !== "stale") return received;
    forgetSource(source.id);
  }
  throw new AppError("unavailable", "The source changes all the time; try again", { retryAfterSeconds: 1 });
}

async function handleOnce(source: SourceSnapshot, request: CameIn): Promise<Received | "stale"> {
  const hops = hopsOf(request.head.headers);
  if (hops > env().limits.hops) return (await keepLoop(source, request, hops)) ?? "stale";
  const incoming = incomingOf(request, maximumBytesOf(source));
  await turnOf(source, incoming);
  const answered = await answerQuestion(source, request, incoming);
  if (answered !== null) return answered;
  if (request.method === "OPTIONS") return unrecorded({ ...plain(204), headers: { allow: "POST" } });
  const events = eventsOf(source, request, incoming);
  if (events === null) return take(source, request, incoming, nothingWaived);
  // Until it is known who sent it, a batch is one request: a forged one must not cost more.
  const whole = await judge(source, incoming, request.createdAt.getTime(), { signature: false, filter: true });
  if (whole.kind !== "verified" || source.disabled) return take(source, request, incoming, nothingWaived);
  const verified = { signature: true, filter: false };
  const taken = await Promise.all(events.map((event) => take(source, event, incomingOf(event, maximumBytesOf(source)), verified)));
  return taken.find((received) => received === "stale") ?? taken[0] ?? "stale";
}

async function take(source: SourceSnapshot, request: CameIn, incoming: IncomingRequest, waived: Waived): Promise<Received | "stale"> {
  const judged = await judge(source, incoming, request.createdAt.getTime(), waived);
  const { eventType, providerEventId } = judged;
  const known = { eventType, providerEventId, body: request.body, bodyBytes: request.body.length };
  if (judged.kind === "rejected" || source.disabled) {
    const { reason, detail } = judged.kind === "rejected" ? judged : disabled;
    const answer = reason === "too_large" ? plain(413, detail) : rejectedAnswer(source);
    return (await keep(source, request, { verdict: "rejected", reason, detail, ...known }, answer)) ?? "stale";
  }
  const answer = acceptedAnswer(source, incoming);
  if (judged.kind === "filtered") {
    const { reason, detail } = judged;
    return (await keep(source, request, { verdict: "filtered", reason, detail, ...known }, answer)) ?? "stale";
  }
  if (source.transformation !== null) {
    hold({ source, request, verified: judged });
    const kept = await keep(source, request, { verdict: "pending", reason: null, detail: null, ...known }, answer);
    if (kept !== null) transformSoon(source.id);
    return kept ?? "stale";
  }
  const taken = await acceptReceived(source, request, judged, answer.status);
  if (taken.kind === "stale") return "stale";
  metrics().received.inc({ verdict: taken.kind });
  return { request: { id: request.id, verdict: taken.kind, messageId: taken.messageId }, ...answer };
}

const disabled = { reason: "disabled", detail: "The source is disabled" } as const;

/** Answers a question of the provider's, such as a handshake. Null: the request is none. */
async function answerQuestion(source: SourceSnapshot, request: CameIn, incoming: IncomingRequest): Promise<Received | "stale" | null> {
  const { provider, id } = source;
  if (!isProviderKind(provider) || providers[provider].handshake === undefined) return null;
  const nowMs = request.createdAt.getTime();
  const config = currentConfig(source.config, nowMs);
  const extras = await extrasFor(id, provider, config, incoming);
  const reply = handshake(provider, config, incoming, nowMs, "reason" in extras ? {} : extras);
  if (reply === null) return null;
  if ("reason" in reply) return (await keepQuestion(source, request, reply, rejectedAnswer(source))) ?? "stale";
  const { effect, refused, ...answer } = reply;
  if (refused !== undefined) return (await keepQuestion(source, request, refused, answer)) ?? "stale";
  if (effect !== undefined && source.disabled) return null;
  // Without an effect nothing is stored that could show whether the source has changed.
  const unchanged = async (): Promise<Done> => ({ kind: (await versionOfSource(id)) === source.version ? "done" : "stale" });
  const done = effect === undefined ? await unchanged() : await carryOut(source, effect);
  if (done.kind === "stale") return "stale";
  if (done.kind === "done") {
    log.info({ sourceId: id, provider, status: reply.status }, "source.asked");
    return unrecorded(answer);
  }
  return (
    (await keepQuestion(source, request, { reason: "misconfigured", detail: done.detail }, retryLater(503, 30, done.detail))) ?? "stale"
  );
}

/** Keeps a question that was not answered as the provider wanted. Its body is left out, since it may tell a secret. */
function keepQuestion(
  source: SourceSnapshot,
  request: CameIn,
  { reason, detail }: { reason: RejectionReason; detail: string },
  answer: Answer,
): Promise<Received | null> {
  const unread = { eventType: null, providerEventId: null, body: null, bodyBytes: request.body.length };
  return keep(source, request, { verdict: "rejected", reason, detail, ...unread }, answer);
}

/** Keeps a request that goes in a circle, and tells whoever passed it on not to try again. Released by hand it makes one more round. */
function keepLoop(source: SourceSnapshot, request: CameIn, hops: number): Promise<Received | null> {
  const detail = `Webster has passed it on ${hops} times already: an endpoint leads back to a source (${limits.hops.variable} on the server)`;
  const kept = { eventType: null, providerEventId: null, body: request.body, bodyBytes: request.body.length };
  const answer = plain(508, detail);
  const final = { ...answer, headers: { ...answer.headers, "webhook-delivery": "abort-message" } };
  return keep(source, request, { ...kept, verdict: "rejected", reason: "loop", detail }, final);
}

type Keeping = Pick<KeptRow, "verdict" | "reason" | "detail" | "eventType" | "providerEventId" | "body" | "bodyBytes">;

/** Stores a request that became no message. Null: the source has changed. */
async function keep(source: SourceSnapshot, request: CameIn, keeping: Keeping, answer: Answer): Promise<Received | null> {
  if (keeping.verdict !== "rejected" || !(await isQuarantineFull(source.environmentId))) return store(source, request, keeping, answer);
  // A full quarantine keeps no bodies, and not even all the heads: a flood of forged requests must not fill the disk.
  const count = tellRefusal(`quarantine ${source.id}`, performance.now());
  if (count === null) return (await versionOfSource(source.id)) === source.version ? refusedUnrecorded(keeping.reason, answer) : null;
  const others = count === 1 ? "" : `; so were ${count - 1} more since the last that is recorded`;
  return store(
    source,
    request,
    { ...keeping, body: null, detail: `${keeping.detail}. The quarantine is full: it was not kept${others}` },
    answer,
  );
}

async function store(source: SourceSnapshot, request: CameIn, keeping: Keeping, answer: Answer): Promise<Received | null> {
  const { id, createdAt, method, head, contentType, remoteAddress } = request;
  const sealedHead = sealHead(id, head);
  if (keeping.verdict === "rejected") noteQuarantined(source.environmentId, sealedHead.length + (keeping.body?.length ?? 0));
  const isStored = await storeKept({
    id,
    createdAt,
    method,
    contentType,
    remoteAddress,
    environmentId: source.environmentId,
    sourceId: source.id,
    sourceVersion: source.version,
    sealedHead,
    responseStatus: answer.status,
    ...keeping,
  });
  if (!isStored) return null;
  metrics().received.inc({ verdict: keeping.reason ?? keeping.verdict });
  noteReceived(source.environmentId, id);
  return { request: { id, verdict: keeping.verdict, messageId: null }, ...answer };
}

/** Refuses a flood, which is recorded once a second: it must not cost the database what it would have cost to take it. */
async function refuseFlood(source: SourceSnapshot, arriving: Arriving, waitSeconds: number, nowMs: number): Promise<Received> {
  const answer = retryLater(429, waitSeconds, "Too many requests; try again later");
  const count = tellRefusal(source.id, nowMs);
  if (count === null) return refusedUnrecorded("rate_limited", answer);
  const others = count === 1 ? "" : `, and ${count - 1} more since the last that is recorded`;
  return recordRefusal(source, arriving, "rate_limited", `More than the source takes${others}`, answer);
}

function refuseSize(source: SourceSnapshot, arriving: Arriving, maximumBytes: number): Promise<Received> {
  const detail = `The body is larger than ${maximumBytes} bytes`;
  return recordRefusal(source, arriving, "too_large", detail, plain(413, detail));
}

/** Records a refusal, without the body. A request that can't be recorded is refused all the same. */
async function recordRefusal(
  source: SourceSnapshot,
  arriving: Arriving,
  reason: RejectionReason,
  detail: string,
  answer: Answer,
): Promise<Received> {
  const unread = { eventType: null, providerEventId: null, body: null, bodyBytes: arriving.contentLength ?? 0 };
  const refusal: Keeping = { verdict: "rejected", reason, detail, ...unread };
  const recorded = await keep(source, cameIn(arriving, Buffer.alloc(0)), refusal, answer).catch((error: unknown) => {
    warnSeldom("source.refusal_unrecorded", reason, { sourceId: source.id, reason, error: (error as Error).message });
    return null;
  });
  return recorded ?? refusedUnrecorded(reason, answer);
}

/** An answer to a refused request of which nothing is stored; the metrics count it. */
function refusedUnrecorded(reason: string | null, answer: Answer): Received {
  metrics().received.inc({ verdict: reason ?? "rejected" });
  return unrecorded(answer);
}

function cameIn({ method, head, remoteAddress, trace = null }: Arriving, body: Buffer): CameIn {
  const nowMs = databaseNowMs();
  const contentType = head.headers["content-type"] ?? null;
  return { id: newId("receivedRequest", nowMs), createdAt: new Date(nowMs), method, head, contentType, remoteAddress, body, trace };
}

const unrecorded = (answer: Answer): Received => ({ ...answer, request: null });

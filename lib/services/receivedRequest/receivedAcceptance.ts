/** From a verified request to a message of the application that its source feeds. */
import { createHash } from "node:crypto";
import type { Verdict } from "../../words/verdict.ts";
import { type ApplicationSnapshot, type EndpointSnapshot, getApplications } from "../../db/applications.ts";
import { noteReceived } from "../../db/changes.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { SourceSnapshot } from "../../db/sources.ts";
import { type AcceptResult, type NewMessage, type ReleaseResult, accept, acceptReleased } from "../../db/sql/hot/accept.ts";
import { acceptPending, type PendingResult } from "../../db/sql/received/acceptPending.ts";
import { handoff } from "../../delivery/handoff.ts";
import { newId } from "../../ids.ts";
import { sealer } from "../../seal.ts";
import { type Forward, forwardOf } from "../../webhooks/forward.ts";
import { readTraceContext, type TraceContext } from "../../traceContext.ts";
import { handOver, matching, putInOrder } from "../message/acceptance.ts";
import { storeAllTraced, storeTraced } from "../message/tracedStore.ts";
import type { Verified } from "./judge.ts";
import { type Head, sealHead, withoutOwn } from "./receivedHead.ts";

/** A request as it came. `id` dates it. */
export type CameIn = {
  id: string;
  createdAt: Date;
  method: string;
  head: Head;
  contentType: string | null;
  remoteAddress: string | null;
  body: Buffer;
  /** The span of its arrival; absent: what its head says. */
  trace?: TraceContext | null;
};

/** What the message says. `isChanged`: the source's code made it of what came. */
export type Content = { payload: Buffer; contentType: string | null; isChanged: boolean };

/**
 * What became of a request. `messageId`: of its message, or of the first's for a duplicate. `stale`: the source or its
 * application has changed.
 */
export type Taken = { kind: "accepted" | "duplicate"; messageId: string } | { kind: "stale" };

/** Stores the request and its message together. Throws AppError `unavailable`. */
export async function acceptReceived(source: SourceSnapshot, request: CameIn, verified: Verified, responseStatus: number): Promise<Taken> {
  const { body: payload, contentType } = request;
  const content = { payload, contentType, isChanged: false };
  const taken = await take(source, request, verified, content, { id: request.id, responseStatus }, accept);
  if (taken.kind !== "gone") return taken;
  throw new Error("What has only just come can't be gone");
}

/** The same for a request that is stored with this verdict. `gone`: it no longer has it. What was a duplicate is compared with nothing. */
export function acceptWaiting(
  source: SourceSnapshot,
  request: CameIn,
  verdict: Verdict,
  verified: Verified,
  content: Content,
): Promise<Taken | { kind: "gone" }> {
  const { id, createdAt, body } = request;
  const compared = verdict === "duplicate" ? { ...verified, dedupe: null } : verified;
  return take(source, request, compared, content, { id: null, responseStatus: 0 }, (message) =>
    acceptReleased(message, { id, createdAt, verdict, ownBody: content.isChanged ? body : null }),
  );
}

/** A request that waited, what is known of it, and what its message says. */
export type WaitingRequest = { source: SourceSnapshot; request: CameIn; verified: Verified; content: Content };

/** The same for many that have been pending, in one transaction and in this order. Null: they can't be stored together. */
export async function acceptWaitingTogether(all: WaitingRequest[]): Promise<Taken[] | null> {
  const drafts: Draft[] = [];
  for (const { source, request, verified, content } of all) {
    const draft = await draftOf(source, request, verified, content, { id: null, responseStatus: 0 });
    if (draft === null) return null;
    drafts.push(draft);
  }
  const traced = drafts.map(({ message, endpoints }, i) => ({ message, endpoints, carried: all[i] ? traceOf(all[i].request) : null }));
  const results = await storeAllTraced(traced, () =>
    acceptPending(
      drafts.map(({ message }, i) => ({ message, request: all[i]?.request ?? message, isChanged: all[i]?.content.isChanged === true })),
    ),
  );
  return results === null ? null : results.flatMap((result, i) => (drafts[i] === undefined ? [] : [finish(drafts[i], result)]));
}

/** What may be sent along of a head: a header that somebody has listed whatever it holds, of the rest nothing that opens the source. */
function sentAlong(source: SourceSnapshot, head: Head): Head {
  const { headers, query } = source.forward;
  if (headers !== "all" && !query) return head;
  const open = withoutOwn(source, head);
  return headers === "listed" ? { ...open, headers: head.headers } : open;
}

async function take(
  source: SourceSnapshot,
  request: CameIn,
  verified: Verified,
  content: Content,
  stored: Stored,
  store: (message: NewMessage) => Promise<AcceptResult | ReleaseResult>,
): Promise<Taken | { kind: "gone" }> {
  const draft = await draftOf(source, request, verified, content, stored);
  if (draft === null) return { kind: "stale" };
  const result = await storeTraced(draft.message, draft.endpoints, traceOf(request), store);
  switch (result.kind) {
    case "accepted":
    case "duplicate":
      return finish(draft, result);
    case "stale":
    case "gone":
      return { kind: result.kind };
    case "replayed":
      throw new Error("A received request has no idempotency key");
  }
}

const traceOf = ({ trace, head }: CameIn): TraceContext | null =>
  trace ?? readTraceContext(head.headers["traceparent"], head.headers["tracestate"]);

/** As which request it is stored along with its message; null: it is stored already. */
type Stored = { id: string | null; responseStatus: number };

const storedAlready = Buffer.alloc(0);

/** A message that is to be stored, and who gets it. */
type Draft = {
  application: ApplicationSnapshot;
  endpoints: EndpointSnapshot[];
  message: NewMessage;
  forward: Forward;
  requestId: string;
};

/** Null: the source feeds another application by now. */
async function draftOf(
  source: SourceSnapshot,
  request: CameIn,
  { eventType, providerEventId, bodyHash, dedupe, content: read }: Verified,
  { payload, contentType: madeType, isChanged }: Content,
  { id, responseStatus }: Stored,
): Promise<Draft | null> {
  const application = (await getApplications([source.applicationId])).get(source.applicationId);
  // An application is deleted only after its source has been made to feed another.
  if (application === undefined) return null;
  const { head, method, contentType, remoteAddress } = request;
  // A request and its message that are stored together have one moment, so that the day of one is the day of the other.
  const createdAt = id === null ? new Date(databaseNowMs()) : request.createdAt;
  const messageId = newId("message", createdAt.getTime());
  const forward = forwardOf(source.forward, sentAlong(source, isChanged ? unpacked(head) : head), request.id);
  const message: NewMessage = {
    id: messageId,
    createdAt,
    environmentId: source.environmentId,
    applicationId: application.id,
    applicationVersion: application.version,
    eventType,
    eventId: null,
    channels: [],
    tags: [],
    payload,
    contentType: sentContentType(madeType),
    payloadExpiresAt: null,
    deliverAt: null,
    endpointIds: [],
    leaseId: handoff.leaseId(),
    idempotency: null,
    received: {
      id,
      sourceId: source.id,
      sourceVersion: source.version,
      method,
      sealedHead: id === null ? storedAlready : sealHead(request.id, head),
      contentType,
      remoteAddress,
      providerEventId,
      responseStatus,
      // The hash is of what the message holds: a duplicate with other bytes keeps its own.
      bodyHash: isChanged ? createHash("sha256").update(payload).digest() : bodyHash,
      dedupe: dedupe === null ? null : { windowSeconds: source.dedupe.windowSeconds, ...dedupe },
      sealedForward: sealer().seal(messageId, JSON.stringify(forward)),
    },
    ...(application.polled ? { polled: true } : {}),
  };
  const endpoints = matching(application, message, forward, isChanged ? null : read);
  message.endpointIds = endpoints.map((endpoint) => endpoint.id);
  putInOrder(message, endpoints);
  return { application, endpoints, message, forward, requestId: request.id };
}

function finish({ application, endpoints, message, forward, requestId }: Draft, result: PendingResult): Taken {
  if (result.kind === "accepted") handOver(application, endpoints, message, result.leasedAtMs, forward);
  noteReceived(message.environmentId, requestId);
  return { kind: result.kind, messageId: result.kind === "accepted" ? message.id : result.messageId };
}

/** The head without its content coding: what the code made is packed no more. */
function unpacked(head: Head): Head {
  const { "content-encoding": _, ...headers } = head.headers;
  return { ...head, headers };
}

/** RFC 9110, section 8.3: what says nothing of itself is taken as bytes. */
function sentContentType(given: string | null): string {
  return given !== null && /^[\t\u0020-\u007e]{1,256}$/.test(given) ? given : "application/octet-stream";
}

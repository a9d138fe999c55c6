/** Accepting messages: the hot path. A promise kept here is kept for good: what is answered is committed. */
import type { Actor } from "../../actor.ts";
import type { MessageIn } from "../../contract/message.ts";
import type { ApplicationSnapshot, EndpointSnapshot } from "../../db/applications.ts";
import { noteChange } from "../../db/changes.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { type NewMessage, accept } from "../../db/sql/hot/accept.ts";
import { handoff } from "../../delivery/handoff.ts";
import { env } from "../../env.ts";
import { AppError, invalid } from "../../errors.ts";
import { type EnvironmentId, newId } from "../../ids.ts";
import { limits } from "../../limits.ts";
import { sealer } from "../../seal.ts";
import type { TraceContext } from "../../traceContext.ts";
import type { Body } from "../../webhooks/body/body.ts";
import type { FilterSubject } from "../../webhooks/filter.ts";
import { type Forward, forwardOfMessage } from "../../webhooks/forward.ts";
import { subjectOf } from "../../webhooks/filterSubject.ts";
import { matches } from "../../webhooks/matching.ts";
import { messageBody } from "../../webhooks/messageBody.ts";
import { ensure } from "../application/applications.ts";
import { type Idempotency, noteOtherRequest } from "./idempotency.ts";
import { showBytes } from "./messageContent.ts";
import { storeTraced } from "./tracedStore.ts";
import { answerOtherRequest, freeOfAnother } from "./reusedKeys.ts";
import { type Violation, isUnchecked, noteViolation, violationOf } from "./payloadValidation.ts";
import { noteBeyond } from "../shared/filterNotes.ts";
import { stringify } from "../shared/rawJson.ts";
import { applicationOf, requireOrdinary } from "../shared/scope.ts";
import { hourMs } from "../../words/duration.ts";

export type Accepted = Pick<
  NewMessage,
  "id" | "createdAt" | "eventType" | "eventId" | "channels" | "tags" | "payload" | "contentType" | "deliverAt" | "orderingKey" | "metadata"
>;

/**
 * A message as it came. `payload`: the bytes of the payload as they stand in the request; with a `contentType`, bytes of that
 * type in place of it. `trace`: what it is a part of. `hops`: how often a Webster has passed on what led to it; absent: never.
 */
export type Incoming = { message: MessageIn; payload: Buffer; contentType?: string; trace?: TraceContext | null; hops?: number };

/** Which endpoints of the application get a message; by default those that match. */
export type Choice = (application: ApplicationSnapshot, message: NewMessage) => EndpointSnapshot[];

// More tries than are ever needed: the application would have to change at each one, between reading it and storing.
const maximumTries = 20;

export async function acceptMessage(
  actor: Actor,
  applicationIdOrUid: string,
  incoming: Incoming,
  idempotency: Idempotency | null,
  choose: Choice = matching,
): Promise<Accepted> {
  return storeMessage(await prepareMessage(actor, applicationIdOrUid, incoming, idempotency, choose));
}

/** Checks a message and makes the application that it asks for. What it answers is stored by `storeMessage`, once. */
export async function prepareMessage(
  actor: Actor,
  applicationIdOrUid: string,
  incoming: Incoming,
  idempotency: Idempotency | null,
  choose: Choice = matching,
): Promise<PreparedMessage> {
  // Ordinary messages are not for the environment of operational webhooks; a test, which goes to one endpoint alone, is.
  if (choose === matching) requireOrdinary(actor);
  const forward = forwardOfMessage(requireFewHops(incoming.hops ?? 0));
  const draft = draftOf(incoming, idempotency);
  if (forward !== null) draft.sealedForward = sealer().seal(draft.id, JSON.stringify(forward));
  const checked = checkPayload(actor.environmentId, incoming);
  const violation = checked === null ? null : await checked;
  if (incoming.message.application) await ensure(actor, applicationIdOrUid, incoming.message.application);
  return { actor, applicationIdOrUid, draft, forward, trace: incoming.trace ?? null, violation, idempotency, choose };
}

export type PreparedMessage = {
  actor: Actor;
  applicationIdOrUid: string;
  draft: Draft;
  forward: Forward | null;
  trace: TraceContext | null;
  violation: Violation | null;
  idempotency: Idempotency | null;
  choose: Choice;
};

/** Stores a message: those that are given one after the other, and not waited for in between, in this order. */
export async function storeMessage(prepared: PreparedMessage): Promise<Accepted> {
  const { actor, applicationIdOrUid, draft, forward, trace, violation, idempotency, choose } = prepared;
  for (let tries = 0; tries < maximumTries; tries++) {
    const application = await applicationOf(actor, applicationIdOrUid);
    const message = messageOf(draft, application);
    const endpoints = choose(application, message);
    message.endpointIds = endpoints.map(({ id }) => id);
    putInOrder(message, endpoints);
    const result = await storeTraced(message, endpoints, trace, accept);
    switch (result.kind) {
      case "accepted":
        handOver(application, endpoints, message, result.leasedAtMs, forward);
        if (violation !== null) await noteViolation(message, violation);
        return message;
      case "duplicate":
        throw new AppError("conflict", `A message with this eventId exists already: ${result.messageId}`);
      case "replayed": {
        const first = storedAnswer(result.response);
        if (idempotency !== null && (await freeOfAnother(application.id, first, idempotency.keyHash, result.response))) continue;
        const isOther = idempotency !== null && noteOtherRequest(result.requestHash, idempotency);
        return (isOther ? await answerOtherRequest(first) : null) ?? { ...message, ...first };
      }
      case "stale":
    }
  }
  throw new AppError("unavailable", "The application changes all the time; try again", { retryAfterSeconds: 1 });
}

/** Member by member, since a message is made thousands of times a second. */
function messageOf(draft: Draft, application: ApplicationSnapshot): NewMessage {
  const message: NewMessage = {
    id: draft.id,
    createdAt: draft.createdAt,
    environmentId: application.environmentId,
    applicationId: application.id,
    applicationVersion: application.version,
    eventType: draft.eventType,
    eventId: draft.eventId,
    channels: draft.channels,
    tags: draft.tags,
    payload: draft.payload,
    contentType: draft.contentType,
    payloadExpiresAt: draft.payloadExpiresAt,
    deliverAt: draft.deliverAt,
    endpointIds: [],
    leaseId: draft.deliverAt === null ? handoff.leaseId() : null,
    idempotency: draft.idempotency,
  };
  const { orderingKey, metadata, sealedForward } = draft;
  if (application.polled) message.polled = true;
  if (orderingKey !== undefined) message.orderingKey = orderingKey;
  if (metadata !== undefined) message.metadata = metadata;
  if (sealedForward !== undefined) message.sealedForward = sealedForward;
  return message;
}

/** Throws if what was sent comes back here, time after time. */
function requireFewHops(hops: number): number {
  const { variable } = limits.hops;
  if (hops > env().limits.hops)
    throw new AppError(
      "bad_request",
      `Webster has passed it on ${hops} times already: what it delivers is sent back to it (${variable} on the server)`,
    );
  return hops;
}

/** Checks a payload against its event type's schema. A raw payload that is no JSON has no schema to fit. */
function checkPayload(environmentId: EnvironmentId, { message, payload: bytes, contentType }: Incoming): Promise<Violation | null> | null {
  if (isUnchecked(environmentId)) return null;
  const { eventType, payload, transformationsParams } = message;
  const raw = contentType === undefined ? transformationsParams?.rawPayload : bytes.toString();
  const content = raw === null || raw === undefined ? payload : parsedOrUndefined(raw);
  return content === undefined ? null : violationOf(environmentId, eventType, content);
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The endpoints that a message goes to. `body`: the payload, if somebody has read it before. */
export function matching(
  application: ApplicationSnapshot,
  message: NewMessage,
  forward: Forward | null = null,
  body: Body | null = null,
): EndpointSnapshot[] {
  let subject: FilterSubject | null = null;
  const subjectOnce = () =>
    (subject ??= subjectOf({ ...message, forward }, body ?? messageBody({ ...message, forward }, env().maxPayloadBytes)));
  const endpoints = application.endpoints.filter((endpoint) => !endpoint.disabled && matches(endpoint, message, subjectOnce));
  if (subject !== null) noteBeyond((subject as FilterSubject).work, "message", { applicationId: application.id, messageId: message.id });
  return endpoints;
}

/** Sets the keys of what must arrive in order. A message for later goes at its moment, outside of any order. */
export function putInOrder(message: NewMessage, endpoints: EndpointSnapshot[]): void {
  const key = message.orderingKey ?? null;
  if (message.deliverAt === null && (key !== null || endpoints.some(({ ordering }) => ordering === "fifo")))
    message.orderKeys = endpoints.map(({ ordering }) => (ordering === "fifo" ? "" : key));
  else delete message.orderKeys;
}

/** Hands the engine the deliveries that have just been stored with `leaseId`. */
export function handOver(
  application: ApplicationSnapshot,
  endpoints: EndpointSnapshot[],
  message: NewMessage,
  leasedAtMs: number,
  forward: Forward | null = null,
): void {
  const { id: messageId, createdAt, eventType, payload, contentType, leaseId, trace = null } = message;
  for (const { id, environmentId } of endpoints) noteChange(environmentId, messageId, id);
  if (endpoints.length === 0 || leaseId === null) return;
  const atOnce = message.orderKeys ? endpoints.filter((_, i) => message.orderKeys?.[i] === null) : endpoints;
  handoff.offer(
    atOnce.map((endpoint) => ({
      messageId,
      endpointId: endpoint.id,
      createdAt,
      application,
      endpoint,
      eventType,
      attemptCount: 0,
      scheduledCount: 0,
      manualQueued: 0,
      payload,
      contentType,
      forward,
      trace,
      leaseId,
      leasedAtMs,
    })),
  );
}

/** What a message is before its application is known. */
type Draft = Omit<NewMessage, OfApplication | "received">;
type OfApplication =
  | "environmentId"
  | "applicationId"
  | "applicationVersion"
  | "leaseId"
  | "endpointIds"
  | "orderKeys"
  | "polled"
  | "trace";

function draftOf({ message, payload, contentType }: Incoming, idempotency: Idempotency | null): Draft {
  const createdMs = databaseNowMs();
  const id = newId("message", createdMs);
  const createdAt = new Date(createdMs);
  const content = contentType === undefined ? contentOf(message, payload) : { payload: requireSize(payload), contentType };
  const draft: Draft = {
    id,
    createdAt,
    eventType: message.eventType,
    eventId: message.eventId ?? null,
    channels: message.channels ? [...new Set(message.channels)] : [],
    tags: message.tags ? [...new Set(message.tags)] : [],
    payload: content.payload,
    contentType: content.contentType,
    payloadExpiresAt: expiryOf(message, createdMs),
    deliverAt: deliverAtOf(message, createdMs),
    // The rest of the answer is in the request; of another request with the same key it is read from the message.
    idempotency: idempotency === null ? null : { status: 202, response: Buffer.from(JSON.stringify({ id, createdAt })), ...idempotency },
  };
  if (message.orderingKey) draft.orderingKey = requireNow(message, message.orderingKey);
  if (message.metadata && Object.keys(message.metadata).length > 0) draft.metadata = message.metadata;
  return requireKept(draft);
}

function storedAnswer(response: Buffer): { id: string; createdAt: Date } {
  const { id, createdAt } = JSON.parse(response.toString()) as { id: string; createdAt: string };
  return { id, createdAt: new Date(createdAt) };
}

/** A raw payload, or the payload as it stands in the request. */
function contentOf(message: MessageIn, payload: Buffer): { payload: Buffer; contentType: string | null } {
  const raw = message.transformationsParams?.rawPayload;
  if (raw === null || raw === undefined) return { payload: requireSize(payload), contentType: null };
  if (/\p{Surrogate}/u.test(raw))
    throw invalid(["body", "transformationsParams", "rawPayload"], "The text holds a lone surrogate, which UTF-8 can't express");
  const given = Object.entries(message.transformationsParams?.headers ?? {}).find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const contentType = given ?? "application/json";
  if (typeof contentType !== "string" || !/^[\u0020-\u007e]{1,256}$/.test(contentType))
    throw invalid(["body", "transformationsParams", "headers", "content-type"], "must be a content type, such as text/plain");
  return { payload: requireSize(Buffer.from(raw)), contentType };
}

function requireSize(payload: Buffer): Buffer {
  const { maxPayloadBytes } = env();
  if (payload.length > maxPayloadBytes) throw new AppError("payload_too_large", `The payload is larger than ${maxPayloadBytes} bytes`);
  return payload;
}

function expiryOf({ payloadRetentionPeriod: days, payloadRetentionHours: hours }: MessageIn, nowMs: number): Date | null {
  if (days && hours) throw invalid(["body", "payloadRetentionHours"], "Give payloadRetentionPeriod or payloadRetentionHours, not both");
  if (days) return new Date(nowMs + days * 24 * hourMs);
  return hours ? new Date(nowMs + hours * hourMs) : null;
}

function deliverAtOf({ deliverAt }: MessageIn, nowMs: number): Date | null {
  if (!deliverAt) return null;
  const moment = new Date(deliverAt);
  if (moment.getTime() > nowMs + 24 * hourMs + clockSlackMs) throw invalid(["body", "deliverAt"], "At most 24 hours ahead");
  return moment.getTime() > nowMs ? moment : null;
}

/** Slack between clocks: what is 24 hours ahead for the sender's may be more for ours. */
const clockSlackMs = 5 * 60_000;

function requireKept(draft: Draft): Draft {
  const { deliverAt, payloadExpiresAt } = draft;
  if (deliverAt !== null && payloadExpiresAt !== null && payloadExpiresAt <= deliverAt)
    throw invalid(["body", "payloadRetentionHours"], "The payload would be deleted before it is delivered: keep it beyond deliverAt");
  return draft;
}

function requireNow({ deliverAt }: MessageIn, orderingKey: string): string {
  if (deliverAt)
    throw invalid(["body", "orderingKey"], "Give orderingKey or deliverAt, not both: what is for later has no place in an order");
  return orderingKey;
}

/** The answer as JSON text, written by hand: it is made thousands of times a second. */
export function acceptedText(message: Accepted, withContent: boolean): string {
  const { id, eventId, eventType, payload, contentType, channels, tags, deliverAt, createdAt, orderingKey, metadata } = message;
  const content = withContent ? stringify(showBytes(payload, contentType, null).payload) : "{}";
  const order = orderingKey ? `,"orderingKey":${JSON.stringify(orderingKey)}` : "";
  const said = metadata ? `,"metadata":${JSON.stringify(metadata)}` : "";
  return `{"id":"${id}","eventId":${JSON.stringify(eventId)},"eventType":"${eventType}","payload":${content},"channels":${listText(channels)},"tags":${listText(tags)},"deliverAt":${JSON.stringify(deliverAt)},"timestamp":"${createdAt.toISOString()}"${order}${said}}`;
}

const listText = (values: string[]): string => (values.length > 0 ? JSON.stringify(values) : "null");

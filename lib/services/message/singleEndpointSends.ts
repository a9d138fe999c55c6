/** Sending to one endpoint alone, so that a receiver can be tried out. */
import type { Actor } from "../../actor.ts";
import type { EventExampleIn } from "../../contract/message.ts";
import type { EndpointTestIn } from "../../contract/messageLog.ts";
import { AppError, invalid } from "../../errors.ts";
import { type Accepted, type Incoming, acceptMessage } from "./acceptance.ts";
import { exampleOf } from "../eventType/eventTypes.ts";
import { openForward } from "../../db/sql/hot/payloads.ts";
import { env } from "../../env.ts";
import type { ApplicationId } from "../../ids.ts";
import { messageBody } from "../../webhooks/messageBody.ts";
import { type Idempotency, ofEndpoint } from "./idempotency.ts";
import { isExpired } from "./messageContent.ts";
import { findMessage } from "./messages.ts";
import { endpointOf } from "../shared/scope.ts";

/** The event type of which every endpoint can be sent an example. */
const ping = "svix.ping";
const pingPayload = Buffer.from('{"success":true}');

/** Sends an example to one endpoint alone, whatever its filters say. */
export async function send(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, input: EventExampleIn): Promise<Accepted> {
  const { application, endpoint } = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  const { eventType } = input;
  const payload = eventType === ping ? pingPayload : await exampleOf(actor, eventType, input.exampleIndex ?? 0);
  const message = { eventType, payload: JSON.parse(payload.toString()) as Record<string, unknown> };
  return acceptMessage(actor, application.id, { message, payload }, null, (current) =>
    current.endpoints.filter(({ id }) => id === endpoint.id),
  );
}

/**
 * Sends a payload to one endpoint alone. `bytes`: the payload as it stands in the request. Throws `bad_request` if the endpoint
 * is disabled or the content gone.
 */
export async function sendTest(
  actor: Actor,
  applicationIdOrUid: string,
  endpointIdOrUid: string,
  input: EndpointTestIn,
  bytes: Buffer | null,
  idempotency: Idempotency | null,
): Promise<Accepted> {
  const { application, endpoint } = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  if (endpoint.disabledAt !== null) throw new AppError("bad_request", "The endpoint is disabled: enable it first");
  const incoming = input.messageId ? await contentOf(application, input.messageId) : givenContent(input, bytes);
  return acceptMessage(actor, application.id, incoming, idempotency && ofEndpoint(idempotency, endpoint.id), (current) =>
    current.endpoints.filter(({ id, disabled }) => id === endpoint.id && !disabled),
  );
}

function givenContent({ eventType, payload }: EndpointTestIn, bytes: Buffer | null): Incoming {
  if (!eventType) throw invalid(["body", "eventType"], "Give eventType and payload, or messageId");
  if (!payload || bytes === null) throw invalid(["body", "payload"], "Give eventType and payload, or messageId");
  return { message: { eventType, payload }, payload: bytes };
}

async function contentOf(application: { id: ApplicationId }, messageId: string): Promise<Incoming> {
  const { id, eventType, payload, contentType, sealedForward, payloadExpiresAt } = await findMessage(application, messageId, true);
  if (payload === null || isExpired(payloadExpiresAt)) throw new AppError("bad_request", "The message's payload has been deleted");
  const forward = openForward(id, sealedForward);
  if (contentType === null && !forward?.receivedRequestId)
    return { message: { eventType, payload: JSON.parse(payload.toString()) as Record<string, unknown> }, payload };
  // The header that says how it was packed belongs to the request that it came with.
  const { content } = messageBody({ payload, contentType, forward }, env().maxPayloadBytes);
  return { message: { eventType, payload: {} }, payload: content, contentType: contentType ?? "application/json" };
}

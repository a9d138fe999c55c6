/** Trying out a receiver with a delivery's payload, edited. */
import type { Actor } from "../../actor.ts";
import type { TestSendIn, TestSendOut } from "../../contract/testSend.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { Sender, targetOf, whoseOf } from "../../delivery/send.ts";
import { env } from "../../env.ts";
import { invalid, notFound } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { errorClassOf, type Outcome } from "../../webhooks/outcome.ts";
import { recordAudit } from "../audit/audit.ts";
import { findDelivery } from "./deliveryDetail.ts";
import { requireSendable } from "../endpoint/endpointUrls.ts";
import { requireHeaders } from "../endpoint/headers.ts";
import { applicationOf } from "../shared/scope.ts";

export async function send(actor: Actor, messageId: string, endpointId: string, input: TestSendIn): Promise<TestSendOut> {
  const { applicationId, eventType } = await findDelivery(actor, messageId, endpointId);
  const endpoint = (await applicationOf(actor, applicationId)).endpoints.find(({ id }) => id === endpointId);
  if (endpoint === undefined) throw notFound("The endpoint was deleted, and its secret with it");
  requireHeaders(input.headers);
  const payload = Buffer.from(input.payload);
  if (payload.length > env().maxPayloadBytes)
    throw invalid(["body", "payload"], `The payload is longer than ${env().maxPayloadBytes} bytes`);
  const url = await requireSendable(actor, input.url);
  const nowMs = databaseNowMs();
  const testId = newId("message", nowMs);
  await recordAudit(actor, prisma(), "delivery.testSent", messageId, { endpointId, url });
  // Without the endpoint's credentials: they are for its own receiver only.
  const target = targetOf({ url, headers: input.headers, signature: endpoint.signature, authentication: null }, whoseOf(endpoint));
  const what = { messageId: testId, eventType, endpoint, payload, contentType: null, nowMs };
  const outcome = await sendOnce((sender, done) => sender.send({ url, target, method: "POST", ...what }, done));
  const isAnswered = outcome.kind === "answered";
  return {
    messageId: testId,
    statusCode: isAnswered ? outcome.statusCode : 0,
    errorClass: errorClassOf(outcome),
    durationMs: Math.round(outcome.durationMs),
    response: isAnswered ? outcome.body : outcome.detail,
    responseHeaders: isAnswered ? outcome.headers : null,
  };
}

/** Sends one request over a connection of its own, which ends with it. */
async function sendOnce(start: (sender: Sender, done: (outcome: Outcome) => void) => void): Promise<Outcome> {
  const sender = new Sender();
  try {
    return await new Promise((resolve) => start(sender, resolve));
  } finally {
    await sender.close();
  }
}

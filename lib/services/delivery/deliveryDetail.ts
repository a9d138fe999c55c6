/** One delivery with all that happened to it; sending it again, cancelling what is planned. */
import type { Actor } from "../../actor.ts";
import type { DeliveryDetailOut, DeliveryOut } from "../../contract/delivery.ts";
import type { Presentation } from "../../db/applications.ts";
import { noteChange } from "../../db/changes.ts";
import { pool, prisma } from "../../db/client.ts";
import { cancelWaiting } from "../../db/sql/hot/cancelOne.ts";
import { type LogRow } from "../../db/sql/log/log.ts";
import { openForward } from "../../db/sql/hot/payloads.ts";
import { AppError, notFound } from "../../errors.ts";
import { isId } from "../../ids.ts";
import { sealer } from "../../seal.ts";
import type { Timings } from "../../webhooks/outcome.ts";
import { authenticationHeaderName } from "../../webhooks/authentication.ts";
import { type SignatureStyle, standardStyle } from "../../webhooks/signatureStyle.ts";
import { recordAudit } from "../audit/audit.ts";
import { openAuthentication } from "../endpoint/authentication.ts";
import { sentHeadersOf, signaturesOf } from "./deliveryHeaders.ts";
import { resend as resendOf } from "./deliveries.ts";
import { showAll, waitsOf } from "./deliveryLog.ts";
import { isExpired, payloadOf } from "../message/messageContent.ts";
import { readAttemptsOf } from "../../db/sql/log/attempts.ts";
import { type DeliveryRow, type SentMessage, readDelivery, readNeighbours, readSentMessage } from "../../db/sql/log/deliveries.ts";

type Row = DeliveryRow;

export async function get(actor: Actor, messageId: string, endpointId: string): Promise<DeliveryDetailOut> {
  const row = await findDelivery(actor, messageId, endpointId);
  const [shown, message, endpoint, attempts, neighbours] = await Promise.all([
    showOne(row),
    messageOf(row),
    endpointOf(row),
    readAttemptsOf(row),
    readNeighbours(row),
  ]);
  const payload = isExpired(message.payloadExpiresAt) ? null : message.payload;
  const signed = await signaturesOf({ ...row, endpoint }, payload, attempts);
  const forward = openForward(row.messageId, message.sealedForward);
  return {
    ...shown,
    scheduledCount: row.scheduledCount,
    manualQueued: row.manualQueued,
    retryAt: row.retryAt?.toISOString() ?? null,
    retryWaits: [...waitsOf(endpoint)],
    succeededAt: row.succeededAt?.toISOString() ?? null,
    endpointDisabled: endpoint.disabledAt !== null,
    endpointSignature: endpoint.style,
    message: {
      id: row.messageId,
      eventId: shown.eventId,
      eventType: row.eventType,
      channels: message.channels,
      tags: message.tags,
      ...payloadOf({ id: row.messageId, ...message }),
      payloadBytes: message.payloadBytes,
      deliverAt: message.deliverAt?.toISOString() ?? null,
      createdAt: row.createdAt.toISOString(),
    },
    attempts: attempts.map(({ createdAt, responseBytes, responseHeaders, dnsMs, tcpMs, tlsMs, firstByteMs, ...attempt }, i) => ({
      ...attempt,
      errorClass: attempt.errorClass as DeliveryOut["lastErrorClass"],
      startedAt: createdAt.toISOString(),
      responseBase64: responseBytes?.toString("base64") ?? null,
      responseHeaders,
      requestHeaders: sentHeadersOf({
        contentType: message.contentType,
        endpoint,
        attempt: { id: attempt.id, createdAt },
        signed: signed[i] ?? null,
        forward,
      }),
      signature: signed[i]?.signature ?? null,
      signedPrefix: signed[i]?.prefix ?? null,
      timings: timingsOf({ dnsMs, tcpMs, tlsMs, firstByteMs }),
    })),
    ...neighbours,
  };
}

export async function resend(actor: Actor, messageId: string, endpointId: string): Promise<void> {
  const { applicationId } = await findDelivery(actor, messageId, endpointId);
  await resendOf(actor, applicationId, messageId, endpointId);
}

export async function cancel(actor: Actor, messageId: string, endpointId: string): Promise<DeliveryOut> {
  const row = await findDelivery(actor, messageId, endpointId);
  if (!(await cancelWaiting(row))) {
    const now = await findDelivery(actor, messageId, endpointId);
    throw new AppError("conflict", now.status === "pending" ? "It is being sent right now" : "Nothing more is planned for it");
  }
  await recordAudit(actor, prisma(), "delivery.cancelled", messageId, { endpointId });
  noteChange(actor.environmentId, messageId, endpointId);
  return showOne(await findDelivery(actor, messageId, endpointId));
}

/** Throws `not_found`. */
export async function findDelivery(actor: Actor, messageId: string, endpointId: string): Promise<Row> {
  if (!isId("endpoint", endpointId) || !isId("message", messageId)) throw notFound("Delivery not found");
  const row = await readDelivery(actor, messageId, endpointId);
  if (row === undefined) throw notFound("Delivery not found");
  return row;
}

async function showOne(row: LogRow): Promise<DeliveryOut> {
  const [shown] = await showAll([row]);
  if (shown === undefined) throw notFound("Delivery not found");
  return shown;
}

async function messageOf({ messageId, createdAt }: Row): Promise<SentMessage> {
  const message = await readSentMessage({ id: messageId, createdAt });
  if (message === undefined) throw notFound("Delivery not found");
  return message;
}

export type DetailEndpoint = {
  id: string;
  headers: Record<string, string>;
  /** The header's name, in lower case; its value is never shown. */
  authenticationHeader: string | null;
  style: SignatureStyle;
  signatureChangedAt: Date | null;
  svixHeaders: boolean;
  presentation: Pick<Presentation, "userAgent" | "idHeader">;
  /** When anything of the environment's settings was last changed: how attempts before that presented themselves is not known. */
  presentedSince: Date;
  disabledAt: Date | null;
  /** Seconds; null: the server’s. */
  retrySchedule: number[] | null;
};

type EndpointRow = Omit<DetailEndpoint, "headers" | "style" | "authenticationHeader" | "presentation"> & {
  userAgent: string | null;
  idHeader: string | null;
  sealedHeaders: Buffer | null;
  sealedAuthentication: Buffer<ArrayBuffer> | null;
  signature: SignatureStyle | null;
};

async function endpointOf({ endpointId }: Row): Promise<DetailEndpoint> {
  const { rows } = await pool().query<EndpointRow>({
    text: `select e."id", e."sealedHeaders", e."sealedAuthentication", e."signature", e."signatureChangedAt", n."svixHeaders", n."userAgent", n."idHeader",
        n."updatedAt" as "presentedSince", e."disabledAt", e."retrySchedule"
      from endpoint e join environment n on n."id" = e."environmentId" where e."id" = $1`,
    values: [endpointId],
  });
  if (rows[0] === undefined) throw notFound("Delivery not found");
  const { sealedHeaders, sealedAuthentication, signature, userAgent, idHeader, ...endpoint } = rows[0];
  const authentication = openAuthentication({ id: endpoint.id, sealedAuthentication });
  const authenticationHeader = authentication === null ? null : authenticationHeaderName(authentication);
  const headers =
    sealedHeaders === null ? {} : (JSON.parse(sealer().open(endpoint.id, sealedHeaders).toString()) as Record<string, string>);
  return { ...endpoint, headers, presentation: { userAgent, idHeader }, authenticationHeader, style: signature ?? standardStyle };
}

const timingsOf = (timings: Timings): DeliveryDetailOut["attempts"][number]["timings"] =>
  Object.values(timings).every((ms) => ms === null) ? null : { reused: timings.dnsMs === null && timings.tcpMs === null, ...timings };

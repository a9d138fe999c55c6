/** Taking over what another server has sent. */
import type { Actor } from "../../actor.ts";
import type { ImportedMessage, MessageImportOut } from "../../contract/messageImport.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { makePastDays } from "../../db/partitions.ts";
import { type PastMessage, storePast } from "../../db/sql/upkeep/importMessages.ts";
import { env } from "../../env.ts";
import { idTimeMs } from "../../ids.ts";
import { recordAudit } from "../audit/audit.ts";
import { applicationOf, requireOrdinary } from "../shared/scope.ts";
import { dayMs } from "../../words/duration.ts";
import { idSlackMs } from "../../db/sql/days.ts";
import { isRecord } from "../../words/record.ts";

export async function importMessages(actor: Actor, applicationIdOrUid: string, messages: ImportedMessage[]): Promise<MessageImportOut> {
  requireOrdinary(actor);
  const { id: applicationId, environmentId } = await applicationOf(actor, applicationIdOrUid);
  const refused: MessageImportOut["refused"] = [];
  const past: PastMessage[] = [];
  for (const message of messages) {
    const fault = faultOf(message, databaseNowMs());
    if (fault === null) past.push(rowOf(message));
    else refused.push({ id: message.id, detail: fault });
  }
  const oldestMs = Math.min(...past.map(({ createdAt }) => createdAt.getTime()));
  if (past.length > 0) await makePastDays(new Date(oldestMs));
  const outcomes = past.length > 0 ? await storePast({ environmentId, applicationId }, past, idSlackMs) : new Map<string, never>();
  for (const [id, outcome] of outcomes)
    if (outcome === "taken") refused.push({ id, detail: "Another application has a message with this id" });
  const imported = count(outcomes, "imported");
  if (imported > 0) await recordAudit(actor, prisma(), "application.messagesImported", applicationId, { imported });
  return { imported, existing: count(outcomes, "existing"), refused };
}

/** Why a message can't be imported; null: it can. A message is found by the moment in its id, in the day of that moment. */
function faultOf({ id, timestamp, rawPayload, contentType }: ImportedMessage, nowMs: number): string | null {
  const timeMs = idTimeMs("message", id);
  const createdMs = Date.parse(timestamp);
  if (timeMs === null || Math.abs(timeMs - createdMs) > idSlackMs) return "The timestamp is not the moment in the id";
  if (createdMs > nowMs + idSlackMs) return "It is of the future";
  const { retentionDays, maxPayloadBytes } = env();
  if (createdMs < nowMs - (retentionDays - 1) * dayMs) return `It is older than the ${retentionDays} days that this server keeps messages`;
  if (Buffer.byteLength(rawPayload ?? "") > maxPayloadBytes) return `Its payload is larger than ${maxPayloadBytes} bytes`;
  const isJson = contentType === null || contentType === undefined;
  return !isJson || rawPayload === null || rawPayload === undefined || isObject(rawPayload) ? null : "Its payload is no JSON object";
}

function isObject(text: string): boolean {
  try {
    return isRecord(JSON.parse(text));
  } catch {
    return false;
  }
}

const rowOf = (message: ImportedMessage): PastMessage => ({
  id: message.id,
  createdAt: new Date(message.timestamp),
  eventType: message.eventType,
  eventId: message.eventId ?? null,
  channels: [...new Set(message.channels)],
  tags: [...new Set(message.tags)],
  payload: message.rawPayload === null || message.rawPayload === undefined ? null : Buffer.from(message.rawPayload),
  contentType: message.contentType ?? null,
});

const count = (outcomes: Map<string, string>, wanted: string): number =>
  [...outcomes.values()].filter((outcome) => outcome === wanted).length;

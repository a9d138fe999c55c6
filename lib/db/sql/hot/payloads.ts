/** Payloads that were not held in memory, read right before they are sent. */
import { sealer } from "../../../seal.ts";
import { type TraceContext, unpackTraceContext } from "../../../traceContext.ts";
import type { Forward } from "../../../webhooks/forward.ts";
import { hotPool } from "../../client.ts";
import { byDay, dayName, isDayGone, ofDay } from "./keys.ts";

export type StoredPayload = { payload: Buffer; contentType: string | null; forward: Forward | null; trace: TraceContext | null };

/** Payloads by message id. One that is missing in the answer has been deleted. */
export async function loadPayloads(messages: readonly { messageId: string; createdAt: Date }[]): Promise<Map<string, StoredPayload>> {
  const found = new Map<string, StoredPayload>();
  for (const [day, some] of byDay(messages)) {
    const ids = [...new Set(some.map(({ messageId }) => messageId))];
    for (const { id, payload, contentType, sealedForward, traceContext } of await load(day, ids))
      if (payload !== null)
        found.set(id, { payload, contentType, forward: openForward(id, sealedForward), trace: unpackTraceContext(traceContext) });
  }
  return found;
}

export const openForward = (messageId: string, sealed: Buffer | null): Forward | null =>
  sealed === null ? null : (JSON.parse(sealer().open(messageId, sealed).toString()) as Forward);

type Row = { id: string; payload: Buffer | null; contentType: string | null; sealedForward: Buffer | null; traceContext: Buffer | null };

async function load(day: number, ids: string[]): Promise<Row[]> {
  try {
    const { rows } = await hotPool().query<Row>({
      name: `payloads_${dayName(day)}`,
      text: `select "id", "payload", "contentType", "sealedForward", "traceContext" from ${ofDay("message", day)} where "id" = any($1::text[])`,
      values: [ids],
    });
    return rows;
  } catch (error) {
    if (isDayGone(error)) return [];
    throw error;
  }
}

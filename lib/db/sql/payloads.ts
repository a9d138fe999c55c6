/** Payloads that were not held in memory, read right before they are sent. */
import { hotPool } from "../client.ts";
import { boundsOf } from "./keys.ts";

export type StoredPayload = { payload: Buffer; contentType: string | null };

/** By message id. Missing: there is no payload any more. */
export async function loadPayloads(messages: readonly { messageId: string; createdAt: Date }[]): Promise<Map<string, StoredPayload>> {
  const { oldest, newest } = boundsOf(messages);
  const { rows } = await hotPool().query<{ id: string; payload: Buffer | null; contentType: string | null }>({
    name: "payloads",
    text: `select "id", "payload", "contentType" from "message" where "id" = any($1::text[]) and "createdAt" between $2 and $3`,
    values: [[...new Set(messages.map(({ messageId }) => messageId))], oldest, newest],
  });
  return new Map(rows.flatMap(({ id, payload, contentType }) => (payload === null ? [] : [[id, { payload, contentType }] as const])));
}

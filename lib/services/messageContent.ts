/** How a stored message is answered. */
import { RawJson } from "./rawJson.ts";

export type MessageRow = {
  id: string;
  createdAt: Date;
  eventType: string;
  eventId: string | null;
  channels: string[];
  tags: string[];
  /** Null: expunged, or not asked for. */
  payload: Buffer | null;
  contentType: string | null;
  payloadExpiresAt: Date | null;
  deliverAt: Date | null;
  orderingKey: string | null;
  metadata: Record<string, string> | null;
};

/** A payload that is not JSON is shown in an object, because clients expect one. */
export type ShownPayload = RawJson | Record<string, unknown>;

const hidden = {};
const expired = { expired: true };

export const showMessage = (row: MessageRow, withContent: boolean) => ({
  id: row.id,
  eventId: row.eventId,
  eventType: row.eventType,
  payload: withContent ? showPayload(row.payload, row.contentType, row.payloadExpiresAt) : hidden,
  channels: orNull(row.channels),
  tags: orNull(row.tags),
  deliverAt: row.deliverAt,
  timestamp: row.createdAt,
  ...(row.orderingKey ? { orderingKey: row.orderingKey } : {}),
  ...(row.metadata ? { metadata: row.metadata } : {}),
});

export const isExpired = (expiresAt: Date | null): boolean => expiresAt !== null && expiresAt.getTime() <= Date.now();

function showPayload(payload: Buffer | null, contentType: string | null, expiresAt: Date | null): ShownPayload {
  if (payload === null || isExpired(expiresAt)) return expired;
  return showBytes(payload, contentType);
}

/** `contentType` null: the bytes are a JSON object, as the sender wrote it. */
export function showBytes(payload: Buffer, contentType: string | null): ShownPayload {
  const text = payload.toString();
  return contentType === null || isObject(text) ? new RawJson(text) : { rawPayload: text, contentType };
}

function isObject(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const orNull = (values: string[]): string[] | null => (values.length > 0 ? values : null);

/** How a stored message is answered. */
import { databaseNowMs } from "../../db/clock.ts";
import { openForward } from "../../db/sql/hot/payloads.ts";
import { env } from "../../env.ts";
import type { Forward } from "../../webhooks/forward.ts";
import { type Body } from "../../webhooks/body/body.ts";
import { isJsonObject } from "../../webhooks/body/json.ts";
import { encodingOf, messageBody } from "../../webhooks/messageBody.ts";
import { PageRoom } from "../shared/pages.ts";
import { RawJson, stringify } from "../shared/rawJson.ts";
import { orNull } from "../shared/optional.ts";
import { type MessageRow, type MessageText, readMessages } from "../../db/sql/log/messages.ts";

/** The fields beside a text or value whose UTF-8 is not what is sent. */
type RawBytes = { rawPayloadBase64?: string; contentType?: string; contentEncoding?: string };

/** A payload that is no JSON object is shown in an object, because clients expect one. */
type Content = RawBytes & { payload: RawJson | Record<string, unknown> };

const hidden: Content = { payload: {} };
const expired: Content = { payload: { expired: true } };

export const showMessage = (row: MessageRow, withContent: boolean) => ({
  id: row.id,
  eventId: row.eventId,
  eventType: row.eventType,
  ...(withContent ? contentOf(row) : hidden),
  channels: orNull(row.channels),
  tags: orNull(row.tags),
  deliverAt: row.deliverAt,
  timestamp: row.createdAt,
  ...(row.orderingKey ? { orderingKey: row.orderingKey } : {}),
  ...(row.metadata ? { metadata: row.metadata } : {}),
});

/** What is shown of each message of a page, in JSON, of as many as it has room for; null: it is gone. */
export async function messageTexts(rows: MessageText[], withContent: boolean): Promise<(string | null)[]> {
  const unusual = await readMessages(
    rows.filter(({ text }) => text === null).map(({ id }) => id),
    withContent,
  );
  const byId = new Map(unusual.map((row) => [row.id, row]));
  const room = new PageRoom();
  const texts: (string | null)[] = [];
  for (const { id, text } of rows) {
    const row = byId.get(id);
    const shown = text ?? (row === undefined ? null : stringify(showMessage(row, withContent)));
    if (!room.take(shown?.length ?? 0)) break;
    texts.push(shown);
  }
  return texts;
}

export const isExpired = (expiresAt: Date | null): boolean => expiresAt !== null && expiresAt.getTime() <= databaseNowMs();

function contentOf({ id, payload, contentType, sealedForward, payloadExpiresAt }: MessageRow): Content {
  if (payload === null || isExpired(payloadExpiresAt)) return expired;
  return showBytes(payload, contentType, openForward(id, sealedForward));
}

/** `contentType` null, and no request at a source: the bytes are a JSON object, as the sender wrote it. */
export function showBytes(payload: Buffer, contentType: string | null, forward: Forward | null): Content {
  if (contentType === null && !forward?.receivedRequestId) return { payload: new RawJson(payload.toString()) };
  const body = messageBody({ payload, contentType, forward }, env().maxPayloadBytes);
  const text = textOf(body);
  const type = contentType ?? "application/json";
  const contentEncoding = encodingOf(forward);
  const raw: RawBytes =
    text !== null && payload.equals(Buffer.from(text))
      ? {}
      : { rawPayloadBase64: payload.toString("base64"), contentType: type, ...(contentEncoding === null ? {} : { contentEncoding }) };
  if (text !== null && body.kind === "json" && isJsonObject(body.value)) return { payload: new RawJson(text), ...raw };
  return { payload: { rawPayload: text, contentType: type, ...raw } };
}

/** A payload as pages show it: null where it is no text, and the bytes where they are not its UTF-8. */
export function payloadOf(message: Pick<MessageRow, "id" | "payload" | "contentType" | "sealedForward" | "payloadExpiresAt">) {
  const { id, payload, contentType, sealedForward, payloadExpiresAt } = message;
  const forward = openForward(id, sealedForward);
  const told = { contentType: contentType ?? "application/json", contentEncoding: encodingOf(forward) };
  if (payload === null || isExpired(payloadExpiresAt)) return { payload: null, payloadBase64: null, ...told };
  const text = textOf(messageBody({ payload, contentType, forward }, env().maxPayloadBytes));
  const isWhole = text !== null && payload.equals(Buffer.from(text));
  return { payload: text, payloadBase64: isWhole ? null : payload.toString("base64"), ...told };
}

/** A payload as people read it: JSON as it stands, unpacked, in whatever charset it came. Null: it is no text. */
const textOf = (body: Body): string | null => (body.kind === "json" ? body.asJson() : body.text);

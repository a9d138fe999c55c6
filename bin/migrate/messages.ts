/** Recent messages, as history: nobody is sent them again. */
import { elementsOf, fieldOf } from "../../lib/services/shared/jsonSlices.ts";
import { ApiError } from "./faults.ts";
import { type Move, type Pair, at } from "./move.ts";
import type { Message } from "./shapes.ts";

const dayMs = 86_400_000;
/** Messages that the source accepts while it answers may be listed late. */
const overlapMs = 600_000;
const messagesAtATime = 250;
const bytesAtATime = 8 * 1024 * 1024;

type Past = Omit<Message, "rawPayloadBase64"> & { rawPayload: string | null; contentType?: string };
type Outcome = { imported: number; existing: number; refused: { id: string; detail: string }[] };

export async function moveMessages(move: Move, { application, targetId, isNew }: Pair): Promise<void> {
  const { source, report, state, save, apply, days, nowMs } = move;
  if (days === 0) return;
  const { id } = application;
  const from = new Date(nowMs - days * dayMs).toISOString();
  // An application that was made just now can hold no message, whatever an earlier run has noted.
  const done = isNew ? undefined : state.messages[id];
  const isGoneOn = done !== undefined && done.from <= from;
  const after = isGoneOn ? new Date(Date.parse(done.until) - overlapMs).toISOString() : from;
  // Newest first, without bounds: with `after`, Svix's first page is the oldest, and its iterator leads away from the rest.
  for await (const { data, bytes } of source.pages<Message>(`/api/v1/app/${at(id)}/msg?with_content=${apply}`)) {
    move.checkStop();
    const isRecent = ({ timestamp }: { timestamp: string }): boolean => Date.parse(timestamp) >= Date.parse(after);
    if (!apply) report.count("message", "made", data.filter(isRecent).length);
    else if (targetId !== null) await give(move, targetId, pastOf(move, data, bytes).filter(isRecent));
    if (!data.every(isRecent)) break;
  }
  if (!apply) return;
  state.messages[id] = { from: isGoneOn ? done.from : from, until: new Date(nowMs).toISOString() };
  save();
}

async function give(move: Move, applicationId: string, past: Past[]): Promise<void> {
  for (const messages of portions(past)) await giveTogether(move, `/api/v1/app/${at(applicationId)}/msg/import`, messages);
}

/** Gives messages together. One that the target refuses must not hold back the others: they are halved until it stands alone. */
async function giveTogether(move: Move, path: string, messages: Past[]): Promise<void> {
  const { target, report } = move;
  const [first] = messages;
  if (first === undefined) return;
  try {
    const { imported, existing, refused } = await target.post<Outcome>(path, { messages });
    report.count("message", "made", imported);
    report.count("message", "there", existing);
    for (const { id, detail } of refused) report.add("message", id, "skipped", detail);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 422 && error.status !== 413)) throw error;
    if (messages.length === 1) return report.add("message", first.id, "failed", error.message);
    const middle = Math.ceil(messages.length / 2);
    await giveTogether(move, path, messages.slice(0, middle));
    await giveTogether(move, path, messages.slice(middle));
  }
}

/** The messages in portions of as many as a request may hold. */
function portions(past: Past[]): Past[][] {
  const all: Past[][] = [];
  let bytes = 0;
  for (const message of past) {
    const size = Buffer.byteLength(message.rawPayload ?? "") * 1.1 + 500;
    const last = all.at(-1);
    if (last === undefined || last.length >= messagesAtATime || bytes + size > bytesAtATime) {
      all.push([message]);
      bytes = size;
    } else {
      last.push(message);
      bytes += size;
    }
  }
  return all;
}

/** Messages with payloads as they stand in the answer: what has been read and written again may have other digits. */
function pastOf({ report }: Move, messages: Message[], page: Buffer): Past[] {
  const elements = elementsOf(fieldOf(page, "data") ?? Buffer.from("[]"));
  return messages.flatMap(({ id, timestamp, eventType, eventId, channels, tags, rawPayloadBase64 }, i) => {
    if (rawPayloadBase64 !== undefined) {
      report.add("message", id, "skipped", "its payload is no text");
      return [];
    }
    const content = contentOf(fieldOf(elements[i] ?? Buffer.from("{}"), "payload")?.toString() ?? null);
    return [
      { id, timestamp, eventType, eventId: eventId ?? null, channels: channels?.length ? channels : null, tags: tags ?? null, ...content },
    ];
  });
}

/** The content of a message. A payload that is gone, or no JSON, is shown as an object that says so. */
function contentOf(payload: string | null): { rawPayload: string | null; contentType?: string } {
  if (payload === null || payload.length > 65_536) return { rawPayload: payload };
  const value = JSON.parse(payload) as Record<string, unknown> | null;
  const names = Object.keys(value ?? {}).join();
  if (names === "expired" && value?.["expired"] === true) return { rawPayload: null };
  const { rawPayload, contentType } = value ?? {};
  if (names === "rawPayload,contentType" && typeof rawPayload === "string" && typeof contentType === "string")
    return { rawPayload, contentType };
  return { rawPayload: payload };
}

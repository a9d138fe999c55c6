/** Learning the shapes of event types' payloads from samples of what was accepted, in the background: accepting knows nothing of it. */
import { databaseNowMs } from "../../db/clock.ts";
import { openForward } from "../../db/sql/hot/payloads.ts";
import * as shapes from "../../db/sql/upkeep/payloadShapes.ts";
import { unlessBusy } from "../../db/unlessBusy.ts";
import { env } from "../../env.ts";
import { messageBody } from "../../webhooks/messageBody.ts";
import { observe, unread } from "../../webhooks/shape/observe.ts";
import { countNodes } from "../../webhooks/shape/shape.ts";
import { forget, readShape, writeShape } from "../../webhooks/shape/stored.ts";
import { dayMs } from "../../words/duration.ts";
import { holdAgainst, newestSchema, refusalsOf } from "./refusals.ts";

/** What a reading costs at the most: so many event types, of each so many messages, none larger than that. */
const typesTogether = 50;
const sampledMessages = 10;
const maximumPayloadBytes = 262_144;

const soonSeconds = 5;
const latestSeconds = 60;
/** Of types that nobody sends there may be thousands. */
const quietSeconds = 900;

/** Reads samples of the event types whose turn it is. False: another process is doing it, or there are no more. */
export const samplePayloads = async (): Promise<boolean> => (await unlessBusy("shapes", sampleSome)) ?? false;

async function sampleSome(): Promise<boolean> {
  await shapes.begin(oldest(), typesTogether);
  const due = await shapes.due(typesTogether);
  for (const shape of due) await sample(shape);
  return due.length === typesTogether;
}

const oldest = (): Date => new Date(databaseNowMs() - env().retentionDays * dayMs);

async function sample(due: shapes.DueShape): Promise<void> {
  const messages = await shapes.newestOf(due, sampledMessages);
  const newest = messages.at(-1);
  if (newest === undefined) return shapes.postpone(due, Math.min(due.waitSeconds * 2, quietSeconds));
  const shape = forget(readShape(due.shape), oldest().getTime());
  const schema = newestSchema(due.schemas);
  const refusals = schema === null ? null : refusalsOf(due.refusals, schema);
  const before = sizeOf(shape);
  for (const message of messages) {
    const read = await payloadOf(message);
    if (read === undefined) continue;
    if (read.value === undefined) unread(shape);
    else observe(shape, read.value, message.createdAt.getTime());
    if (read.plain !== undefined && schema !== null && refusals !== null)
      holdAgainst(refusals, schema, read.plain, message.id, message.createdAt.getTime());
  }
  const isSettled = sizeOf(shape) === before;
  await shapes.store({
    ...due,
    shape: writeShape(shape),
    refusals: refusals === null ? null : JSON.stringify(refusals),
    seenAt: newest.createdAt,
    readUntil: newest.createdAt,
    waitSeconds: isSettled ? Math.min(due.waitSeconds * 2, latestSeconds) : soonSeconds,
  });
}

const sizeOf = (shape: ReturnType<typeof readShape>): string => `${countNodes(shape.root)} ${shape.changes.at(-1)?.atMs ?? 0}`;

/** `value` as it is written, `plain` as schemas are held against it; undefined: it has none, or is too large. Undefined alone: it is deleted. */
async function payloadOf(message: shapes.SampledMessage): Promise<{ value?: unknown; plain?: unknown } | undefined> {
  if (message.payloadBytes > maximumPayloadBytes) return {};
  const stored = await shapes.payloadOf(message);
  if (stored === null) return undefined;
  const { payload, contentType, sealedForward } = stored;
  const body = messageBody({ payload, contentType, forward: openForward(message.id, sealedForward) }, maximumPayloadBytes);
  const json = body.asJson();
  return { value: body.value, plain: json === null ? undefined : (JSON.parse(json) as unknown) };
}

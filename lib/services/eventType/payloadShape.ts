/** The shape of an event type's payloads, as it is shown. */
import type { Actor } from "../../actor.ts";
import type { PayloadShapeOut } from "../../contract/payloadShape.ts";
import { prisma } from "../../db/client.ts";
import { schemaOf } from "../../webhooks/shape/schema.ts";
import {
  anyName,
  type Field,
  firstMsOf,
  item,
  lastMsOf,
  pathText,
  type ShapeChange,
  type ShapeNode,
  type Step,
  timesOf,
} from "../../webhooks/shape/shape.ts";
import { readShape } from "../../webhooks/shape/stored.ts";
import * as eventTypes from "./eventTypes.ts";
import { readRefusals } from "./refusals.ts";

export async function getShape(actor: Actor, name: string): Promise<PayloadShapeOut> {
  await eventTypes.get(actor, name);
  const where = { environmentId_eventType: { environmentId: actor.environmentId, eventType: name } };
  const row = await prisma().payloadShape.findUnique({ where });
  const shape = readShape(row?.shape ?? null);
  const refusals = readRefusals(row?.refusals ?? null);
  return {
    observed: shape.observed,
    unread: shape.unread,
    since: momentOf(shape.firstMs),
    until: momentOf(shape.lastMs),
    cut: shape.isCut,
    fields: [...fieldsOf(shape.root, [])],
    changes: shape.changes.map(showChange).toReversed(),
    refusals: refusals && {
      schemaVersion: refusals.version,
      checked: refusals.checked,
      count: refusals.count,
      latest: refusals.latest.map(({ messageId, atMs, path, message }) => ({ messageId, createdAt: momentAt(atMs), path, message })),
    },
    schema: schemaOf(shape),
  };
}

type Shown = PayloadShapeOut["fields"][number];

/** All places below one, each before what is in it. */
function* fieldsOf(node: ShapeNode, path: Step[]): Generator<Shown> {
  const objects = node.types.get("object")?.count ?? 0;
  for (const [name, field] of node.fields) yield* placesOf(field.node, [...path, name], field, objects);
  if (node.values !== null) yield* placesOf(node.values, [...path, anyName], null, objects);
  if (node.items !== null) yield* placesOf(node.items, [...path, item], null, timesOf(node.items));
}

function* placesOf(node: ShapeNode, path: Step[], field: Field | null, parents: number): Generator<Shown> {
  yield {
    path: pathText(path),
    types: [...node.types].map(([type, { count, firstMs, lastMs }]) => ({
      type,
      count,
      firstSeenAt: momentAt(firstMs),
      lastSeenAt: momentAt(lastMs),
    })),
    format: node.format ?? null,
    count: field?.seen ?? timesOf(node),
    share: field === null ? null : Math.min(1, field.seen / Math.max(1, parents)),
    required: field !== null && field.missingMs === null,
    gone: field?.isGone ?? false,
    firstSeenAt: momentAt(firstMsOf(node)),
    lastSeenAt: momentAt(lastMsOf(node)),
    lastMissingAt: momentOf(field?.missingMs ?? null),
  };
  yield* fieldsOf(node, path);
}

const showChange = ({ atMs, path, kind, from, to }: ShapeChange): PayloadShapeOut["changes"][number] => ({
  at: momentAt(atMs),
  path: pathText(path),
  kind,
  from,
  to,
});

const momentAt = (ms: number): string => new Date(ms).toISOString();
const momentOf = (ms: number | null): string | null => (ms === null ? null : momentAt(ms));

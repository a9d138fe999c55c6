/** Two places of payloads taken for one. */
import { type Field, lastMsOf, newNode, type Seen, type ShapeNode } from "./shape.ts";

/** Changes neither. */
export function merged(one: ShapeNode, other: ShapeNode): ShapeNode {
  const node = newNode();
  for (const [type, seen] of [...one.types, ...other.types]) node.types.set(type, mergedSeen(node.types.get(type), seen));
  const format = one.format === undefined ? other.format : other.format === undefined || other.format === one.format ? one.format : null;
  if (format !== undefined) node.format = format;
  for (const name of new Set([...one.fields.keys(), ...other.fields.keys()]))
    node.fields.set(name, mergedField(one, one.fields.get(name), other, other.fields.get(name)));
  node.isMap = one.isMap || other.isMap;
  node.values = either(one.values, other.values);
  node.items = either(one.items, other.items);
  if (!node.isMap) return node;
  node.values = [...node.fields.values()].map((field) => field.node).reduce(merged, node.values ?? newNode());
  node.fields = new Map();
  return node;
}

const either = (one: ShapeNode | null, other: ShapeNode | null): ShapeNode | null =>
  one === null || other === null ? (one ?? other) : merged(one, other);

const mergedSeen = (one: Seen | undefined, other: Seen): Seen =>
  one === undefined
    ? { ...other }
    : { count: one.count + other.count, firstMs: Math.min(one.firstMs, other.firstMs), lastMs: Math.max(one.lastMs, other.lastMs) };

function mergedField(one: ShapeNode, inOne: Field | undefined, other: ShapeNode, inOther: Field | undefined): Field {
  if (inOne !== undefined && inOther !== undefined) {
    const missingMs = Math.max(inOne.missingMs ?? 0, inOther.missingMs ?? 0);
    const node = merged(inOne.node, inOther.node);
    return { ...inOne, node, seen: inOne.seen + inOther.seen, missingMs: missingMs === 0 ? null : missingMs };
  }
  const only = inOne ?? inOther;
  if (only === undefined) throw new Error("A field of neither place");
  const without = inOne === undefined ? one : other;
  const missingMs = without.types.has("object") ? Math.max(only.missingMs ?? 0, lastMsOf(without)) : only.missingMs;
  return { ...only, node: merged(only.node, newNode()), missingMs };
}

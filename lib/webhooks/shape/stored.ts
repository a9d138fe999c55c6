/** Shapes as text, and what of them is too old to be kept. */
import { type Field, newNode, type JsonType, lastMsOf, newShape, type Seen, type Shape, type ShapeNode } from "./shape.ts";

type StoredNode = {
  t: [JsonType, number, number, number][];
  m?: string | null;
  f?: [
    name: string,
    node: StoredNode,
    seen: number,
    missingMs: number | null,
    missed: number,
    missedSinceMs: number | null,
    isGone: 0 | 1,
  ][];
  v?: StoredNode;
  p?: 1;
  i?: StoredNode;
};

/** JSON that a text column takes: names with NUL or half of a surrogate pair stand escaped. */
export const writeShape = ({ root, ...rest }: Shape): string => JSON.stringify({ ...rest, root: written(root) });

/** Null: a new shape. */
export function readShape(text: string | null): Shape {
  if (text === null) return newShape();
  const { root, ...rest } = JSON.parse(text) as Omit<Shape, "root"> & { root: StoredNode };
  return { ...rest, root: read(root) };
}

function written({ types, format, fields, values, isMap, items }: ShapeNode): StoredNode {
  return {
    t: [...types].map(([type, { count, firstMs, lastMs }]) => [type, count, firstMs, lastMs]),
    ...(format === undefined ? {} : { m: format }),
    ...(fields.size === 0 ? {} : { f: [...fields].map(([name, field]) => writtenField(name, field)) }),
    ...(values === null ? {} : { v: written(values) }),
    ...(isMap ? { p: 1 } : {}),
    ...(items === null ? {} : { i: written(items) }),
  };
}

const writtenField = (name: string, field: Field): NonNullable<StoredNode["f"]>[number] => [
  name,
  written(field.node),
  field.seen,
  field.missingMs,
  field.missed,
  field.missedSinceMs,
  field.isGone ? 1 : 0,
];

function read({ t, m, f, v, p, i }: StoredNode): ShapeNode {
  const node = newNode();
  node.types = new Map(t.map(([type, count, firstMs, lastMs]): [JsonType, Seen] => [type, { count, firstMs, lastMs }]));
  if (m !== undefined) node.format = m;
  node.fields = new Map(
    (f ?? []).map(([name, inside, seen, missingMs, missed, missedSinceMs, isGone]): [string, Field] => [
      name,
      { node: read(inside), seen, missingMs, missed, missedSinceMs, isGone: isGone === 1 },
    ]),
  );
  node.values = v === undefined ? null : read(v);
  node.isMap = p === 1;
  node.items = i === undefined ? null : read(i);
  return node;
}

/** Forgets what was last seen before a moment. */
export function forget(shape: Shape, beforeMs: number): Shape {
  if ((shape.lastMs ?? 0) < beforeMs) return newShape();
  const changes = shape.changes.filter(({ atMs }) => atMs >= beforeMs);
  const firstMs = Math.max(shape.firstMs ?? 0, beforeMs);
  return { ...shape, root: remembered(shape.root, beforeMs) ?? newNode(), firstMs, changes };
}

function remembered(node: ShapeNode, beforeMs: number): ShapeNode | null {
  if (lastMsOf(node) < beforeMs) return null;
  const types = new Map([...node.types].filter(([, { lastMs }]) => lastMs >= beforeMs));
  const fields = new Map<string, Field>();
  for (const [name, field] of node.fields) {
    const inside = remembered(field.node, beforeMs);
    const missingMs = field.missingMs !== null && field.missingMs >= beforeMs ? field.missingMs : null;
    if (inside !== null) fields.set(name, { ...field, node: inside, missingMs });
  }
  const values = node.values && remembered(node.values, beforeMs);
  return { ...node, types, fields, values, items: node.items && remembered(node.items, beforeMs) };
}

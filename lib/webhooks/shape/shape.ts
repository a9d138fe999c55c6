/**
 * The shape of payloads: which fields they have, of which types, how often. A shape grows with each payload that is observed
 * (observe.ts) and holds names and counts alone, never a value; names that look like ids or addresses are not kept either.
 */
export const jsonTypes = ["object", "array", "string", "integer", "number", "boolean", "null"] as const;
export type JsonType = (typeof jsonTypes)[number];

export type Seen = { count: number; firstMs: number; lastMs: number };

/** What stands at one place of payloads. */
export type ShapeNode = {
  types: Map<JsonType, Seen>;
  /** Of all its texts so far; null: they have none in common. Undefined: there was no text. */
  format?: string | null;
  /** Of its objects, by name. */
  fields: Map<string, Field>;
  /** Of its objects, what stands under names that are ids or too many to be fields. Null: nothing does. */
  values: ShapeNode | null;
  /** Whether every name of its objects is such a one. */
  isMap: boolean;
  /** What its lists hold. Null: they were empty. */
  items: ShapeNode | null;
};

export type Field = {
  node: ShapeNode;
  seen: number;
  /** When an object was last without it. Null: none was. */
  missingMs: number | null;
  /** Objects without it since it was last there, and since when. */
  missed: number;
  missedSinceMs: number | null;
  /** It was usual, and is not there any more. */
  isGone: boolean;
};

/** A step of a path: a field's name, any item of a list, or any value of a map. */
export type Step = string | typeof item | typeof anyName;
export const item = 0;
export const anyName = 1;

export const changeKinds = ["appeared", "returned", "disappeared", "optional", "null", "type"] as const;
export type ShapeChange = { atMs: number; path: Step[]; kind: (typeof changeKinds)[number]; from: JsonType[]; to: JsonType[] };

export type Shape = {
  root: ShapeNode;
  /** Payloads observed. */
  observed: number;
  /** Payloads without fields, or too large to be looked into. */
  unread: number;
  firstMs: number | null;
  lastMs: number | null;
  /** There are more fields than a shape has room for. */
  isCut: boolean;
  /** The newest last. */
  changes: ShapeChange[];
};

export const newNode = (): ShapeNode => ({ types: new Map(), fields: new Map(), values: null, isMap: false, items: null });

export const newShape = (): Shape => ({
  root: newNode(),
  observed: 0,
  unread: 0,
  firstMs: null,
  lastMs: null,
  isCut: false,
  changes: [],
});

export const countNodes = (node: ShapeNode): number => 1 + [...childrenOf(node)].reduce((total, child) => total + countNodes(child), 0);

export function* childrenOf(node: ShapeNode): Generator<ShapeNode> {
  for (const field of node.fields.values()) yield field.node;
  if (node.values !== null) yield node.values;
  if (node.items !== null) yield node.items;
}

export const lastMsOf = (node: ShapeNode): number => Math.max(0, ...[...node.types.values()].map(({ lastMs }) => lastMs));
export const firstMsOf = (node: ShapeNode): number => Math.min(...[...node.types.values()].map(({ firstMs }) => firstMs));
export const timesOf = (node: ShapeNode): number => [...node.types.values()].reduce((total, { count }) => total + count, 0);

/** A path as people read it: `lines[].price`, `rates.*`, `["a.b"].c`. */
export const pathText = (path: readonly Step[]): string =>
  path
    .map((step, at) => {
      if (step === item) return "[]";
      const name = step === anyName ? "*" : step;
      if (step !== anyName && !plainName.test(name)) return `[${JSON.stringify(name)}]`;
      return at === 0 ? name : `.${name}`;
    })
    .join("");

const plainName = /^[\p{L}_$][\p{L}\p{N}_$@:-]*$/u;

/** Values at the bounds of a JSON Schema, beyond them, and of every other kind. */
import { isRecord } from "../../words/record.ts";

export type Schema = {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  $ref?: string;
};

export type Schemas = Record<string, Schema>;

/** A value, and where in the body it goes: [] is the body itself. Undefined: nothing is there. */
export type Change = { at: string[]; value: unknown };

const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown => {
  let value: unknown = 1;
  for (let left = depth; left > 0; left--) value = wrap(value);
  return value;
};

// JSON.parse makes `__proto__` a key of its own.
const ownProto = JSON.parse('{"__proto__":{"polluted":true}}') as unknown;

const oddTexts = [
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "\udc00x",
  "__proto__",
  "constructor",
  "x".repeat(70_000),
  "a\n",
  "\u202e🦊",
  "%00",
  "null",
];
const oddNumbers = [0, -0, -1, 1.5, 2 ** 31, 2 ** 53, 1e21, 1e308, -1e308, 5e-324];
const oddObjects = [{}, ownProto, { constructor: { prototype: {} } }, nested(70, (inner) => ({ a: inner }))];
const oddLists = [[], [null], [[]], nested(70, (inner) => [inner]), Array.from({ length: 3000 }, () => "x")];
/** A few values for fields deep inside, where there are many. */
const someKinds: readonly unknown[] = [null, true, "", "a\0b", "\ud800", 1.5, -1, 1e21, {}, ownProto, [], [null]];
export const anyKind: readonly unknown[] = [null, true, ...oddTexts, ...oddNumbers, ...oddObjects, ...oddLists];

const oddMoments = [
  "0000-01-01T00:00:00Z",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999999999Z",
  "+275760-09-13T00:00:00Z",
  "2026-02-30T00:00:00Z",
  "2026-06-30T23:59:60Z",
  "2026-01-01T24:00:00Z",
  "2026-01-01T00:00:00+23:59",
  "2026-01-01T00:00:00",
  "2026-01-01",
  "1",
];

const oddUrls = [
  "http://127.0.0.1:9/",
  "http://[::1]/",
  "http://169.254.169.254/",
  "javascript:alert(1)",
  "http://a:b@127.0.0.1/",
  "http://",
  "//x",
  `http://127.0.0.1:9/${"a".repeat(3000)}`,
  "http://127.0.0.1:99999/",
  "http://\ud800.test/",
  "HTTP://127.0.0.1:9/%zz?[]{}#é",
];

export function resolve(schema: Schema, schemas: Schemas): Schema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : resolve(schemas[name] ?? {}, schemas);
}

/** A value that the schema takes; as small as it may be. */
export function sampleOf(given: Schema, schemas: Schemas, depth = 0): unknown {
  const schema = resolve(given, schemas);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const branch = (schema.anyOf ?? schema.oneOf)?.[0];
  if (branch !== undefined) return sampleOf(branch, schemas, depth);
  if (schema.examples !== undefined) return schema.examples[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "integer" || type === "number") return schema.minimum ?? 1;
  if (type === "boolean") return false;
  if (type === "null") return null;
  if (type === "array")
    return schema.items === undefined || depth > 4 || !schema.minItems ? [] : [sampleOf(schema.items, schemas, depth + 1)];
  if (type === "string" && schema.pattern?.includes("@")) return "somebody@example.com";
  if (type === "string") return schema.format === "date-time" ? "2026-01-01T00:00:00Z" : "x".repeat(Math.max(schema.minLength ?? 1, 1));
  if (type !== "object" || depth > 4) return {};
  const required = new Set(schema.required);
  const pairs = Object.entries(schema.properties ?? {}).filter(([name]) => required.has(name));
  return Object.fromEntries(pairs.map(([name, inner]) => [name, sampleOf(inner, schemas, depth + 1)]));
}

/** Values at this schema's own bounds, one step beyond, and of its formats. */
export function edgesOf(given: Schema, schemas: Schemas): unknown[] {
  const schema = resolve(given, schemas);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return branches.flatMap((branch) => edgesOf(branch, schemas));
  const { minLength, maxLength, minimum, maximum, maxItems, minItems, items, additionalProperties } = schema;
  const lengths = [minLength, maxLength].flatMap((length) => (length === undefined ? [] : [length - 1, length, length + 1]));
  const numbers = [minimum, maximum].flatMap((bound) => (bound === undefined ? [] : [bound - 1, bound, bound + 1, String(bound)]));
  const sizes = [minItems, maxItems].flatMap((size) => (size === undefined ? [] : [size - 1, size, size + 1]));
  const item = items === undefined ? undefined : sampleOf(items, schemas);
  const isMap = typeof additionalProperties === "object" && Object.keys(additionalProperties).length > 0;
  const held = isMap ? sampleOf(additionalProperties, schemas) : undefined;
  return [
    ...lengths.filter((length) => length >= 0 && length < 200_000).map((length) => "a".repeat(length)),
    ...numbers,
    ...(schema.enum ?? []),
    ...(schema.const === undefined ? [] : [schema.const]),
    ...(schema.format === "date-time" ? oddMoments : []),
    ...(schema.type === "string" && (maxLength ?? 0) > 1000 ? oddUrls : []),
    ...(item === undefined ? [] : sizes.filter((size) => size >= 0).map((size) => Array.from({ length: size }, () => item))),
    ...(item === undefined ? [] : [...edgesOf(items ?? {}, schemas), null, 1, "", {}].map((edge) => [edge])),
    ...(isMap ? recordsOf(additionalProperties, held, schemas) : []),
  ];
}

function recordsOf(values: Schema, held: unknown, schemas: Schemas): unknown[] {
  const names = ["", "a".repeat(300), "\0", "\ud800", "constructor", "é", "a b", "x-y", "content-type"];
  return [
    ...names.map((name) => ({ [name]: held })),
    ...[...edgesOf(values, schemas), null, 1, "\0", "x".repeat(9000), []].map((value) => ({ name: value })),
    JSON.parse(`{"__proto__":${JSON.stringify(held ?? "x")}}`) as unknown,
    Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`k${n}`, held])),
  ];
}

/** One fault at a time, in each field that there is, however deep. Of free objects the fields are those that `valid` has. */
export function changesOf(given: Schema, schemas: Schemas, valid: unknown, at: string[] = []): Change[] {
  const schema = resolve(given, schemas);
  const own = [...(at.length === 1 ? anyKind : someKinds), ...edgesOf(schema, schemas)];
  const held = isRecord(valid) ? valid : {};
  const known = membersOf(schema, schemas);
  const free = Object.keys(held).filter((name) => !known.some(([one]) => one === name));
  const members = [...known, ...free.map((name): [string, Schema] => [name, {}])];
  const inner = at.length >= 3 ? [] : members.flatMap(([name, member]) => changesOf(member, schemas, held[name], [...at, name]));
  return at.length === 0 ? inner : [{ at, value: undefined }, ...distinct(own).map((value) => ({ at, value })), ...inner];
}

/** The members of all shapes that the schema can have. */
function membersOf(given: Schema, schemas: Schemas): [string, Schema][] {
  const schema = resolve(given, schemas);
  const branches = schema.anyOf ?? schema.oneOf ?? [];
  return [...Object.entries(schema.properties ?? {}), ...branches.flatMap((branch) => membersOf(branch, schemas))];
}

/** The body with the change, in a shape of the union that has the changed field, so that it is looked at. */
export function applied(body: unknown, { at, value }: Change, given: Schema, schemas: Schemas): unknown {
  const [name, ...rest] = at;
  if (name === undefined) return value;
  const schema = shapeWith(given, name, schemas);
  const members = schema.properties ?? {};
  const isFree = schema.properties === undefined;
  const isThere = isRecord(body) && (isFree || Object.hasOwn(members, name));
  const sample = sampleOf(schema, schemas);
  const whole = { ...(typeof sample === "object" ? sample : {}), ...(isThere ? body : {}) } as Record<string, unknown>;
  const changed = applied(whole[name], { at: rest, value }, members[name] ?? {}, schemas);
  if (changed !== undefined) return { ...whole, [name]: changed };
  delete whole[name];
  return whole;
}

function shapeWith(given: Schema, name: string, schemas: Schemas): Schema {
  const schema = resolve(given, schemas);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches === undefined) return schema;
  return branches.map((branch) => shapeWith(branch, name, schemas)).find((shape) => Object.hasOwn(shape.properties ?? {}, name)) ?? {};
}

function distinct(values: readonly unknown[]): unknown[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const text = Object.is(value, -0) ? "-0" : JSON.stringify(value);
    return !seen.has(text) && seen.add(text);
  });
}

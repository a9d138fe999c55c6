import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FilterSubject, filterLimits, newFilterWork, parseFilter } from "./filter.ts";
import { matches } from "./matching.ts";
import { tryParseJson } from "./body/json.ts";

const subjectOf = (payload: string, changes: Partial<FilterSubject> = {}): FilterSubject => ({
  eventType: "invoice.paid",
  channels: ["north"],
  tags: ["vip"],
  metadata: { plan: "gold", "a.b": "1" },
  headers: { "content-type": "application/json", "x.dotted": "1" },
  payload: () => tryParseJson(payload),
  work: newFilterWork(),
  ...changes,
});

const compile = (document: unknown) => {
  const parsed = parseFilter(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.filter;
};

const payload = JSON.stringify({
  amount: 420,
  currency: "EUR",
  at: "2026-11-24T10:00:00Z",
  paid: true,
  note: null,
  "a.b": { c: 1 },
  customer: { id: "cus_1", tags: ["new", 7] },
  lines: [
    { sku: "A-1", price: 10 },
    { sku: "B-2", price: 500 },
  ],
});

test.each<[string, unknown, boolean]>([
  ["equals", { path: "payload.currency", equals: "EUR" }, true],
  ["equals, another kind", { path: "payload.amount", equals: "420" }, false],
  ["equals null", { path: "payload.note", equals: null }, true],
  ["missing is not null", { path: "payload.nothing", equals: null }, false],
  ["notEquals", { path: "payload.currency", notEquals: "USD" }, true],
  ["notEquals, missing", { path: "payload.nothing", notEquals: 1 }, true],
  ["in", { path: "payload.currency", in: ["USD", "EUR"] }, true],
  ["not in", { not: { path: "payload.currency", in: ["USD", "EUR"] } }, false],
  ["a range", { path: "payload.amount", gte: 420, lt: 421 }, true],
  ["outside a range", { path: "payload.amount", gt: 420 }, false],
  ["a range of texts", { path: "payload.at", gte: "2026-11-24", lt: "2026-11-25" }, true],
  ["a number is in no range of texts", { path: "payload.amount", gte: "1" }, false],
  ["exists", { path: "payload.note", exists: true }, true],
  ["does not exist", { path: "payload.nothing.deeper", exists: false }, true],
  ["prefix", { path: "payload.customer.id", prefix: "cus_" }, true],
  ["suffix", { path: "payload.customer.id", suffix: "_1" }, true],
  ["contains in a text", { path: "payload.customer.id", contains: "s_" }, true],
  ["contains in a list", { path: "payload.customer.tags", contains: 7 }, true],
  ["contains nothing of the kind", { path: "payload.amount", contains: "4" }, false],
  ["an element", { path: "payload.lines.1.sku", equals: "B-2" }, true],
  ["any element", { path: "payload.lines.*.price", gt: 400 }, true],
  ["all operators for the same element", { path: "payload.lines.*.price", gt: 10, lt: 500 }, false],
  ["no element equals", { path: "payload.lines.*.sku", notEquals: "A-1" }, false],
  ["a name with a dot", { path: ["payload", "a.b", "c"], equals: 1 }, true],
  ["what every object inherits is not there", { path: "payload.constructor", exists: true }, false],
  ["nor __proto__", { path: "payload.__proto__", exists: true }, false],
  ["nor a list's length", { path: "payload.lines.length", exists: true }, false],
  ["a header, whatever its case", { path: "headers.Content-Type", prefix: "application/" }, true],
  ["a header with a dot", { path: "headers.x.dotted", equals: "1" }, true],
  ["the event type", { path: "eventType", prefix: "invoice." }, true],
  ["a channel", { path: "channels", contains: "north" }, true],
  ["metadata", { path: "metadata.plan", equals: "gold" }, true],
  ["metadata whose name has a dot", { path: "metadata.a.b", exists: true }, true],
  ["any of the metadata", { path: "metadata.*", equals: "gold" }, true],
  ["no such metadata", { path: "metadata.toString", exists: true }, false],
  ["a tag", { path: "tags", contains: "other" }, false],
  [
    "and",
    {
      and: [
        { path: "payload.paid", equals: true },
        { path: "payload.amount", gt: 1000 },
      ],
    },
    false,
  ],
  [
    "or",
    {
      or: [
        { path: "payload.paid", equals: false },
        { path: "payload.amount", lt: 1000 },
      ],
    },
    true,
  ],
])("%s", (_name, document, expected) => {
  expect(compile(document).matches(subjectOf(payload))).toBe(expected);
});

describe("numbers too big for a double", () => {
  const big =
    '{"id":12345678901234567891,"small":9007199254740991,"text":"\\u0000i9007199254740993","deep":{"n":-9007199254740993},"price":0.12345678901234567890123,"huge":1E400}';

  test.each<[unknown, boolean]>([
    [{ path: "payload.id", equals: "12345678901234567891" }, true],
    [{ path: "payload.id", equals: "12345678901234567890" }, false],
    [{ path: "payload.id", in: ["1", "12345678901234567891"] }, true],
    [{ path: "payload.id", gt: 9007199254740991 }, true],
    [{ path: "payload.id", gt: "12345678901234567890", lt: "12345678901234567892" }, true],
    [{ path: "payload.small", equals: 9007199254740991 }, true],
    [{ path: "payload.deep.n", lt: -9007199254740991 }, true],
    [{ path: "payload.price", equals: "0.12345678901234567890123" }, true],
    [{ path: "payload.price", equals: "0.12345678901234567890124" }, false],
    [{ path: "payload.price", lt: "0.12345678901234567890124" }, true],
    [{ path: "payload.price", equals: 0.12345678901234568 }, true],
    [{ path: "payload.price", gte: 0.12345678901234568, lte: 0.12345678901234568 }, true],
    [{ path: "payload.price", gt: 0.1234567, lt: 0.1234568 }, true],
    [{ path: "payload.huge", gt: 9007199254740991 }, true],
    [{ path: "payload.huge", in: ["1e400"] }, true],
    [{ path: "payload.huge", lt: "no number" }, false],
    [{ path: "payload.huge.value", exists: true }, false],
    [{ path: "payload.text", equals: "\u0000i9007199254740993" }, true],
  ])("%j: %s", (document, expected) => {
    expect(compile(document).matches(subjectOf(big))).toBe(expected);
  });

  test("digits inside texts stay texts, and what is nested deep is read all the same", () => {
    const deep = `${"[".repeat(200_000)}12345678901234567890${"]".repeat(200_000)}`;
    expect(compile({ path: "payload.0", exists: true }).matches(subjectOf(deep))).toBe(true);
    expect(compile({ path: "payload.a", equals: "12345678901234567890" }).matches(subjectOf('{"a":"12345678901234567890"}'))).toBe(true);
  });
});

describe("a payload that is no JSON", () => {
  const asks = { path: "payload.a", exists: true };
  const asksNot = { path: "eventType", equals: "invoice.paid" };

  test.each<[unknown, boolean]>([
    [asks, false],
    [{ not: asks }, false],
    [{ path: "payload.a", exists: false }, false],
    [{ path: "payload.a", notEquals: 1 }, false],
    [asksNot, true],
    [{ and: [asks, asksNot] }, false],
    [{ or: [asks, asksNot] }, true],
    [{ not: { or: [asks, asksNot] } }, false],
    [{ not: { and: [{ not: asksNot }, asks] } }, true],
  ])("%j: %s", (document, expected) => {
    expect(compile(document).matches(subjectOf("<xml/>"))).toBe(expected);
  });
});

test("the payload is read once, and only if it is asked for", () => {
  let reads = 0;
  const subject = subjectOf(payload);
  const counting = { ...subject, payload: () => (reads++, subject.payload()) };
  const of = (document: unknown, eventTypes: string[] = []) => ({ eventTypes, channels: [], filter: compile(document) });
  const message = { eventType: "invoice.paid", channels: [] };
  expect(matches(of({ path: "eventType", equals: "invoice.paid" }), message, () => counting)).toBe(true);
  expect(matches(of({ path: "payload.paid", equals: true }, ["other"]), message, () => counting)).toBe(false);
  expect(reads).toBe(0);
  expect(matches(of({ path: "payload.paid", equals: true }), message, () => counting)).toBe(true);
  expect(reads).toBe(1);
});

const many = (count: number) => ({ or: Array.from({ length: count }, () => ({ path: "payload.a", equals: 1 })) });
const nested = (depth: number): unknown => (depth === 1 ? { path: "payload.a", equals: 1 } : { not: nested(depth - 1) });

test.each<[string, unknown, (string | number)[], string]>([
  ["no object", [], [], "object"],
  ["nothing inside", {}, [], "path"],
  ["two at once", { and: [{}], or: [{}] }, [], "alone"],
  ["an empty list", { and: [] }, ["and"], "empty"],
  [
    "deep inside",
    { and: [{ path: "payload.a", equals: 1 }, { not: { path: "payload.a", gtt: 1 } }] },
    ["and", 1, "not", "gtt"],
    "operator",
  ],
  ["no operator", { path: "payload.a" }, [], "no operator"],
  [
    "another's operator",
    { path: "payload.a", $eq: 1 },
    ["$eq"],
    "equals, notEquals, in, gt, gte, lt, lte, prefix, suffix, contains, exists",
  ],
  ["an unknown beginning", { path: "body.a", equals: 1 }, ["path"], "begin"],
  ["an empty name", { path: "payload..a", equals: 1 }, ["path"], "names"],
  ["no path", { path: 5, equals: 1 }, ["path"], "names"],
  ["a header without a name", { path: "headers", exists: true }, ["path"], "name"],
  ["inside the event type", { path: "eventType.a", exists: true }, ["path"], "inside"],
  ["an object to equal", { path: "payload.a", equals: {} }, ["equals"], "text"],
  ["exists: yes", { path: "payload.a", exists: "yes" }, ["exists"], "true or false"],
  ["in nothing", { path: "payload.a", in: [] }, ["in"], "empty"],
  ["in objects", { path: "payload.a", in: [{}] }, ["in"], "text"],
  ["greater than true", { path: "payload.a", gt: true }, ["gt"], "number"],
  ["a prefix of 5", { path: "payload.a", prefix: 5 }, ["prefix"], "text"],
  ["a number that is not exact", { path: "payload.a", equals: 1e20 }, ["equals"], "digits"],
  ["too long", { path: "payload.a", equals: "x".repeat(1_001) }, ["equals"], "longer"],
  ["too large", { path: "payload.a", in: Array.from({ length: 400 }, (_, i) => `${i}`.padStart(60, "x")) }, [], "characters"],
  ["too many conditions", many(filterLimits.conditions + 1), [], "conditions"],
  ["too deep", nested(filterLimits.depth + 1), Array.from({ length: filterLimits.depth }, () => "not"), "deeper"],
  ["too many *", { or: Array.from({ length: 6 }, () => ({ path: "payload.*", equals: 1 })) }, [], "*"],
])("refused: %s", (_name, document, path, reason) => {
  const parsed = parseFilter(document);
  expect(parsed.ok).toBe(false);
  const [first] = parsed.ok ? [] : parsed.faults;
  expect(first?.path).toEqual(path);
  expect(first?.reason).toContain(reason);
});

test("what is within the limits is taken, and a document nested absurdly deep is refused, not thrown at", () => {
  expect(parseFilter(many(filterLimits.conditions)).ok).toBe(true);
  expect(parseFilter(nested(filterLimits.depth)).ok).toBe(true);
  expect(parseFilter(JSON.parse(`{"not":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)).ok).toBe(false);
});

/** The rules once more, as slowly and plainly as they can be said; without wildcards and big numbers. */
type Node = { and: Node[] } | { or: Node[] } | { not: Node } | { path: string[]; [operator: string]: unknown };

function naive(node: Node, root: unknown): boolean {
  if ("and" in node && Array.isArray(node.and)) return !(node.and as Node[]).some((one) => !naive(one, root));
  if ("or" in node && Array.isArray(node.or)) return (node.or as Node[]).filter((one) => naive(one, root)).length > 0;
  if ("not" in node) return !naive(node.not as Node, root);
  const { path, ...wanted } = node as { path: string[] };
  let value: unknown = { payload: root };
  for (const name of path)
    value = typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
  return Object.entries(wanted as Record<string, unknown>).every(([operator, operand]) => holds(operator, value, operand));
}

function holds(operator: string, value: unknown, operand: unknown): boolean {
  const alike = typeof value === typeof operand && (typeof value === "string" || typeof value === "number");
  if (operator === "exists") return (value !== undefined) === operand;
  if (operator === "equals") return value !== undefined && JSON.stringify(value) === JSON.stringify(operand);
  if (operator === "notEquals") return !holds("equals", value, operand);
  if (operator === "in") return (operand as unknown[]).some((one) => holds("equals", value, one));
  if (operator === "gt") return alike && (value as number) > (operand as number);
  if (operator === "gte") return alike && !((value as number) < (operand as number));
  if (operator === "lt") return alike && (value as number) < (operand as number);
  if (operator === "lte") return alike && !((value as number) > (operand as number));
  if (operator === "contains" && Array.isArray(value)) return value.some((one) => holds("equals", one, operand));
  if (typeof value !== "string" || typeof operand !== "string") return false;
  const places = { prefix: `^${operand}`, suffix: `${operand}$`, contains: operand };
  return new RegExp(places[operator as keyof typeof places]).test(value);
}

const names = fc.constantFrom("a", "b", "c", "0", "1");
const word = fc.stringMatching(/^[ab]{0,3}$/);
const scalar = fc.oneof(word, fc.integer({ min: -2, max: 2 }), fc.boolean(), fc.constant(null));
const json = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, scalar, fc.array(tie("value"), { maxLength: 3 }), fc.dictionary(names, tie("value"))),
})).value;
const comparable = fc.oneof(word, fc.integer({ min: -2, max: 2 }));
const condition = fc
  .tuple(
    fc.array(names, { maxLength: 3 }),
    fc.oneof(
      fc.tuple(fc.constantFrom("equals", "notEquals", "contains"), scalar),
      fc.tuple(fc.constantFrom("gt", "gte", "lt", "lte"), comparable),
      fc.tuple(fc.constantFrom("prefix", "suffix"), word),
      fc.tuple(fc.constant("in"), fc.array(scalar, { minLength: 1, maxLength: 3 })),
      fc.tuple(fc.constant("exists"), fc.boolean()),
    ),
  )
  .map(([path, [operator, operand]]) => ({ path: ["payload", ...path], [operator]: operand }));
const node = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    condition,
    fc.record({ and: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("node") }),
  ),
})).node;

test("agrees with the naive evaluator", () => {
  let matched = 0;
  fc.assert(
    fc.property(node, fc.dictionary(names, json), (document, root) => {
      const parsed = parseFilter(document);
      fc.pre(parsed.ok);
      const expected = naive(document, root);
      if (expected) matched++;
      expect(parsed.ok && parsed.filter.matches(subjectOf(JSON.stringify(root)))).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
  expect(matched).toBeGreaterThan(200);
});

test("any document at all is either compiled or refused, and what is compiled answers", () => {
  fc.assert(
    fc.property(fc.anything({ maxDepth: 6 }), fc.json(), (document, text) => {
      const parsed = parseFilter(document);
      expect(parsed.ok ? typeof parsed.filter.matches(subjectOf(text)) : parsed.faults.length).toSatisfy(
        (answer) => answer === "boolean" || Number(answer) > 0,
      );
    }),
  );
});

import { describe, expect, test } from "vitest";
import { SchemaError, compileSchema } from "./jsonSchema.ts";

const nested = (depth: number): Record<string, unknown> => {
  let schema: Record<string, unknown> = {};
  for (let i = 0; i < depth; i++) schema = { not: schema };
  return schema;
};

describe("payloads", () => {
  const invoice = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    required: ["id"],
    additionalProperties: false,
    properties: {
      id: { type: "string", pattern: "^in_[0-9]+$" },
      email: { type: "string", format: "email" },
      state: { enum: ["paid", "open"] },
      lines: { type: "array", uniqueItems: true, items: { $ref: "#/definitions/line" } },
      "a/b": { type: "object", properties: { "~c": { type: "integer" } } },
    },
    definitions: { line: { type: "object", properties: { amount: { type: "number", minimum: 0 } } } },
  };
  const check = compileSchema(invoice);

  test.each([
    [{ id: "in_1", email: "a@example.com", state: "paid", lines: [{ amount: 1 }, { amount: 2 }] }, null],
    [{}, { path: [], message: "must have required property 'id'" }],
    [{ id: "x" }, { path: ["id"], message: 'must match pattern "^in_[0-9]+$"' }],
    [
      { id: "in_1", more: 1 },
      { path: [], message: "must NOT have additional properties: more" },
    ],
    [
      { id: "in_1", state: "x" },
      { path: ["state"], message: 'must be equal to one of the allowed values: ["paid","open"]' },
    ],
    [
      { id: "in_1", email: "x" },
      { path: ["email"], message: 'must match format "email"' },
    ],
    [
      { id: "in_1", lines: [{ amount: -1 }] },
      { path: ["lines", "0", "amount"], message: "must be >= 0" },
    ],
    [
      {
        id: "in_1",
        lines: [
          { amount: 1, x: 2 },
          { x: 2, amount: 1 },
        ],
      },
      { path: ["lines"], message: "must not hold the same twice" },
    ],
    [
      { id: "in_1", "a/b": { "~c": "x" } },
      { path: ["a/b", "~c"], message: "must be integer" },
    ],
  ])("%j", (payload, fault) => {
    expect(check(payload)).toEqual(fault);
  });

  // As decimals they are multiples or not, whatever a division of floating-point numbers leaves over.
  test.each([
    [0.01, 19.99, true],
    [0.01, 0.07, true],
    [0.01, -4.02, true],
    [0.01, 90071992547409.91, true],
    [0.01, 19.999, false],
    [0.01, 1.000000001, false],
    [1e-7, 0.0000003, true],
    [1e-7, 3.5e-7, false],
    [0.1, 1e308, true],
    [3, 1e21, false],
    [2.5, 1e21, true],
    [0.01, 0, true],
    // What JSON.parse makes of 1e400.
    [0.01, Infinity, false],
  ])("multiples of %d: %d is one, %s", (multipleOf, amount, isOne) => {
    const check = compileSchema({ properties: { amount: { multipleOf } } });
    expect(check({ amount })).toEqual(isOne ? null : { path: ["amount"], message: `must be multiple of ${multipleOf}` });
  });

  test("a constant that looks like a reference is a constant", () => {
    expect(compileSchema({ const: { $ref: "x" } })({ $ref: "x" })).toBeNull();
    expect(compileSchema({ properties: { $ref: { type: "string" } } })({ $ref: 1 })).toMatchObject({ path: ["$ref"] });
  });
});

test.each([
  [{ type: "strnig" }, /draft 7/],
  [{ $ref: "http://127.0.0.1:9/" }, /is not in it/],
  [{ $ref: "#/definitions/none" }, /is not in it/],
  [{ pattern: "(a)\\1" }, /refers back/],
  [{ patternProperties: { "(?=a)": { type: "string" } } }, /looks ahead/],
  [{ pattern: "(" }, /no regular expression/],
  [{ description: "x".repeat(300_000) }, /256 kB/],
  [nested(30_000), /nested too deep/],
  [nested(5_000), /nested too deep/],
])("%#: a schema that can't be used is refused", (schema, message) => {
  expect(() => compileSchema(schema)).toThrow(SchemaError);
  expect(() => compileSchema(schema)).toThrow(message);
});

describe("what would take forever comes to an end", () => {
  const tooLong = { path: [], message: "takes too long to check against the schema" };
  const deep = (depth: number): unknown => (depth === 0 ? 1 : { a: deep(depth - 1) });
  const both = { type: "object", properties: { a: { $ref: "#" } } };
  const chain = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`d${i}`, { anyOf: [{ $ref: `#/definitions/d${i + 1}` }, { $ref: `#/definitions/d${i + 1}` }] }]),
  );

  const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  const texts = times(500, (i) => ({ const: `k${i}` }));
  const names = Object.fromEntries(times(30_000, (i) => [`n${i}`, 1]));

  test.each([
    ["alternatives for each of many items", { items: { anyOf: texts } }, times(20_000, () => "k499")],
    ["what is asked of each of many items", { items: { allOf: texts.map((one) => ({ not: one })) } }, times(20_000, () => 1)],
    ["types that don't fit", { items: { anyOf: [...times(500, () => ({ type: "null" })), { type: "number" }] } }, times(20_000, () => 1)],
    ["values to choose from", { items: { enum: times(10_000, (i) => `v${i}`) } }, times(5_000, () => "v9999")],
    ["items to look for", { allOf: times(400, () => ({ not: { contains: { type: "null" } } })) }, times(20_000, () => 1)],
    ["unique items, time and again", { allOf: times(100, () => ({ uniqueItems: true })) }, times(50_000, (i) => `u${i}`)],
    ["fields that are counted", { allOf: times(800, () => ({ minProperties: 1 })) }, names],
    ["lengths of a long text", { allOf: times(800, () => ({ minLength: 1 })) }, "x".repeat(1_000_000)],
    ["patterns of a long text", { allOf: times(100, () => ({ pattern: "" })) }, "x".repeat(300_000)],
    ["a pattern that is in many states at each character", { pattern: "(.*a){8}z" }, "a".repeat(300_000)],
    ["references that multiply with the payload's depth", { anyOf: [both, both] }, deep(60)],
    ["references that multiply by themselves", { $ref: "#/definitions/d0", definitions: { ...chain, d40: { type: "string" } } }, {}],
  ])("%s", (_name, schema, payload) => {
    expect(compileSchema(schema)(payload)).toEqual(tooLong);
  });

  test("a pattern that goes back exponentially elsewhere, unique items by the thousand", () => {
    expect(compileSchema({ properties: { a: { pattern: "^(([a-z])+.)+[A-Z]([a-z])+$" } } })({ a: "a".repeat(50_000) })).toMatchObject({
      path: ["a"],
    });
    const items = Array.from({ length: 100_000 }, (_, i) => ({ i }));
    expect(compileSchema({ uniqueItems: true })(items)).toBeNull();
  });

  test("values of which each must be another are hashed when a schema is read", () => {
    // Each with each, they are four hundred million pairs.
    expect(compileSchema({ enum: times(28_000, (i) => i) })(27_999)).toBeNull();
  });

  test("a large payload with an ordinary schema is checked to its end", () => {
    const line = { type: "object", required: ["id"], properties: { id: { type: "string", minLength: 1 }, amount: { type: "integer" } } };
    const variants = times(5, (i) => ({ properties: { kind: { const: `kind${i}` }, lines: { type: "array", items: line } } }));
    const payload = { kind: "kind4", lines: times(20_000, (i) => ({ id: `line_${i}`, amount: i })) };
    expect(compileSchema({ oneOf: variants })(payload)).toBeNull();
    expect(compileSchema({ oneOf: variants })({ ...payload, lines: [{ amount: 1 }] })).not.toBeNull();
    expect(compileSchema({ items: { pattern: "^[a-z]+_[0-9]+$" } })(times(60_000, (i) => `invoice_${i}`))).toBeNull();
  });

  test("a payload nested deeper than the stack", () => {
    let payload: unknown = {};
    for (let i = 0; i < 50_000; i++) payload = { a: payload };
    expect(compileSchema({ properties: { a: { $ref: "#" } } })(payload)).toEqual(tooLong);
  });
});

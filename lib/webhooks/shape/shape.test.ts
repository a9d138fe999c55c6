import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSchema } from "../../services/eventType/jsonSchema.ts";
import { parseJson } from "../body/json.ts";
import { maximumNodes, observe } from "./observe.ts";
import { schemaOf } from "./schema.ts";
import { countNodes, newShape, pathText, type Shape } from "./shape.ts";
import { forget, readShape, writeShape } from "./stored.ts";

function shapeOf(payloads: readonly unknown[], shape = newShape(), fromMs = 1_000): Shape {
  for (const [at, payload] of payloads.entries()) observe(shape, payload, fromMs + at);
  return shape;
}

const repeat = (payload: unknown, times: number): unknown[] => Array.from({ length: times }, () => payload);
const told = ({ changes }: Shape): string[] =>
  changes.map(({ kind, path, from, to }) => `${kind} ${pathText(path)} ${from.join("|")}→${to.join("|")}`);

describe("the schema of payloads", () => {
  it("has their fields, types, lists, formats and what is always there", () => {
    const one = { id: "in_1", total: 5, at: "2026-01-31T10:00:00Z", lines: [{ sku: "a", grams: 1.5 }, { sku: "b" }], note: null };
    const other = { id: "in_2", total: 7, at: "2026-02-28T10:00:00.123+01:00", lines: [], note: "text", paid: true };
    expect(schemaOf(shapeOf([...repeat(one, 4), ...repeat(other, 4)]))).toEqual({
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
      properties: {
        id: { type: "string" },
        total: { type: "integer" },
        at: { type: "string", format: "date-time" },
        lines: {
          type: "array",
          items: { type: "object", properties: { sku: { type: "string" }, grams: { type: "number" } }, required: ["sku"] },
        },
        note: { type: ["null", "string"] },
        paid: { type: "boolean" },
      },
      required: ["id", "total", "at", "lines", "note"],
    });
  });

  it("takes whole numbers and others for numbers, and knows digits that a double can't hold", () => {
    const payloads = ['{"a":1,"id":8202522731445525542,"x":1e400}', '{"a":1.5,"id":99999999999999999999999,"x":0.1}'].map(parseJson);
    expect(schemaOf(shapeOf(payloads))?.["properties"]).toEqual({
      a: { type: "number" },
      id: { type: "integer" },
      x: { type: "number" },
    });
  });

  const anything = fc.jsonValue({ maxDepth: 5 });
  const record = fc.dictionary(fc.constantFrom("a", "b", "__proto__", "constructor", "x\u0000", "\ud800", "", "cus_1a2b3c4d"), anything);
  it("is fitted by every payload that it was made of, whatever they are", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(record, anything), { minLength: 1, maxLength: 30 }), (payloads) => {
        const shape = shapeOf(payloads);
        const check = compileSchema(schemaOf(shape) ?? {});
        for (const payload of payloads) expect(check(payload)).toBeNull();
        expect(countNodes(shape.root)).toBeLessThanOrEqual(maximumNodes);
        expect(readShape(writeShape(shape))).toEqual(shape);
      }),
      { numRuns: 200 },
    );
  });

  it("is that of the same payloads however they are spread over readings", () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), fc.nat(20), (payloads, cut) => {
        const first = readShape(writeShape(shapeOf(payloads.slice(0, cut))));
        expect(shapeOf(payloads.slice(cut), first, 1_000 + cut)).toEqual(
          shapeOf(payloads.slice(0, cut).concat(payloads.slice(cut)), newShape()),
        );
      }),
      { numRuns: 50, examples: [[[{ a: 1 }, {}], 1]] },
    );
  });
});

describe("maps", () => {
  const keyed = (names: string[], value: unknown) => Object.fromEntries(names.map((name) => [name, value]));
  const names = (count: number, letter: string) =>
    Array.from({ length: count }, (_, at) => `${letter}${String.fromCharCode(97 + (at % 26))}${"z".repeat(Math.floor(at / 26))}`);

  it.each([
    ["ids", repeat({ prices: { cus_Nk3x8Qm2a: { n: 1 }, cus_0129381023: { n: 2 } } }, 2)],
    ["uuids", repeat({ prices: { "123e4567-e89b-12d3-a456-426614174000": { n: 1 } } }, 2)],
    ["numbers and days", repeat({ prices: { "4711": { n: 1 }, "2026-01-01": { n: 1 } } }, 2)],
    ["addresses", repeat({ prices: { "jo@cafe.example": { n: 1 } } }, 2)],
    ["10,000 names", [{ prices: keyed(names(10_000, "n"), { n: 1 }) }]],
    ["names that don't repeat", Array.from({ length: 30 }, (_, at) => ({ prices: keyed([names(30, "p")[at] ?? ""], { n: 1 }) }))],
  ])("keyed by %s are one place, and none of the names is kept", (_, payloads) => {
    const shape = shapeOf(payloads);
    expect(schemaOf(shape)?.["properties"]).toEqual({
      prices: { type: "object", additionalProperties: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] } },
    });
    expect(writeShape(shape)).not.toMatch(/cus_|4711|123e|jo@|2026/);
  });

  it("an object of ninety fields is none", () => {
    const fields = keyed(names(90, "f"), "x");
    expect(Object.keys(schemaOf(shapeOf(repeat(fields, 20)))?.["properties"] ?? {})).toHaveLength(90);
  });
});

describe("bounds", () => {
  it("a payload of too many parts is counted, and not looked into", () => {
    const shape = shapeOf([Array.from({ length: 30_000 }, () => 1), { a: 1 }]);
    expect([shape.observed, shape.unread]).toEqual([1, 1]);
  });

  it("what is nested deeper than a shape goes is taken as it is", () => {
    const deep = parseJson(`${'{"a":['.repeat(3_000)}1${"]}".repeat(3_000)}`);
    const shape = shapeOf([deep]);
    expect(countNodes(shape.root)).toBe(13);
    expect(compileSchema(schemaOf(shape) ?? {})(deep)).toBeNull();
  });

  it("a shape has no more than its room, and says so", () => {
    const wide = Object.fromEntries(
      Array.from({ length: 150 }, (_, at) => [
        `f${"x".repeat(at % 40)}${String.fromCharCode(97 + (at % 26))}`,
        { a: 1, b: { c: 1, d: [1] }, e: 1, g: 1, h: 1, i: 1 },
      ]),
    );
    const shape = shapeOf(repeat(wide, 3));
    expect(shape.isCut).toBe(true);
    expect(countNodes(shape.root)).toBeLessThanOrEqual(maximumNodes);
    expect(compileSchema(schemaOf(shape) ?? {})(wide)).toBeNull();
  });
});

describe("changes", () => {
  const usual = { id: "a", total: 5, customer: { name: "x" } };

  it("are none while a shape is learned", () => {
    expect(told(shapeOf([{ a: 1 }, { a: "x" }, { a: null, b: 1 }]))).toEqual([]);
  });

  it("are told once: a field appeared, may be null, is of another type, may be missing", () => {
    const payloads = [
      ...repeat(usual, 6),
      { ...usual, currency: "EUR", customer: { name: "x", vat: { id: 1 } } },
      { ...usual, total: null },
      { ...usual, total: "5.00" },
      { id: "a", total: 5 },
      { id: "a", total: 5.5 },
    ];
    expect(told(shapeOf(payloads))).toEqual([
      "appeared customer.vat →object",
      "appeared currency →string",
      "null total integer→null",
      "type total integer|null→string",
      "optional customer object→",
      "type total integer|null|string→number",
    ]);
  });

  it("a field that was usual and is there no more has disappeared since it was first missing, and returns", () => {
    const shape = shapeOf([...repeat(usual, 10), ...repeat({ id: "a", total: 5 }, 25), usual]);
    expect(told(shape)).toEqual(["optional customer object→", "disappeared customer object→", "returned customer →object"]);
    expect(shape.changes[1]?.atMs).toBe(1_010);
  });

  it("a field that is seldom there has not disappeared", () => {
    const seldom = [...repeat(usual, 30), { ...usual, coupon: "x" }, ...repeat(usual, 60)];
    expect(told(shapeOf(seldom))).toEqual(["appeared coupon →string"]);
  });
});

it("forgets what was last seen too long ago", () => {
  const shape = shapeOf([...repeat({ old: 1, id: 1 }, 6), ...repeat({ id: "x" }, 6)]);
  expect(schemaOf(forget(shape, 1_006))).toMatchObject({ properties: { id: { type: "string" } }, required: ["id"] });
  expect(told(forget(shape, 1_006))).toEqual(["type id integer→string", "optional old integer→"].toSorted());
  expect(forget(shape, 5_000)).toEqual(newShape());
});

import { expect, test } from "vitest";
import * as z from "zod/mini";
import { MessageIn } from "../contract/message.ts";
import { operations } from "../contract/operations.ts";
import { validBodies } from "../testing/furnish.ts";
import { casesOf } from "../testing/fuzz/cases.ts";
import type { Schema, Schemas } from "../testing/fuzz/values.ts";
import { compiledAfter, oftenCompiled } from "./compiledSchemas.ts";
import { openapiDocument } from "./openapi.ts";

const compiled = (schema: z.ZodMiniType): z.ZodMiniType => {
  for (let times = 1; times < compiledAfter; times++) expect(oftenCompiled(schema)).toBe(schema);
  return oftenCompiled(schema);
};

test("what is asked often is compiled, and answers the same", () => {
  // Its own, which nobody has asked yet.
  const schema = z.object(MessageIn.shape).check(z.meta({ description: "A message" }));
  const often = compiled(schema);
  expect(often).not.toBe(schema);
  expect(oftenCompiled(schema)).toBe(often);
  const payload = { a: [1, { b: null }], "": 1 };
  const values = [
    { eventType: "a.b", payload },
    { eventType: "a.b", payload, channels: ["x"], tags: [], eventId: null, unknown: 1, metadata: { a: "b" }, orderingKey: undefined },
    { eventType: "a b", payload: 3, channels: [], tags: [1], eventId: "", metadata: { a: 1 }, payloadRetentionPeriod: 4 },
    { payload, deliverAt: "tomorrow", application: { name: 3 }, transformationsParams: [] },
    { eventType: ["a"] },
    JSON.parse('{"eventType":"a","payload":{"__proto__":1},"__proto__":{"tags":[]}}'),
    {},
    [],
    null,
    "text",
  ];
  for (const value of values) expect({ value, answer: often.safeParse(value) }).toEqual({ value, answer: MessageIn.safeParse(value) });
});

test("a schema's own rules hold once it is compiled", () => {
  const schema = z.object({ a: z.optional(z.int()), b: z.optional(z.int()) }).check(
    z.meta({ description: "one of both" }),
    z.refine(({ a, b }) => a === undefined || b === undefined, "not both"),
  );
  const often = compiled(schema);
  expect(often.safeParse({ a: 1, b: 2 }).error?.issues.map(({ message }) => message)).toEqual(["not both"]);
  expect(often.safeParse({ a: 1 })).toEqual({ success: true, data: { a: 1 } });
});

type Document = {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>;
  components: { schemas: Schemas };
};
const document = JSON.parse(JSON.stringify(openapiDocument())) as Document;
const withBody = operations.flatMap((operation) => (operation.body === undefined ? [] : [{ operation, schema: operation.body }]));

test.each(withBody)("$operation.operationId answers compiled what it answers by itself", ({ operation, schema }) => {
  const body = document.paths[operation.path]?.[operation.method]?.requestBody?.content["application/json"]?.schema;
  const often = compiled(ofItsOwn(schema));
  const subject = {
    operation,
    parameters: [],
    body,
    schemas: document.components.schemas,
    valid: validBodies[operation.operationId],
    ids: {},
    foreign: {},
  };
  const texts = new Set(casesOf(subject).flatMap((one) => one.body ?? []));
  let compared = 0;
  for (const text of texts) {
    const value = parsed(text);
    if (value === undefined) continue;
    expect({ text, answer: often.safeParse(value) }).toEqual({ text, answer: schema.safeParse(value) });
    compared++;
  }
  expect(compared).toBeGreaterThan(0);
});

/** One that no request has asked, and that is described nowhere under the same name. */
function ofItsOwn(schema: z.ZodMiniType): z.ZodMiniType {
  const { def } = schema._zod as { def: z.core.$ZodTypeDef };
  return z.clone(schema, { ...def, checks: (def.checks ?? []).filter((check) => check._zod.def.check !== "meta") });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

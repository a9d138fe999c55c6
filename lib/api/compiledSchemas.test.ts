import { expect, test } from "vitest";
import * as z from "zod/mini";
import { MessageIn } from "../contract/message.ts";
import { compiledAfter, oftenCompiled } from "./compiledSchemas.ts";

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

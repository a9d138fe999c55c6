import { expect, test } from "vitest";
import { AppError } from "../errors.ts";
import { requireStorable } from "./body.ts";

function refusalOf(value: unknown, options?: Parameters<typeof requireStorable>[1]): string | null {
  try {
    requireStorable(value, options);
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const [issue] = error.issues;
    return `${issue?.loc.join(".") ?? ""}: ${issue?.msg ?? ""}`;
  }
}

test("what can't be stored is told with the first steps of its place", () => {
  const nested = (depth: number): unknown => Array.from({ length: depth }).reduce((inside) => ({ a: inside }), 1);
  expect(refusalOf({ a: [1, { b: "\0" }] })).toBe("body.a.1.b: The text holds NUL or a lone surrogate");
  expect(refusalOf({ a: [[[["\ud800"]]]] })).toBe("body.a.0.0: The text holds NUL or a lone surrogate");
  expect(refusalOf({ a: { "\0": 1 } })).toBe("body.a: A field's name holds NUL or a lone surrogate");
  expect(refusalOf({ "\0": 1 })).toBe("body: A field's name holds NUL or a lone surrogate");
  expect(refusalOf(JSON.parse('{"a":{"__proto__":1}}'))).toBe("body.a.__proto__: A field can't be called __proto__");
  expect([refusalOf(nested(64)), refusalOf(nested(65))]).toEqual([null, "body.a: It is nested more than 64 deep"]);
  const sent = { messages: [{ payload: JSON.parse('{"__proto__":"\\u0000"}') as object, eventId: "\0" }] };
  expect(refusalOf(sent, { payloadsAreBytes: true })).toBeNull();
  expect(refusalOf({ first: {}, list: [], last: [{}, null, "text", 1, true] })).toBeNull();
});

test("millions of values take no time to speak of", { timeout: 2_000 }, async () => {
  const part = Array.from<number>({ length: 200_000 }).fill(0);
  const list = Array.from<number[]>({ length: 50 }).fill(part);
  await Promise.resolve();
  expect(refusalOf({ list })).toBeNull();
});

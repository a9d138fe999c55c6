import { expect, test } from "vitest";
import * as z from "zod/mini";
import { faultWords, unsaid } from "./faultWords.ts";

const told = (schema: z.ZodMiniType, value: unknown): string | undefined =>
  schema.safeParse(value, { error: faultWords }).error?.issues[0]?.message;

const shape = z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]);

test.each<[z.ZodMiniType, unknown, string]>([
  [z.string(), 1, "must be text, and is a number"],
  [z.object({ a: z.string() }), {}, "is missing: it must be text"],
  [z.object({ a: z.enum(["x", "y"]) }), {}, 'is missing: it must be one of "x", "y"'],
  [z.string().check(z.maxLength(256)), "x".repeat(257), "must be at most 256 characters long"],
  [z.string().check(z.minLength(3)), "x", "must be at least 3 characters long"],
  [z.string().check(z.minLength(1)), "", "must not be empty"],
  [z.string().check(z.length(2)), "x", "must be exactly 2 characters long"],
  [z.array(z.string()).check(z.maxLength(1)), ["a", "b"], "must have at most 1 entry"],
  [z.array(z.string()).check(z.minLength(2)), [], "must have at least 2 entries"],
  [z.array(z.string()), "a", "must be a list, and is text"],
  [z.int().check(z.gte(1)), 0, "must be at least 1"],
  [z.int().check(z.lte(250)), 251, "must be at most 250"],
  [z.number().check(z.gt(0)), 0, "must be more than 0"],
  [z.number().check(z.lt(1)), 1, "must be less than 1"],
  [z.number().check(z.multipleOf(5)), 3, "must be a multiple of 5"],
  [z.int(), 1.5, "must be a whole number"],
  [z.int(), 2 ** 60, "must be at most 9007199254740991"],
  [z.boolean(), "yes", "must be true or false, and is text"],
  [z.record(z.string(), z.string()), [], "must be an object, and is a list"],
  [z.record(z.string().check(z.maxLength(2)), z.string()), { abc: "x" }, "has a name that must be at most 2 characters long"],
  [z.enum(["x", "y"]), "z", 'must be one of "x", "y"'],
  [z.literal("x"), "z", 'must be "x"'],
  [z.literal([0, 100]), 3, "must be one of 0, 100"],
  [z.strictObject({}), { b: 1 }, 'must not have "b"'],
  [z.iso.datetime({ offset: true }), "x", "must be a moment with date, time and offset (RFC 3339), such as 2026-11-23T08:00:00Z"],
  [z.url(), "x", "must be a URL"],
  [z.string().check(z.regex(/^a+$/)), "b", "must match the pattern /^a+$/"],
  [z.string().check(z.regex(/^a+$/, "must consist of a")), "b", "must consist of a"],
  [shape, { kind: "c" }, 'must be one of "a", "b"'],
  [shape, {}, 'must be one of "a", "b"'],
  [z.union([z.string(), z.number()]), null, "must be text, and is null, or must be a number, and is null"],
  [
    z.union([z.string(), z.object({ a: z.boolean() })]),
    { a: 1 },
    "must be text, and is an object, or a must be true or false, and is a number",
  ],
  [z.string().check(z.refine(() => false)), "x", unsaid],
])("case %#: what is wanted is said", (schema, value, words) => {
  expect(told(schema, value)).toBe(words);
});

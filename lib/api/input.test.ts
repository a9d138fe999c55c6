import * as z from "zod/mini";
import { expect, test } from "vitest";
import { ApplicationIn } from "../contract/application.ts";
import { EventTypeIn } from "../contract/eventType.ts";
import { AppError } from "../errors.ts";
import { check } from "./input.ts";

function told(schema: z.ZodMiniType, value: unknown): Record<string, string> {
  try {
    check(schema, value, "body");
  } catch (error) {
    if (error instanceof AppError) return Object.fromEntries(error.issues.map(({ loc, msg }) => [loc.join("."), msg]));
  }
  throw new Error("Nothing was wrong");
}

test("what is missing or of another type is told in the words of JSON", () => {
  expect(told(EventTypeIn, { name: "a" })).toEqual({ "body.description": "is missing: it must be text" });
  expect(told(ApplicationIn, { name: null, metadata: [], rateLimit: "7" })).toEqual({
    "body.name": "must be text, and is null",
    "body.metadata": "must be an object, and is a list",
    "body.rateLimit": "must be a number, and is text",
  });
  expect(told(z.array(z.int()), [1.5, {}])).toMatchObject({ "body.1": "must be a number, and is an object" });
});

test("what a name may be made of is told without a pattern", () => {
  const rule = "must be only letters, digits, -, _ and .";
  expect(told(EventTypeIn, { name: "a b", description: "" })).toEqual({ "body.name": rule });
  expect(told(ApplicationIn, { name: "a", uid: "a b" })).toEqual({ "body.uid": rule });
});

test.each([".", ".."])("%s names nothing that an address leads to", (name) => {
  const rule = "must not be . or .., which no address can hold";
  expect(told(EventTypeIn, { name, description: "" })).toEqual({ "body.name": rule });
  expect(told(ApplicationIn, { name: "a", uid: name })).toEqual({ "body.uid": rule });
  expect(check(EventTypeIn, { name: `a${name}`, description: "" }, "body")).toMatchObject({ name: `a${name}` });
});

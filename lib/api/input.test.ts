import * as z from "zod/mini";
import { expect, test } from "vitest";
import { ApplicationIn } from "../contract/application.ts";
import { RecoverIn } from "../contract/deliveryResend.ts";
import { MessageIn } from "../contract/message.ts";
import { EventTypeIn } from "../contract/eventType.ts";
import { after, paging } from "../contract/shared.ts";
import { AppError } from "../errors.ts";
import { check, parseQuery } from "./input.ts";

/** Each place once: what is told of one twice stands there as two. */
function told(schema: z.ZodMiniType, value: unknown): Record<string, string> {
  try {
    check(schema, value, "body");
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const places = error.issues.map(({ loc }) => loc.join("."));
    return Object.fromEntries(
      places.map((place) => [
        place,
        error.issues
          .filter(({ loc }) => loc.join(".") === place)
          .map(({ msg }) => msg)
          .join(" | "),
      ]),
    );
  }
  throw new Error("Nothing was wrong");
}

test("what is missing or of another type is told in the words of JSON", () => {
  expect(told(EventTypeIn, { name: "a" })).toEqual({ "body.description": "is missing: it must be text" });
  expect(told(MessageIn, { eventType: "a" })).toEqual({ "body.payload": "is missing: it must be a JSON object" });
  expect(told(MessageIn, { eventType: "a", payload: [] })).toEqual({ "body.payload": "must be a JSON object" });
  expect(told(ApplicationIn, { name: null, metadata: [], rateLimit: "7" })).toEqual({
    "body.name": "must be text, and is null",
    "body.metadata": "must be an object, and is a list",
    "body.rateLimit": "must be a number, and is text",
  });
  expect(told(z.array(z.int()), [1.5, {}])).toMatchObject({ "body.1": "must be a number, and is an object" });
});

test.each([
  ["1.5", "must be a whole number"],
  ["99999999999999999999", "must be at most 250"],
  ["-99999999999999999999", "must be at least 1"],
  ["1e2", "must be a number, and is text"],
  ["", "must be a number, and is text"],
])("a query's %s for a number: %s", (text, fault) => {
  const read = () => parseQuery(z.object(paging), `limit=${text}`);
  expect(read).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ loc: ["query", "limit"], msg: fault })] }) as Error);
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

test("of a place only what says something is told", () => {
  const aMoment = "must be a moment with date, time and offset (RFC 3339), such as 2026-11-23T08:00:00Z";
  expect(told(RecoverIn, { since: "2026-11-23 08:00", ratePerSecond: 1e20 })).toEqual({
    "body.since": aMoment,
    "body.ratePerSecond": "must be at most 10000",
  });
  expect(told(RecoverIn, { since: "0000-11-23T08:00:00Z" })).toEqual({ "body.since": "must be a moment of the years 1 to 9999" });
  expect(told(EventTypeIn, { name: "", description: "" })).toEqual({ "body.name": "must not be empty" });
  const both = "must be at most 256 characters long | must be only letters, digits, -, _ and .";
  expect(told(EventTypeIn, { name: "a ".repeat(200), description: "" })).toEqual({ "body.name": both });
});

test("a moment in a query may have its offset's + as it is", () => {
  const query = z.object({ ...paging, after });
  for (const text of ["2026-11-23T08:00:00+01:00", "2026-11-23T08:00:00%2B01:00"])
    expect(parseQuery(query, `after=${text}&iterator=a+01:00`)).toMatchObject({
      after: "2026-11-23T08:00:00+01:00",
      iterator: "a 01:00",
    });
  // As Python's %z writes it, in clients that openapi-generator makes.
  for (const text of ["2026-11-23T08:00:00.5+0100", "2026-11-23T08:00:00.5%2B0100"])
    expect(parseQuery(query, `after=${text}`)).toMatchObject({ after: "2026-11-23T08:00:00.5+01:00" });
  expect(parseQuery(query, "after=2026-11-23T08:00:00-0530")).toMatchObject({ after: "2026-11-23T08:00:00-05:30" });
  for (const text of ["2026-11-23+08:00", "2026-11-230800", "2026-11-23T08:00:00+01000", "2026-11-23T08:00:00"])
    expect(() => parseQuery(query, `after=${text}`)).toThrow(AppError);
});

test("a list with more faults than zod can hand on is refused by its field, and a hundred faults are told at most", () => {
  const eventType = { name: "a.b", description: "" };
  expect(Object.keys(told(EventTypeIn, { ...eventType, featureFlags: Array.from({ length: 200_000 }, () => 1) }))).toEqual([
    "body.featureFlags",
  ]);
  expect(Object.keys(told(EventTypeIn, { ...eventType, featureFlags: Array.from({ length: 1_000 }, () => 1) }))).toHaveLength(100);
});

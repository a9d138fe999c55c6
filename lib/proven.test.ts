import { expect, test } from "vitest";
import { known, oneOf } from "./proven.ts";

test("what is there passes, what is falsy too; what is missing throws why it can't be", () => {
  expect([known(0, ""), known("", ""), known(false, "")]).toEqual([0, "", false]);
  expect(() => known(undefined, "a source has a URL")).toThrow("a source has a URL");
  expect(() => known(null, "a source has a URL")).toThrow("a source has a URL");
});

test("a word of the list passes, another throws with the column's name but without the text", () => {
  expect(oneOf(["none", "fifo"], "fifo", "endpoint.ordering")).toBe("fifo");
  expect(() => oneOf(["none", "fifo"], "lifo", "endpoint.ordering")).toThrow(/endpoint\.ordering is one of none, fifo$/);
});

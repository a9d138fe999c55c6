import { expect, test } from "vitest";
import { iteratorOf, readIterator } from "./pollerIterators.ts";

test.each([
  [0n, null],
  [7n, 0],
  [(1n << 63n) - 1n, 0xffff_ffff],
])("place %s of generation %s comes back", (place, generation) => {
  const text = iteratorOf(place, generation);
  expect(text).toMatch(/^iter_A[\w-]{17}$/);
  expect(readIterator(text)).toEqual({ place, generation });
});

test("a plain place is of the generation before there were any; nothing is none", () => {
  expect(readIterator("iter_42")).toEqual({ place: 42n, generation: 0 });
  expect([readIterator(""), readIterator(null), readIterator(undefined)]).toEqual([null, null, null]);
});

const given = iteratorOf(5n, 1);
test.each([
  ["x"],
  ["iter_"],
  ["iter_-1"],
  [`iter_${"9".repeat(30)}`],
  [given.slice(0, -1)],
  [`${given}A`],
  [given.replace("iter_", "tier_")],
  [`iter_${Buffer.from([3, ...Buffer.alloc(12)]).toString("base64url")}`],
  [`iter_${Buffer.from([1, ...Buffer.alloc(4), 255, ...Buffer.alloc(7)]).toString("base64url")}`],
  [`${given.slice(0, -1)}~`],
  ["iter_é"],
])("%s is refused", (text) => {
  expect(() => readIterator(text)).toThrow(expect.objectContaining({ code: "invalid_iterator", status: 400 }));
});

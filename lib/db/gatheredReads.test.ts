import { expect, test } from "vitest";
import { GatheredReads } from "./gatheredReads.ts";

test("what is asked for at once is read in one statement, fifty at most, and each is told its own", async () => {
  const statements: number[][] = [];
  const doubled = new GatheredReads<number, number>((keys) => {
    statements.push(keys);
    return Promise.resolve(keys.map((key) => 2 * key));
  });
  const keys = Array.from({ length: 120 }, (_, i) => i);
  expect(await Promise.all(keys.map((key) => doubled.find(key)))).toEqual(keys.map((key) => 2 * key));
  expect(statements.map(({ length }) => length)).toEqual([50, 50, 20]);
});

test("all of a statement that fails are told, and the next one is asked again", async () => {
  let isAway = true;
  const reads = new GatheredReads<string, string>((keys) => (isAway ? Promise.reject(new Error("away")) : Promise.resolve(keys)));
  const asked = await Promise.allSettled([reads.find("a"), reads.find("b")]);
  expect(asked.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  isAway = false;
  expect(await reads.find("c")).toBe("c");
});

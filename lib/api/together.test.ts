import { expect, test, vi } from "vitest";
import { together } from "./together.ts";

test("who asks for the same in one turn is told what one has read", async () => {
  let count = 0;
  const read = vi.fn(() => Promise.resolve(++count));
  expect(await Promise.all([together("a", read), together("a", read), together("b", read)])).toEqual([1, 1, 2]);
  expect(await together("a", read)).toBe(3);
  expect(read).toHaveBeenCalledTimes(3);
});

test("who comes once a read has begun has one of their own", async () => {
  let later: Promise<string> | undefined;
  const first = await together("c", () => {
    later = together("c", () => Promise.resolve("new"));
    return Promise.resolve("old");
  });
  expect([first, await later]).toEqual(["old", "new"]);
});

test("all are told of a failure, and the next one reads again", async () => {
  const failing = (): Promise<string> => Promise.reject(new Error("away"));
  const asked = await Promise.allSettled([together("d", failing), together("d", failing)]);
  expect(asked.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await together("d", () => Promise.resolve("back"))).toBe("back");
});

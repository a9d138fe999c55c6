import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inTime } from "./inTime.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("an answer in time is the answer, and no timer is left", async () => {
  expect(await inTime(500, () => Promise.resolve("here"))).toBe("here");
  await expect(inTime(500, () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  expect(vi.getTimerCount()).toBe(0);
});

test("who doesn't answer is given up, and told so", async () => {
  const given: AbortSignal[] = [];
  const answer = inTime(500, (signal) => {
    given.push(signal);
    return new Promise<string>(() => undefined);
  });
  await vi.advanceTimersByTimeAsync(499);
  expect(given[0]?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect([await answer, given[0]?.aborted]).toEqual([null, true]);
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { log } from "./log.ts";
import { warnSeldom } from "./seldom.ts";
import { pass, releaseTime, standTime } from "./testing/standingTime.ts";

beforeEach(standTime);
afterEach(releaseTime);

test("a flood is told at once, then every ten seconds with how many there were; what is told apart is told apart", () => {
  const warned = vi.spyOn(log, "warn").mockReturnValue();
  for (let i = 1; i <= 3; i++) warnSeldom("flood", "one", { i });
  warnSeldom("flood", "other", {});
  pass(10_001);
  warnSeldom("flood", "one", { i: 4 });
  expect(warned.mock.calls).toEqual([
    [{ i: 1 }, "flood"],
    [{}, "flood"],
    [{ i: 4, others: 2 }, "flood"],
  ]);
  warned.mockRestore();
});

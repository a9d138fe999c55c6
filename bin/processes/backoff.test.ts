import { expect, test } from "vitest";
import { nextStart } from "./backoff.ts";

test("one that is killed is started again at once; one that ends again and again is waited for longer each time", () => {
  expect(nextStart(3_600_000, 0)).toEqual({ waitMs: 0, failures: 1 });
  let failures = 0;
  const waits = Array.from({ length: 12 }, () => {
    const next = nextStart(10, failures);
    failures = next.failures;
    return next.waitMs;
  });
  expect(waits).toEqual([0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  expect(nextStart(30_000, failures)).toEqual({ waitMs: 0, failures: 1 });
});

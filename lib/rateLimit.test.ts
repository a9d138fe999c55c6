import { afterEach, expect, test, vi } from "vitest";
import { RateLimiter, rateLimiter } from "./rateLimit.ts";
import { setSiblings } from "./siblings.ts";
import { setSingleton } from "./singleton.ts";

const quota = { id: "key", perSecond: 10 };

afterEach(() => {
  vi.useRealTimers();
  setSingleton("siblings", undefined);
  setSingleton("rateLimiter", undefined);
});

test("what was spent at another process counts here too, and is waited for", () => {
  const [here, there] = [new RateLimiter(), new RateLimiter()];
  for (const limiter of [here, there]) limiter.takeSpent();
  for (let i = 0; i < 10; i++) expect([here.spend(quota, 0).allowed, there.spend(quota, 0).allowed]).toEqual([true, true]);
  expect(here.takeSpent()).toEqual([["key", 1_000]]);
  here.charge(there.takeSpent(), 0);
  // Twenty of ten a second: the next may follow when the second of the others is paid for too.
  expect(here.spend(quota, 1_050).allowed).toBe(false);
  expect(here.spend(quota, 1_100).allowed).toBe(true);
  expect(here.takeSpent()).toEqual([["key", 100]]);
  expect(here.takeSpent()).toEqual([]);
});

test("a process of several tells the others ten times a second what was spent, and only if something was", () => {
  vi.useFakeTimers();
  const told: unknown[] = [];
  const handlers: ((news: unknown) => void)[] = [];
  setSiblings({ count: 2, number: 1, tell: (topic, news) => told.push([topic, news]), hear: (_topic, handler) => handlers.push(handler) });
  const limiter = rateLimiter();
  limiter.spend(quota, performance.now());
  vi.advanceTimersByTime(250);
  expect(told).toEqual([["rates", [["key", 100]]]]);
  for (const handle of handlers) handle([["key", 60_000]]);
  expect(limiter.spend(quota, performance.now()).allowed).toBe(false);
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isOutdatedNow, noteAnswer, subscribe } from "../away.ts";
import { faultsOf } from "../form/faults.ts";
import { patiently } from "./patiently.ts";

/** What the loader of Next.js's pages throws. */
const notThere = () => Object.assign(new Error("Failed to load chunk"), { name: "ChunkLoadError" });

/** Answers of Webster to the question whether it is there; null: none. */
let health: number | null = 204;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", () =>
    health === null ? Promise.reject(new TypeError("no network")) : Promise.resolve(new Response(null, { status: health })),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  noteAnswer(200);
});

test("a part is waited for while Webster is away or starting, and once failing is no update", async () => {
  let tries = 0;
  const part = patiently(() => (++tries < 6 ? Promise.reject(notThere()) : Promise.resolve("part")));
  for (const answer of [null, 502, 503, null, 204]) {
    health = answer;
    await vi.advanceTimersByTimeAsync(tries === 0 ? 0 : 4_000);
  }
  await vi.runAllTimersAsync();
  expect(await part).toBe("part");
  expect(isOutdatedNow()).toBe(false);
});

test("what is broken itself is not asked for again", async () => {
  let tries = 0;
  const load = () => Promise.reject(new TypeError(`broken ${++tries}`));
  await expect(patiently(load)).rejects.toThrow("broken 1");
});

test("a part that Webster has no more says so, keeps the page, and is taken where it comes after all, of which nothing is said then", async () => {
  health = 204;
  const told = vi.fn<() => void>();
  const unsubscribe = subscribe(told);
  let isThere = false;
  const part = patiently(() => (isThere ? Promise.resolve("part") : Promise.reject(notThere())));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([isOutdatedNow(), told.mock.calls.length > 0]).toEqual([true, true]);
  isThere = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await part).toBe("part");
  expect(isOutdatedNow()).toBe(false);
  unsubscribe();
});

test("a form whose rules can't be loaded leaves checking to the API, asks for them again, and hides no other fault", async () => {
  const { object, string, minLength } = await import("zod/mini");
  const schema = object({ name: string().check(minLength(1)) });
  let isThere = false;
  const rule = () => (isThere ? Promise.resolve(schema) : Promise.reject(notThere()));
  expect(await faultsOf(rule, { name: "" })).toEqual({});
  isThere = true;
  expect(await faultsOf(rule, { name: "" }, { name: "Enter a name" })).toEqual({ name: "Enter a name" });
  await expect(faultsOf(() => Promise.reject(new TypeError("x is not a function")), {})).rejects.toThrow("x is not a function");
});

import { afterEach, expect, test } from "vitest";
import type { SourceSnapshot } from "../../db/sources.ts";
import { hold, holdNothing, takeHeld } from "./heldRequests.ts";
import type { Verified } from "./judge.ts";

afterEach(() => holdNothing());

const source = { id: "src_1" } as SourceSnapshot;
const verified = { kind: "verified" } as Verified;

/** How many of so many requests are still held, and whether those are the last ones. */
function heldOf(count: number, header: string, body: string): { kept: number; areLast: boolean } {
  for (let n = 0; n < count; n++) {
    const head = { path: "", query: "", headers: { long: header }, url: "https://example.com/in/token" };
    const request = {
      id: `req_${n}`,
      createdAt: new Date(),
      method: "POST",
      head,
      contentType: null,
      remoteAddress: null,
      body: Buffer.from(body),
    };
    hold({ source, request, verified });
  }
  const kept = Array.from({ length: count }, (_, n) => takeHeld(`req_${n}`) !== undefined);
  const first = kept.indexOf(true);
  return { kept: kept.filter(Boolean).length, areLast: first >= 0 && kept.slice(first).every(Boolean) };
}

const budget = 16 * 1024 * 1024;

test("a flood is held within its bytes, whatever they are made of, the last ones of it", () => {
  const small = heldOf(10_000, "", "{}");
  expect(small.kept).toBeGreaterThan(2_000);
  const long = heldOf(4_000, "x".repeat(14_000), "{}");
  expect(long.kept * 2 * 14_000).toBeLessThan(budget);
  // Three bytes here are an object of sixty in memory.
  const objects = 10_000;
  const wide = heldOf(100, "", `[${Array.from({ length: objects }, () => "{}").join(",")}]`);
  expect(wide.kept * objects * 60).toBeLessThan(budget);
  expect([small.areLast, long.areLast, wide.areLast]).toEqual([true, true, true]);
});

test("what is taken is held no more", () => {
  expect(heldOf(1, "", "{}").kept).toBe(1);
  expect(takeHeld("req_0")).toBeUndefined();
});

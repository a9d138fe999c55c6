import { expect, test, vi } from "vitest";
import { duration, relativeTime } from "./relativeTime.ts";

const now = Date.parse("2026-11-23T12:00:00Z");
const s = 1000;

test.each([
  [0, "just now"],
  [3 * s, "in a moment"],
  [-42 * s, "42 sec. ago"],
  [-119 * s, "1 min. ago"],
  [2 * 3600 * s, "in 2 hr."],
  [-25 * 3600 * s, "1 day ago"],
  [-30 * 86_400 * s, "Oct 24, 2026"],
])("%d ms from now is told as %s", (distanceMs, text) => {
  expect(relativeTime(now + distanceMs, now)).toBe(text);
});

test("a date is that of the reader, or of UTC where nobody knows the reader", () => {
  vi.stubEnv("TZ", "Pacific/Auckland");
  const at = Date.parse("2026-10-24T23:30:00Z");
  expect([relativeTime(at, now), relativeTime(at, now, true)]).toEqual(["Oct 25, 2026", "Oct 24, 2026"]);
  vi.unstubAllEnvs();
});

test.each([
  [12.4, "12 ms"],
  [2440, "2.4 s"],
  [200_000, "3 min 20 s"],
])("%d ms last %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

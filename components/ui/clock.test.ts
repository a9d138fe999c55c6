import { afterEach, expect, it } from "vitest";
import { clockMs, hearServer } from "./clock.ts";

const browserMs = Date.parse("2026-11-28T12:00:00Z");
afterEach(() => hearServer(new Date().toUTCString()));

it("goes by the server's clock where the browser's is off", () => {
  hearServer("Sat, 28 Nov 2026 12:01:00 GMT", browserMs);
  expect(Math.abs(clockMs() - Date.now() - 60_000)).toBeLessThan(1_000);
  hearServer("Sat, 28 Nov 2026 11:59:00 GMT", browserMs);
  expect(Math.abs(clockMs() - Date.now() + 60_000)).toBeLessThan(1_000);
});

it("takes whole seconds, and the time that an answer was under way, for no difference", () => {
  for (const date of ["Sat, 28 Nov 2026 12:00:02 GMT", "Sat, 28 Nov 2026 11:59:58 GMT"]) {
    hearServer(date, browserMs);
    expect(Math.abs(clockMs() - Date.now())).toBeLessThan(1_000);
  }
});

it("keeps what it knows when an answer has no date", () => {
  hearServer("Sat, 28 Nov 2026 12:01:00 GMT", browserMs);
  hearServer(null);
  hearServer("yesterday");
  expect(clockMs() - Date.now()).toBeGreaterThan(59_000);
});

import { expect, it, onTestFinished, vi } from "vitest";
import { toLocal, toMoment } from "./timeRange.tsx";

it("what nobody has changed in a field of the reader's time stays the moment that it was", () => {
  vi.stubEnv("TZ", "Europe/Berlin");
  onTestFinished(() => void vi.unstubAllEnvs());
  const exact = "2026-11-28T10:00:00.123Z";
  expect(toLocal(exact)).toBe("2026-11-28T11:00:00");
  // Browsers leave out seconds that are none.
  expect(toMoment("2026-11-28T11:00", exact)).toBe(exact);
  // The second of the two hours that begin at 2:00 when clocks are put back.
  const second = "2026-10-25T01:30:00.000Z";
  expect(toMoment(toLocal(second), second)).toBe(second);
  expect(toMoment("2026-11-28T11:30", exact)).toBe("2026-11-28T10:30:00.000Z");
  expect(toMoment("2026-11-28T11:30", "")).toBe("2026-11-28T10:30:00.000Z");
  expect(toMoment("", exact)).toBe("");
});

import { describe, expect, it } from "vitest";
import { triesToCome, type Timed, timeSpent, waitsBefore } from "./timeline.ts";

const startMs = Date.parse("2026-11-28T10:00:00.000Z");
const at = (seconds: number): string => new Date(startMs + seconds * 1000).toISOString();
const attempt = (seconds: number, durationMs: number, status: "succeeded" | "failed" = "failed"): Timed["attempts"][number] => ({
  startedAt: at(seconds),
  durationMs,
  status,
  trigger: "scheduled",
});

const failing: Timed = {
  status: "pending",
  createdAt: at(0),
  retryAt: at(306),
  scheduledCount: 2,
  retryWaits: [5, 300, 1800, 7200],
  succeededAt: null,
  attempts: [attempt(6, 400), attempt(0.1, 900)],
};

describe("a delivery's way in time", () => {
  it("says when it is tried again, and when it will be given up", () => {
    expect(triesToCome(failing)).toEqual([306, 306 + 1800, 306 + 1800 + 7200].map((seconds) => startMs + seconds * 1000));
    expect(triesToCome({ ...failing, scheduledCount: 4 })).toEqual([startMs + 306_000]);
    expect(triesToCome({ ...failing, retryAt: null })).toEqual([]);
    expect(triesToCome({ ...failing, status: "failed" })).toEqual([]);
  });

  it("says how long it waited before each attempt", () => {
    expect(waitsBefore(failing, true)).toEqual([5_000, 100]);
    expect(waitsBefore(failing, false)).toEqual([5_000, null]);
  });

  it("says how long it took in all, and how much of that was spent with the receiver", () => {
    expect(timeSpent(failing)).toEqual({ wholeMs: 6_400, sendingMs: 1_300 });
    const succeeded = { ...failing, attempts: [attempt(900, 50, "succeeded"), attempt(20, 100, "succeeded"), ...failing.attempts] };
    // What was resent after the success is not counted.
    expect(timeSpent(succeeded)).toEqual({ wholeMs: 20_100, sendingMs: 1_400 });
    expect(timeSpent({ ...failing, attempts: [] })).toBeNull();
  });
});

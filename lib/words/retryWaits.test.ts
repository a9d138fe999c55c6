import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, defaultScheduleSeconds } from "../webhooks/retry.ts";
import { plannedTries, reachedAfter } from "./retryWaits.ts";

const hour = 3_600;

/** When a delivery gets through, as the engine decides each wait; null: it is given up. */
function sent(schedule: readonly number[], awaySeconds: number, jitters: readonly number[]): { at: number; number: number } | null {
  const outcome = { kind: "unreachable", errorClass: "refused", detail: "", durationMs: 0 } as const;
  let at = 0;
  for (let count = 0; ; count++) {
    if (at >= awaySeconds) return { at, number: count + 1 };
    const { verdict } = decide(outcome, { trigger: "scheduled", scheduledCount: count }, schedule, jitters[count] ?? 0.5, 0);
    if (verdict.status !== "pending") return null;
    at += verdict.waitMs / 1000;
  }
}

describe("a receiver that is away", () => {
  it.each([
    [1, 4, 6, 2, 2, "no"],
    [600, 1684, 2526, 4, 4, "no"],
    [6 * hour, 21_844, 32_766, 6, 6, "no"],
    [30 * 60, 1800, 10_440, 4, 5, "no"],
    [24 * hour, 24 * hour, 119_166, 8, 8, "maybe"],
  ])("for %i s is reached between %d and %d s, by try %i to %i", (away, earliest, latest, first, last, lost) => {
    const { between, lost: given } = reachedAfter(defaultScheduleSeconds, away);
    expect([between?.first, between?.last, given]).toEqual([first, last, lost]);
    expect(between?.earliest).toBeCloseTo(earliest, 0);
    expect(between?.latest).toBeCloseTo(latest, 0);
  });

  it("for longer than the schedule is given up", () => {
    expect(reachedAfter(defaultScheduleSeconds, 40 * hour)).toEqual({ between: null, lost: "surely" });
    expect(reachedAfter([], 1)).toEqual({ between: null, lost: "surely" });
  });

  it("is reached within what was said, whatever the engine's jitter", () => {
    // Tries are at whole seconds then, and the receiver comes back between two.
    const schedule = fc.array(
      fc.nat(20_000).map((count) => 5 * count + 5),
      { maxLength: 8 },
    );
    const jitters = fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(schedule, fc.nat(400_000), jitters, (waits, seconds, drawn) => {
        const away = seconds + 0.5;
        const reached = reachedAfter(waits, away);
        const got = sent(waits, away, drawn);
        const said = reached.between ?? { earliest: Infinity, latest: 0, first: Infinity, last: 0 };
        const isAsSaid =
          got === null
            ? reached.lost !== "no"
            : reached.lost !== "surely" &&
              got.at > said.earliest - 0.1 &&
              got.at < said.latest + 0.1 &&
              got.number >= said.first &&
              got.number <= said.last;
        expect(isAsSaid).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

it("tries are spread by a fifth of what was waited so far", () => {
  expect(plannedTries([10, 100])).toEqual([
    { number: 1, earliest: 0, latest: 0 },
    { number: 2, earliest: 8, latest: expect.closeTo(12) },
    { number: 3, earliest: 88, latest: expect.closeTo(132) },
  ]);
});

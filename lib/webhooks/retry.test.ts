import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorClassOf, isSuccess } from "./outcome.ts";
import type { FailureClass, Outcome } from "./outcome.ts";
import { decide, defaultScheduleSeconds, disableAfterMs, retryAfterMs, shouldDisable } from "./retry.ts";
import type { Decision } from "./retry.ts";

const now = Date.UTC(2026, 10, 23, 12, 0, 0);
const answered = (statusCode: number, headers: Record<string, string> = {}): Outcome => ({
  kind: "answered",
  statusCode,
  headers,
  body: "",
  durationMs: 5,
});
const unreachable = (errorClass: FailureClass): Outcome => ({
  kind: "unreachable",
  errorClass,
  detail: "",
  durationMs: 5,
});
const first = { trigger: "scheduled", scheduledCount: 0 } as const;

function waitOf(decision: Decision): number | null {
  return decision.verdict.status === "pending" ? decision.verdict.waitMs : null;
}
const wait = (outcome: Outcome, scheduledCount = 0, jitter = 0.5, schedule = defaultScheduleSeconds): number | null =>
  waitOf(decide(outcome, { trigger: "scheduled", scheduledCount }, schedule, jitter, now));

describe("decide", () => {
  test.each([200, 201, 202, 204, 299])("%i succeeds", (statusCode) => {
    expect(decide(answered(statusCode), first, defaultScheduleSeconds, 0.5, now)).toEqual({
      verdict: { status: "succeeded" },
      effect: "none",
      countsAsFailure: false,
      throttled: false,
    });
  });

  test.each([100, 199, 300, 301, 302, 303, 307, 308, 400, 401, 404, 500, 503, 599])("%i is retried", (statusCode) => {
    expect(wait(answered(statusCode))).toBe(5000);
  });

  test("every kind of not being reached is retried", () => {
    for (const errorClass of [
      "dns",
      "dns_unavailable",
      "refused",
      "reset",
      "tls",
      "address",
      "protocol",
      "request",
      "transformation",
      "internal",
    ] as const)
      expect(wait(unreachable(errorClass))).toBe(5000);
  });

  test("the schedule is followed to its end: eight tries", () => {
    const waits = defaultScheduleSeconds.map((_, made) => wait(answered(500), made));
    expect(waits).toEqual([5000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000]);
    expect(decide(answered(500), { trigger: "scheduled", scheduledCount: 7 }, defaultScheduleSeconds, 0.5, now).verdict).toEqual({
      status: "failed",
    });
  });

  test("an endpoint's own schedule counts, fractions of a second too", () => {
    expect(wait(answered(500), 0, 0.5, [0.25, 3])).toBe(250);
    expect(decide(answered(500), first, [], 0.5, now).verdict).toEqual({ status: "failed" });
  });

  test("jitter spreads the waits by 20 % both ways", () => {
    expect(wait(answered(500), 1, 0)).toBe(240_000);
    expect(wait(answered(500), 1, 1)).toBe(360_000);
  });

  test("a manual attempt that fails is not retried", () => {
    for (const outcome of [answered(500), answered(429), unreachable("timeout")])
      expect(decide(outcome, { trigger: "manual", scheduledCount: 1 }, defaultScheduleSeconds, 0.5, now).verdict).toEqual({
        status: "failed",
      });
    expect(decide(answered(200), { trigger: "manual", scheduledCount: 9 }, defaultScheduleSeconds, 0.5, now).verdict).toEqual({
      status: "succeeded",
    });
  });

  test("410 fails at once and disables the endpoint", () => {
    for (const trigger of ["scheduled", "manual"] as const) {
      const decision = decide(answered(410), { trigger, scheduledCount: 0 }, defaultScheduleSeconds, 0.5, now);
      expect(decision).toMatchObject({ verdict: { status: "failed" }, effect: "disable_gone" });
    }
  });

  test("webhook-delivery: disable", () => {
    const headers = { "webhook-delivery": " Disable " };
    expect(decide(answered(500, headers), first, [5], 0.5, now)).toMatchObject({
      verdict: { status: "failed" },
      effect: "disable_requested",
    });
    expect(decide(answered(200, headers), first, [5], 0.5, now)).toMatchObject({
      verdict: { status: "succeeded" },
      effect: "disable_requested",
    });
  });

  test("webhook-delivery: abort-message", () => {
    const headers = { "webhook-delivery": "abort-message" };
    expect(decide(answered(500, headers), first, [5], 0.5, now)).toMatchObject({
      verdict: { status: "cancelled" },
      effect: "none",
      countsAsFailure: false,
    });
    expect(decide(answered(200, headers), first, [5], 0.5, now)).toMatchObject({ verdict: { status: "succeeded" }, effect: "none" });
  });

  test("any other webhook-delivery says nothing", () => {
    expect(decide(answered(500, { "webhook-delivery": "please" }), first, [5], 0.5, now)).toMatchObject({
      verdict: { status: "pending" },
      effect: "none",
    });
  });

  test("our own faults do not count towards disabling an endpoint", () => {
    const counts = (outcome: Outcome) => decide(outcome, first, [5], 0.5, now).countsAsFailure;
    expect(counts(unreachable("dns_unavailable"))).toBe(false);
    expect(counts(unreachable("internal"))).toBe(false);
    for (const errorClass of ["timeout", "dns", "refused", "reset", "tls", "address", "protocol", "request"] as const)
      expect(counts(unreachable(errorClass))).toBe(true);
    expect(counts(answered(500))).toBe(true);
    expect(counts(answered(302))).toBe(true);
  });

  test("overload and server errors throttle, other failures don't", () => {
    const throttled = (outcome: Outcome) => decide(outcome, first, [5], 0.5, now).throttled;
    for (const outcome of [answered(429), answered(500), answered(502), answered(504), unreachable("timeout")])
      expect(throttled(outcome)).toBe(true);
    for (const outcome of [answered(404), answered(301), unreachable("dns"), unreachable("refused")])
      expect(throttled(outcome)).toBe(false);
  });
});

describe("Retry-After", () => {
  const asking = (text: string, statusCode = 503) => answered(statusCode, { "retry-after": text });

  test("is honoured between one and two times the scheduled wait", () => {
    expect(wait(asking("400"), 1, 0)).toBe(400_000);
    expect(wait(asking("400.5"), 1, 0)).toBe(400_500);
    expect(wait(asking("120"), 1, 0)).toBe(300_000);
    expect(wait(asking("120"), 0, 0)).toBe(10_000);
  });

  test("may be a date in any of the three formats", () => {
    for (const date of ["Mon, 23 Nov 2026 12:06:40 GMT", "Monday, 23-Nov-26 12:06:40 GMT", "Mon Nov 23 12:06:40 2026"])
      expect(retryAfterMs({ "retry-after": date }, now)).toBe(400_000);
    expect(wait(asking("Mon, 23 Nov 2026 12:06:40 GMT"), 1, 0)).toBe(400_000);
    expect(wait(asking("Mon, 23 Nov 2020 12:06:40 GMT"), 1, 0)).toBe(300_000);
  });

  // As Python's formatdate (`-0000`) and PHP's DATE_RFC2822 write it.
  test.each([
    "Mon, 23 Nov 2026 12:06:40 -0000",
    "Mon, 23 Nov 2026 12:06:40 +0000",
    "Mon, 23 Nov 2026 14:06:40 +0200",
    "Mon, 23 Nov 2026 07:06:40 -0500",
    "Mon, 23 Nov 2026 12:06:40 UTC",
  ])("may be the date %j, with the zone that it names", (date) => {
    expect(retryAfterMs({ "retry-after": date }, now)).toBe(400_000);
  });

  // As JavaScript's toISOString, Python's isoformat (without a zone: of a server in UTC), .NET's "o" and Ruby's to_s write it.
  test.each([
    "2026-11-23T12:06:40Z",
    "2026-11-23T12:06:40.000Z",
    "2026-11-23T12:06:40.0000000Z",
    "2026-11-23T14:06:40+02:00",
    "2026-11-23T07:06:40-0500",
    "2026-11-23T12:06:40.000000",
    "2026-11-23 12:06:40 UTC",
    "2026-11-23 12:06:40 +0000",
  ])("may be the moment %j, though HTTP does not have it so", (moment) => {
    expect(retryAfterMs({ "retry-after": moment }, now)).toBe(400_000);
  });

  test.each([
    "",
    "-5",
    "NaN",
    "1e308",
    "Infinity",
    "soon",
    "0x10",
    "1,2",
    "Mon, 99 Foo 2026 99:99:99 GMT",
    "12 apples",
    "2026-11-23",
    "2026-99-23T12:06:40Z",
    "2026-11-23T12:06:40Z or so",
  ])("of %j is nonsense and asks for nothing", (text) => {
    expect(wait(asking(text), 1, 0)).toBe(300_000);
  });

  test.each(["315360000", "9".repeat(400), "Sun, 23 Nov 2036 12:00:00 GMT"])("of %s waits twice the scheduled wait", (text) => {
    expect(wait(asking(text), 1)).toBe(600_000);
  });

  test("whatever it holds, a wait is finite and between one and two times the scheduled one", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (text, jitter) => {
          const waited = wait(asking(text), 1, jitter);
          expect(waited).toBeGreaterThanOrEqual(300_000);
          expect(waited).toBeLessThanOrEqual(600_000);
        },
      ),
    );
  });
});

test("429 and timeouts wait at least 60 s, spread as well", () => {
  for (const outcome of [answered(429), answered(429, { "retry-after": "1" }), unreachable("timeout")]) {
    expect(wait(outcome, 0, 0)).toBe(60_000);
    expect(wait(outcome, 0, 1)).toBe(72_000);
    expect(wait(outcome, 1, 0.5)).toBeGreaterThanOrEqual(300_000);
  }
});

describe("an endpoint that fails is given up", () => {
  const givenUp = { trigger: "scheduled", verdict: { status: "failed" } } as const;

  test("after five days", () => {
    expect(disableAfterMs).toBe(432_000_000);
    expect(shouldDisable(disableAfterMs - 1, givenUp)).toBe(false);
    expect(shouldDisable(disableAfterMs, givenUp)).toBe(true);
    expect(shouldDisable(0, givenUp)).toBe(false);
  });

  test("with a delivery that is given up: not while one may still get through, and not by a resend", () => {
    const retried = { trigger: "scheduled", verdict: { status: "pending", waitMs: 5_000 } } as const;
    const resent = { trigger: "manual", verdict: { status: "failed" } } as const;
    const aborted = { trigger: "scheduled", verdict: { status: "cancelled" } } as const;
    for (const last of [retried, resent, aborted]) expect(shouldDisable(10 * disableAfterMs, last)).toBe(false);
  });
});

test("an outcome's error class", () => {
  expect(errorClassOf(answered(204))).toBeNull();
  expect(errorClassOf(answered(302))).toBe("status");
  expect(errorClassOf(unreachable("tls"))).toBe("tls");
  expect(isSuccess(unreachable("tls"))).toBe(false);
});

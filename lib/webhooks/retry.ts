/** What happens to a delivery, and to its endpoint, after an attempt. */
import { jittered, jitterShare } from "../words/retryWaits.ts";
import { isSuccess } from "./outcome.ts";
import type { FailureClass, Outcome } from "./outcome.ts";

/** Waits before the second, third… try; decimals allowed. */
export const defaultScheduleSeconds: readonly number[] = [5, 300, 1800, 7200, 18_000, 36_000, 36_000];

export type Verdict = { status: "succeeded" } | { status: "failed" } | { status: "pending"; waitMs: number } | { status: "cancelled" };

export type EndpointEffect = "none" | "disable_gone" | "disable_requested";

export type Decision = {
  verdict: Verdict;
  effect: EndpointEffect;
  /** Whether the endpoint is to blame, so that it counts towards disabling it. */
  countsAsFailure: boolean;
  /** Whether the endpoint should get less at a time for a while. */
  throttled: boolean;
};

export type MadeAttempt = {
  trigger: "scheduled" | "manual";
  /** Scheduled attempts made before this one: the position in the schedule. */
  scheduledCount: number;
};

/** Retry at least this late after a 429 or a timeout. */
const overloadedWaitMs = 60_000;

/**
 * Standard Webhooks: 2xx succeeds and everything else fails, redirects included; 410 disables the endpoint. The
 * response header `webhook-delivery` may say `disable` (the endpoint) or `abort-message` (this delivery). A manual
 * attempt is never retried. `jitter` is from 0 to 1, `nowMs` what a Retry-After date is compared with.
 */
export function decide(
  outcome: Outcome,
  attempt: MadeAttempt,
  scheduleSeconds: readonly number[],
  jitter: number,
  nowMs: number,
): Decision {
  const wish = outcome.kind === "answered" ? outcome.headers["webhook-delivery"]?.trim().toLowerCase() : undefined;
  if (isSuccess(outcome)) {
    const effect = wish === "disable" ? "disable_requested" : "none";
    return { verdict: { status: "succeeded" }, effect, countsAsFailure: false, throttled: false };
  }
  const statusCode = outcome.kind === "answered" ? outcome.statusCode : null;
  const countsAsFailure = outcome.kind === "answered" || endpointIsToBlame[outcome.errorClass];
  const throttled = isOverloaded(outcome) || (statusCode !== null && statusCode >= 500) || isFailedPreparation(outcome);

  if (statusCode === 410) return { verdict: { status: "failed" }, effect: "disable_gone", countsAsFailure, throttled };
  if (wish === "disable") return { verdict: { status: "failed" }, effect: "disable_requested", countsAsFailure, throttled };
  if (wish === "abort-message") return { verdict: { status: "cancelled" }, effect: "none", countsAsFailure: false, throttled };

  const scheduledSeconds = scheduleSeconds[attempt.scheduledCount];
  if (attempt.trigger === "manual" || scheduledSeconds === undefined)
    return { verdict: { status: "failed" }, effect: "none", countsAsFailure, throttled };
  return {
    verdict: { status: "pending", waitMs: waitMs(outcome, scheduledSeconds, jitter, nowMs) },
    effect: "none",
    countsAsFailure,
    throttled,
  };
}

/**
 * Whether an endpoint whose attempts have all failed for so long is given up: only with a delivery that is. Where little is sent, the
 * failure before lies weeks back, and a first try that fails by accident would take the delivery its others. A resend has no others.
 */
export const shouldDisable = (
  failingForMs: number,
  { trigger, verdict }: Pick<MadeAttempt, "trigger"> & Pick<Decision, "verdict">,
): boolean => failingForMs >= disableAfterMs && trigger === "scheduled" && verdict.status === "failed";

/** How far the first failure since an endpoint's last success and the newest one are apart at least. */
export const disableAfterMs = 5 * 24 * 60 * 60 * 1000;

/**
 * Between those two it must have failed once more, so long before the newest: where little is sent and seldom tried, a minute in which the
 * receiver was restarted this week, and one last week, are all that there is.
 */
export const failedBeforeMs = 12 * 60 * 60 * 1000;

/**
 * What a Retry-After header asks for (RFC 9110, section 10.2.3): seconds, or an HTTP date, with a numeric zone too; or a moment
 * as ISO 8601 has it, which some APIs document and some frameworks' dates are written as. Null: no such header. Nonsense asks for
 * 0, a number too large for a double for Infinity.
 */
export function retryAfterMs(headers: Record<string, string>, nowMs: number): number | null {
  const text = headers["retry-after"]?.trim();
  if (text === undefined) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const moment = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(Z|UTC|GMT|[+-]\d\d:?\d\d)?$/.exec(text);
  if (moment !== null) return untilMs(`${moment[1]}T${moment[2]}${zoneOf(moment[3])}`, nowMs);
  if (!/^[A-Z][a-z]{2,8},? [\d A-Za-z:+-]{1,40}$/.test(text)) return 0;
  // The oldest of the three formats (asctime) names no zone, and means GMT as the others do; mail's writes `+0200`.
  return untilMs(/(GMT| [+-]\d{4})$/.test(text) ? text : `${text} GMT`, nowMs);
}

function untilMs(date: string, nowMs: number): number {
  const at = Date.parse(date);
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs);
}

/** `+0200` becomes `+02:00`. Without a zone it is UTC, in which servers keep their time. */
const zoneOf = (zone = "Z"): string => (/^[+-]/.test(zone) ? zone.replace(/^(...):?/, "$1:") : "Z");

function waitMs(outcome: Outcome, scheduledSeconds: number, jitter: number, nowMs: number): number {
  const scheduledMs = scheduledSeconds * 1000;
  const asked = outcome.kind === "answered" ? retryAfterMs(outcome.headers, nowMs) : null;
  const wait =
    asked === null
      ? jittered(scheduledMs, jitter)
      : // Never before the moment asked for, and never later than twice the scheduled wait.
        Math.min(Math.max(asked, scheduledMs) * (1 + jitterShare * jitter), 2 * scheduledMs);
  const floor = isOverloaded(outcome) ? overloadedWaitMs * (1 + jitterShare * jitter) : 0;
  return Math.round(Math.max(wait, floor));
}

const isOverloaded = (outcome: Outcome): boolean =>
  outcome.kind === "answered" ? outcome.statusCode === 429 : outcome.errorClass === "timeout";

// The preparation of a request (its transformation, its token) may take all the time that it is given.
const isFailedPreparation = (outcome: Outcome): boolean =>
  outcome.kind === "unreachable" && (outcome.errorClass === "transformation" || outcome.errorClass === "authentication");

const endpointIsToBlame: Record<FailureClass, boolean> = {
  timeout: true,
  dns: true,
  dns_unavailable: false,
  refused: true,
  reset: true,
  tls: true,
  address: true,
  protocol: true,
  request: true,
  proxy: false,
  authentication: true,
  transformation: true,
  internal: false,
};

/** Classes of errors that count towards disabling an endpoint. */
export const blamedClasses: readonly string[] = [
  "status",
  ...Object.entries(endpointIsToBlame).flatMap(([errorClass, isToBlame]) => (isToBlame ? [errorClass] : [])),
];

/**
 * How fast a replay goes that begins slowly: faster as long as the endpoint takes what it is sent, slower when it fails.
 * An endpoint that has just come back is not flooded with all that it missed.
 */
import type { EndpointHealth } from "../db/sql/figures/endpointHealth.ts";

/** Deliveries a second. */
const lowestPacePerSecond = 1;
const highestPacePerSecond = 1_000;
const growthFactor = 1.5;
/** A replay goes slower when more than this share of the attempts fail. */
const toleratedFailureShare = 0.1;

/** The pace of the next second. `pace`: that of the second that has passed. `hold`: queue nothing more until what was queued is sent. */
export function nextPace(pace: number, { waiting, attempts, failed }: EndpointHealth): { pace: number; hold: boolean } {
  const isFailing = attempts > 0 && failed / attempts > toleratedFailureShare;
  const next = isFailing
    ? Math.max(lowestPacePerSecond, pace / 2)
    : waiting > pace
      ? pace
      : Math.min(highestPacePerSecond, pace * growthFactor);
  return { pace: next, hold: waiting > 2 * next };
}

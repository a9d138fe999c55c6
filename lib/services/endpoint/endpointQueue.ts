/** What waits for an endpoint, how fast it goes, and why. */
import type { Actor } from "../../actor.ts";
import type { EndpointQueueOut } from "../../contract/endpointStats.ts";
import { type Queue, readQueue, readRecentAttempts, readThrottled, type RecentAttempts } from "../../db/sql/figures/endpointQueue.ts";
import type { QueueState } from "../../words/queueState.ts";
import { endpointOf } from "../shared/scope.ts";

const countedTo = 10_000;
const attemptsSeen = 5_000;
const minuteSeconds = 60;

export async function get(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<EndpointQueueOut> {
  const { application, endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const [queue, recent, throttled] = await Promise.all([
    readQueue(endpoint.id, countedTo + 1),
    readRecentAttempts(endpoint.id, attemptsSeen),
    readThrottled([endpoint.id, application.id]),
  ]);
  const waitMs = (id: string): number => throttled.find((one) => one.id === id)?.untilMs ?? 0;
  return {
    state: stateOf({
      queue,
      recent,
      isDisabled: endpoint.disabledAt !== null,
      throttledMs: Math.max(waitMs(endpoint.id), waitMs(application.id)),
    }),
    due: counted(queue.due),
    oldestDueAt: queue.oldestDueAt?.toISOString() ?? null,
    held: counted(queue.held),
    later: counted(queue.later),
    nextAt: queue.nextAt?.toISOString() ?? null,
    inLine: counted(queue.lined),
    attemptsPerSecond: rounded(recent.attempts / minuteSeconds),
    // Little's law: how many are under way is how many come, times how long each stays.
    concurrency: rounded((recent.attempts / minuteSeconds) * (recent.meanMs / 1000)),
    medianMs: recent.medianMs,
    throttle: { endpoint: endpoint.throttleRate, application: application.throttleRate },
  };
}

const counted = (count: number) => ({ count: Math.min(count, countedTo), capped: count > countedTo });
const rounded = (value: number): number => Math.round(value * 100) / 100;

const slowMs = 1_000;
/** Turns are taken up to 0.4 s ahead also where nothing has to wait. */
const throttledFromMs = 400;
const timeoutsUntilPause = 5;
const overloadedShare = 0.1;

export type Signs = { queue: Queue; recent: RecentAttempts; isDisabled: boolean; throttledMs: number };

export function stateOf({ queue, recent, isDisabled, throttledMs }: Signs): QueueState {
  const isWaiting = queue.due + queue.held > 0;
  if (isDisabled) return "disabled";
  if (!isWaiting && queue.lined + queue.later === 0) return "idle";
  if (isWaiting && throttledMs > throttledFromMs) return "throttled";
  if (recent.timedOut >= timeoutsUntilPause && recent.timedOut === recent.attempts) return "paused";
  if (isWaiting && recent.attempts > 0 && recent.overloaded / recent.attempts >= overloadedShare) return "overloaded";
  if (isWaiting && (recent.medianMs ?? 0) > slowMs) return "slow";
  if (queue.lined > 0) return "ordered";
  return isWaiting ? "flowing" : "retrying";
}

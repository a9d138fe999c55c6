/**
 * Rate limits of callers, held in memory: GCRA, the token bucket that is one number a caller. Processes of one machine tell
 * each other what was spent, so that in the long run they allow what one would; within a moment, each its own burst.
 * A bucket holds what may be asked in a second, and refills steadily. A request costs one look into a map, whatever the
 * others do. The headers are those of draft-ietf-httpapi-ratelimit-headers-10.
 */
import { LRUCache } from "lru-cache";
import { siblings } from "./siblings.ts";
import { singleton } from "./singleton.ts";

/** Who is counted, and how many requests a second it may make. */
export type Quota = { id: string; perSecond: number };

export type Spent = {
  allowed: boolean;
  /** How many more requests may follow at once. */
  remaining: number;
  /** Milliseconds until the next request may follow; 0: now. */
  waitMs: number;
};

const windowMs = 1_000;
/** A bucket is full again after a second without requests, so that one which is dropped has lost nothing by then. */
const maximumBuckets = 100_000;

/** When the bucket is full again: the "theoretical arrival time" of GCRA. */
type Bucket = { fullAtMs: number };

export class RateLimiter {
  readonly #buckets = new LRUCache<string, Bucket>({ max: maximumBuckets });
  /** What was spent since it was last taken, in milliseconds of a bucket; null: nobody takes it. */
  #untold: Map<string, number> | null = null;

  /** Counts a request, if the quota allows it. `nowMs`: of a clock that never goes back. */
  spend({ id, perSecond }: Quota, nowMs: number): Spent {
    const bucket = this.#buckets.get(id);
    const costMs = windowMs / perSecond;
    const fullAtMs = Math.max(bucket?.fullAtMs ?? 0, nowMs) + costMs;
    const roomMs = nowMs + windowMs - fullAtMs;
    // A rounding error must not cost the last request of a full bucket.
    if (roomMs < -costMs * tolerance) return { allowed: false, remaining: 0, waitMs: -roomMs };
    if (bucket === undefined) this.#buckets.set(id, { fullAtMs });
    else bucket.fullAtMs = fullAtMs;
    this.#untold?.set(id, (this.#untold.get(id) ?? 0) + costMs);
    return { allowed: true, remaining: Math.floor(roomMs / costMs + tolerance), waitMs: 0 };
  }

  /** Milliseconds until the quota allows a request, of which nothing is counted; 0: now. */
  waitOf({ id, perSecond }: Quota, nowMs: number): number {
    const costMs = windowMs / perSecond;
    const roomMs = nowMs + windowMs - Math.max(this.#buckets.get(id)?.fullAtMs ?? 0, nowMs) - costMs;
    return roomMs < -costMs * tolerance ? -roomMs : 0;
  }

  /** What was spent here since the last call. The first call answers nothing. */
  takeSpent(): [id: string, costMs: number][] {
    const spent = [...(this.#untold ?? [])];
    this.#untold = new Map();
    return spent;
  }

  /** Counts what was spent elsewhere, and can't be refused any more. */
  charge(spent: readonly [id: string, costMs: number][], nowMs: number): void {
    for (const [id, costMs] of spent) {
      const bucket = this.#buckets.get(id);
      const fullAtMs = Math.max(bucket?.fullAtMs ?? 0, nowMs) + costMs;
      if (bucket === undefined) this.#buckets.set(id, { fullAtMs });
      else bucket.fullAtMs = fullAtMs;
    }
  }
}

const tolerance = 1e-6;
const toldEveryMs = 100;

export const rateLimiter = (): RateLimiter => singleton("rateLimiter", () => sharedWithSiblings(new RateLimiter()));

function sharedWithSiblings(limiter: RateLimiter): RateLimiter {
  const { count, tell, hear } = siblings();
  if (count === 1) return limiter;
  limiter.takeSpent();
  hear("rates", (spent) => limiter.charge(spent as [string, number][], performance.now()));
  setInterval(() => {
    const spent = limiter.takeSpent();
    if (spent.length > 0) tell("rates", spent);
  }, toldEveryMs).unref();
  return limiter;
}

/** The RateLimit headers of an answer. `t`: whole seconds until the quota is whole again. */
export const rateLimitHeaders = ({ perSecond }: Quota, { remaining }: Spent): Record<string, string> => ({
  "ratelimit-policy": `"second";q=${perSecond};w=1`,
  ratelimit: `"second";r=${remaining};t=1`,
});

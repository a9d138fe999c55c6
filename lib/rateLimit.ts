/**
 * Rate limits of callers, held by each process in its own memory: GCRA, the token bucket that is one number a caller.
 * A bucket holds what may be asked in a second, and refills steadily. A request costs one look into a map, whatever the
 * others do. The headers are those of draft-ietf-httpapi-ratelimit-headers-10.
 */
import { LRUCache } from "lru-cache";
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
    return { allowed: true, remaining: Math.floor(roomMs / costMs + tolerance), waitMs: 0 };
  }
}

const tolerance = 1e-6;

export const rateLimiter = (): RateLimiter => singleton("rateLimiter", () => new RateLimiter());

/** The RateLimit headers of an answer. `t`: whole seconds until the quota is whole again. */
export const rateLimitHeaders = ({ perSecond }: Quota, { remaining }: Spent): Record<string, string> => ({
  "ratelimit-policy": `"second";q=${perSecond};w=1`,
  ratelimit: `"second";r=${remaining};t=1`,
});

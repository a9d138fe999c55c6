/**
 * How much an endpoint gets at a time. It grows with good answers and halves when the endpoint shows that it has too
 * much, as TCP does it; an endpoint that keeps everyone waiting is only probed.
 */
const startAttempts = 10;
const minAttempts = 2;
const maxAttempts = 100;
/** Answers that take so long make an endpoint count as slow. */
export const slowMs = 1_000;
/** The answer time assumed for an endpoint that has not answered yet. */
const unprovenMs = 200;
const timeoutsBeforePause = 5;
/** One failure may be the message's fault; so many in a row are the endpoint's. Where nothing has ever succeeded, one says enough. */
const failuresBeforeFailing = { proven: 3, never: 1 };
const firstPauseMs = 500;
const maxPauseMs = 10_000;

export type Answer = {
  /** performance.now() */
  startedMs: number;
  durationMs: number;
  /** Whether the endpoint asked for less, or failed under load. */
  throttled: boolean;
  timedOut: boolean;
  /** Whether the attempt failed, for whatever reason. */
  failed: boolean;
};

export class Pacing {
  #limit = startAttempts;
  /** A limit that was fine once: below it the limit grows quickly. */
  #knownGood = maxAttempts;
  #lastHalvedMs = -Infinity;
  #averageMs: number | null = null;
  #timeoutsInARow = 0;
  #failuresInARow = 0;
  #hasSucceeded = false;
  #pauseMs = 0;
  #pausedUntilMs = -Infinity;
  #hanging = false;

  /** How many attempts may be under way at the same time now. 0: paused, until `pausedUntilMs`. */
  limit(nowMs: number): number {
    if (this.#pauseMs === 0) return Math.floor(this.#limit);
    // Half open: one attempt finds out.
    return nowMs < this.#pausedUntilMs ? 0 : 1;
  }

  get pausedUntilMs(): number {
    return this.#pausedUntilMs;
  }

  /** `unproven`: nothing has been answered yet. `failing`: it answers soon, or refuses, but nothing succeeds. */
  get pace(): "fast" | "unproven" | "failing" | "slow" {
    if (this.#hanging || (this.#averageMs ?? 0) > slowMs) return "slow";
    if (this.#failuresInARow >= failuresBeforeFailing[this.#hasSucceeded ? "proven" : "never"]) return "failing";
    return this.#averageMs === null ? "unproven" : "fast";
  }

  /** How many deliveries it makes sense to hold: about a second's worth. */
  appetite(nowMs: number): number {
    const answersMs = this.#hanging ? slowMs : (this.#averageMs ?? unprovenMs);
    return Math.min(1_000, Math.ceil(this.limit(nowMs) * Math.min(20, Math.max(1, 1_000 / answersMs))));
  }

  /** An attempt under way has taken longer than `slowMs`. */
  hangs(): void {
    this.#hanging = true;
  }

  /** Adapts to an answer. `busy`: as much was under way as the limit allowed, so more might be fine. */
  answered(answer: Answer, busy: boolean, nowMs: number): void {
    this.#averageMs = this.#averageMs === null ? answer.durationMs : this.#averageMs * 0.8 + answer.durationMs * 0.2;
    if (answer.durationMs < slowMs) this.#hanging = false;
    this.#hasSucceeded ||= !answer.failed;
    this.#failuresInARow = answer.failed ? this.#failuresInARow + 1 : 0;
    this.#breaker(answer, nowMs);
    if (answer.throttled || answer.timedOut) this.#halve(answer.startedMs, nowMs);
    else if (busy) this.#limit = Math.min(maxAttempts, this.#limit + (this.#limit < this.#knownGood ? 1 : 1 / this.#limit));
  }

  #breaker(answer: Answer, nowMs: number): void {
    if (!answer.timedOut) {
      this.#timeoutsInARow = 0;
      this.#pauseMs = 0;
      return;
    }
    this.#timeoutsInARow++;
    if (this.#timeoutsInARow < timeoutsBeforePause) return;
    // Attempts that were under way when the pause began say nothing new.
    if (this.#pauseMs > 0 && answer.startedMs < this.#pausedUntilMs) return;
    this.#pauseMs = Math.min(maxPauseMs, Math.max(firstPauseMs, this.#pauseMs * 2));
    this.#pausedUntilMs = nowMs + this.#pauseMs;
    this.#limit = minAttempts;
  }

  /** Halves the limit, once for all attempts that were under way together. */
  #halve(startedMs: number, nowMs: number): void {
    if (startedMs < this.#lastHalvedMs) return;
    this.#lastHalvedMs = nowMs;
    this.#limit = Math.max(minAttempts, this.#limit / 2);
    this.#knownGood = this.#limit;
  }
}

/** A pace of at most `rate` a second in this process, with a little room for bursts. */
export class Rate {
  #allowedAtMs = -Infinity;
  #spacingMs: number;
  #burstMs: number;

  constructor(perSecond: number) {
    this.#spacingMs = 1_000 / perSecond;
    this.#burstMs = Math.max(0, 100 - this.#spacingMs);
  }

  set(perSecond: number): void {
    this.#spacingMs = 1_000 / perSecond;
    this.#burstMs = Math.max(0, 100 - this.#spacingMs);
  }

  /** Milliseconds until the next one may go; 0: now. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#allowedAtMs - this.#burstMs - nowMs);
  }

  take(nowMs: number): void {
    this.#allowedAtMs = Math.max(nowMs, this.#allowedAtMs) + this.#spacingMs;
  }
}

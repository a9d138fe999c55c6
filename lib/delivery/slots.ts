/**
 * How many attempts may be under way at the same time. Attempts that have turned out to hang leave the slots of the moving
 * ones for their own few: a hundred hung endpoints cost the others a second, once.
 */
import type { Kind, Pace } from "./lane.ts";

/** All attempts, because sockets and memory are finite. Beyond `movingSlots` and `slowSlots` there is room for those that turned out to hang. */
const allSlots = 1_024;
const movingSlots = 256;
/** The part of `movingSlots` that endpoints may take which have not answered yet. */
const unprovenSlots = movingSlots / 2;
/** The part of `movingSlots` for endpoints where everything fails: whoever fails at once would take them all, time and again. */
const failingSlots = movingSlots / 4;
/** Attempts started for endpoints known to be slow, beside the moving ones: well below a fifth of all. */
const slowSlots = 128;
/** The most that one kind may take, which leaves the rest to the other. */
const slotsByKind = { first: movingSlots - 32, retry: movingSlots / 2 };

export class Slots {
  readonly #byPace = { fast: 0, unproven: 0, failing: 0, slow: 0 };
  readonly #byKind = { first: 0, retry: 0 };

  get used(): number {
    return this.#moving + this.#byPace.slow;
  }

  get #moving(): number {
    return this.#byPace.fast + this.#byPace.unproven + this.#byPace.failing;
  }

  isFree(pace: Pace): boolean {
    if (this.used >= allSlots) return false;
    if (pace === "slow") return this.#byPace.slow < slowSlots;
    if (this.#moving >= movingSlots) return false;
    return pace === "fast" || this.#byPace[pace] < (pace === "unproven" ? unprovenSlots : failingSlots);
  }

  /** Whether a kind has a slot free. Slow attempts are few already, and not counted by kind. */
  isFreeFor(kind: Kind, pace: Pace): boolean {
    return pace === "slow" || this.#byKind[kind] < slotsByKind[kind];
  }

  take(kind: Kind, pace: Pace): void {
    this.#byPace[pace]++;
    if (pace !== "slow") this.#byKind[kind]++;
  }

  release(kind: Kind, pace: Pace): void {
    this.#byPace[pace]--;
    if (pace !== "slow") this.#byKind[kind]--;
  }
}

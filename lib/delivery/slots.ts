/**
 * How many attempts may be under way at the same time. Attempts that have turned out to hang leave the slots of the moving
 * ones for their own few, and those of one environment leave a few to each other: a thousand hung endpoints cost others nothing.
 */
import type { Kind, Pace } from "./lane.ts";

/** All attempts, because sockets and memory are finite. Beyond `movingSlots` and those of the slow there is room for those that turned out to hang. */
const allSlots = 1_024;
const movingSlots = 256;
/** The most that all may take which do not answer soon, or not yet: the rest is for those that do. */
const hangingSlots = allSlots - movingSlots;
const slotsByPace = {
  /** The part of `movingSlots` that endpoints may take which have not answered yet. */
  unproven: movingSlots / 2,
  /** The part of `movingSlots` for endpoints where everything fails: whoever fails at once would take them all, time and again. */
  failing: movingSlots / 4,
  /** Attempts started for endpoints known to be slow, beside the moving ones: well below a fifth of all. */
  slow: 128,
};
/** An environment that has fewer attempts of a pace under way has the spare ones too: another's, however many hang, leave it these. */
const few = 4;
const spareSlots = 32;
/** The most that one kind may take, which leaves the rest to the other. */
const slotsByKind = { first: movingSlots - 32, retry: movingSlots / 2 };

/** The paces whose slots environments share. */
export type SharedPace = keyof typeof slotsByPace;

export class Slots {
  readonly #byPace = { fast: 0, unproven: 0, failing: 0, slow: 0 };
  readonly #byKind = { first: 0, retry: 0 };
  readonly #ofEnvironment: Record<SharedPace, Map<string, number>> = { unproven: new Map(), failing: new Map(), slow: new Map() };

  get used(): number {
    return this.#byPace.fast + this.#hanging;
  }

  get #hanging(): number {
    return this.#byPace.unproven + this.#byPace.failing + this.#byPace.slow;
  }

  /** Those that move, without what is spare. */
  get #moving(): number {
    const { fast, unproven, failing } = this.#byPace;
    return fast + Math.min(unproven, slotsByPace.unproven) + Math.min(failing, slotsByPace.failing);
  }

  /** Whether some environment may have one more. */
  isFree(pace: Pace): boolean {
    if (pace === "fast") return this.used < allSlots && this.#moving < movingSlots;
    return this.#isFree(pace, spareSlots);
  }

  isFreeTo(environmentId: string, pace: SharedPace): boolean {
    return this.#isFree(pace, (this.#ofEnvironment[pace].get(environmentId) ?? 0) < few ? spareSlots : 0);
  }

  #isFree(pace: SharedPace, spare: number): boolean {
    if (this.#hanging >= hangingSlots + spare) return false;
    // What turned out to hang is counted here too, beyond what may start.
    if (pace === "slow") return spare > 0 || this.#byPace.slow < slotsByPace.slow;
    return (spare > 0 || this.#moving < movingSlots) && this.#byPace[pace] < slotsByPace[pace] + spare;
  }

  /** Whether a kind has a slot free. Slow attempts are few already, and not counted by kind. */
  isFreeFor(kind: Kind, pace: Pace): boolean {
    return pace === "slow" || this.#byKind[kind] < slotsByKind[kind];
  }

  take(kind: Kind, pace: Pace, environmentId: string): void {
    this.#count(kind, pace, environmentId, 1);
  }

  release(kind: Kind, pace: Pace, environmentId: string): void {
    this.#count(kind, pace, environmentId, -1);
  }

  #count(kind: Kind, pace: Pace, environmentId: string, change: 1 | -1): void {
    this.#byPace[pace] += change;
    if (pace !== "slow") this.#byKind[kind] += change;
    if (pace === "fast") return;
    const counts = this.#ofEnvironment[pace];
    const count = (counts.get(environmentId) ?? 0) + change;
    if (count === 0) counts.delete(environmentId);
    else counts.set(environmentId, count);
  }
}

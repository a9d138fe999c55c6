/**
 * What may be under way at the same time. Attempts that have turned out to hang leave the slots of those that move,
 * and keep only their own few: a hundred hung endpoints cost the others a second, once.
 */
import type { Kind, Pace } from "./lane.ts";

/** Sockets and payloads are finite. What has turned out to hang while under way fills the difference. */
const altogether = 1_024;
const moving = 256;
/** Of the moving ones, for endpoints that have not answered yet. */
const unproven = moving / 2;
/** Beside the moving ones, and well below a fifth of all: what is started for endpoints known to be slow. */
const slow = 128;
/** Each kind leaves this share to the other. */
const perKind = { first: moving - 32, retry: moving / 2 };

export class Slots {
  readonly #byPace = { fast: 0, unproven: 0, slow: 0 };
  readonly #byKind = { first: 0, retry: 0 };

  get used(): number {
    return this.#byPace.fast + this.#byPace.unproven + this.#byPace.slow;
  }

  isFree(pace: Pace): boolean {
    if (this.used >= altogether) return false;
    if (pace === "slow") return this.#byPace.slow < slow;
    if (this.#byPace.fast + this.#byPace.unproven >= moving) return false;
    return pace === "fast" || this.#byPace.unproven < unproven;
  }

  /** Of attempts to endpoints that move; slow ones are few already. */
  isFreeFor(kind: Kind, pace: Pace): boolean {
    return pace === "slow" || this.#byKind[kind] < perKind[kind];
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

/**
 * Rates of endpoints and applications, kept by all processes together: each takes turns from the database, a slice at a
 * time, and starts nothing without one. A turn is a moment; if it is missed, it is lost.
 */
import type { Turns, TurnsWanted } from "../db/sql/hot/throttle.ts";
import { Rate } from "./pacing.ts";
import { warnOfFailure } from "../outage.ts";

/** The length of a slice: the longer, the fewer statements; the shorter, the fewer turns are lost with a killed process. */
export const sliceSeconds = 0.4;
/** How late a turn may still be taken; or by the time between two turns, if that is more. */
const lapseMs = 200;
const failedMs = 500;

export type Reserve = (wanted: TurnsWanted[]) => Promise<Map<string, Turns>>;

/** `wanted`: how many attempts could start soon; turns already held are subtracted later. */
export type Ask = { limit: Limit; wanted: number };

type Run = { atMs: number; left: number };

export class Limit {
  readonly id: string;
  #perSecond: number;
  /** This process's own pace: turns that are taken late must not come in a burst. */
  #own: Rate;
  #runs: Run[] = [];
  #held = 0;
  /** Raised when the turns that are on their way are no longer wanted. */
  generation = 0;
  asked = false;

  constructor(id: string, perSecond: number) {
    this.id = id;
    this.#perSecond = perSecond;
    this.#own = new Rate(perSecond);
  }

  /** Sets the rate. Turns that were given at another one are void. */
  set(perSecond: number): void {
    if (perSecond === this.#perSecond) return;
    this.generation++;
    this.#adopt(perSecond);
  }

  /** How many turns there are in so many seconds. */
  within(seconds: number): number {
    return Math.max(1, Math.ceil(this.#perSecond * seconds));
  }

  /** Whether more turns should be asked for. */
  get isLow(): boolean {
    return !this.asked && this.#held <= this.within(sliceSeconds / 2);
  }

  get held(): number {
    return this.#held;
  }

  /** Milliseconds until the next turn. 0: now. Infinity: there is none. */
  waitMs(nowMs: number): number {
    this.#dropMissed(nowMs);
    const [next] = this.#runs;
    return next === undefined ? Infinity : Math.max(0, next.atMs - nowMs, this.#own.waitMs(nowMs));
  }

  take(nowMs: number): void {
    this.#own.take(nowMs);
    this.#leave();
  }

  give(atMs: number, count: number, perSecond: number | null): void {
    if (perSecond !== null && perSecond !== this.#perSecond) this.#adopt(perSecond);
    this.#runs.push({ atMs, left: count });
    this.#held += count;
  }

  #adopt(perSecond: number): void {
    this.#perSecond = perSecond;
    this.#own = new Rate(perSecond);
    this.#runs = [];
    this.#held = 0;
  }

  get #spacingMs(): number {
    return 1_000 / this.#perSecond;
  }

  #dropMissed(nowMs: number): void {
    const lastMs = nowMs - Math.max(lapseMs, this.#spacingMs);
    while (this.#runs[0] !== undefined && this.#runs[0].atMs < lastMs) this.#leave();
  }

  #leave(): void {
    const [run] = this.#runs;
    if (run === undefined) return;
    this.#held--;
    run.left--;
    run.atMs += this.#spacingMs;
    if (run.left === 0) this.#runs.shift();
  }
}

type Asked = TurnsWanted & { limit: Limit; generation: number };

/** Asks the database for turns: for many limits with one statement, one statement at a time. */
export class Limits {
  readonly #reserve: Reserve;
  readonly #given: (ids: string[]) => void;
  #asks: Asked[] = [];
  #running = false;
  #closed = false;

  constructor(reserve: Reserve, given: (ids: string[]) => void) {
    this.#reserve = reserve;
    this.#given = given;
  }

  /** Asks for turns, except for limits that have enough or have asked already. */
  ask(asks: Ask[]): void {
    for (const { limit, wanted } of asks) {
      const count = Math.min(wanted, limit.within(sliceSeconds)) - limit.held;
      if (!limit.isLow || count <= 0) continue;
      limit.asked = true;
      this.#asks.push({ id: limit.id, count, limit, generation: limit.generation });
    }
    if (this.#asks.length > 0 && !this.#running && !this.#closed) void this.#run();
  }

  close(): void {
    this.#closed = true;
  }

  async #run(): Promise<void> {
    this.#running = true;
    // All that is asked for in this turn of the event loop shares the statement.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#asks.length > 0 && !this.#closed) {
      const asks = this.#asks.splice(0);
      try {
        this.#give(asks, await this.#reserve(asks.map(({ id, count }) => ({ id, count }))));
      } catch (error) {
        warnOfFailure("delivery.turns_failed", error);
        await new Promise((resolve) => setTimeout(resolve, failedMs));
        for (const { limit } of asks) limit.asked = false;
      }
      if (!this.#closed) this.#given(asks.map(({ id }) => id));
    }
    this.#running = false;
  }

  #give(asks: Asked[], turns: Map<string, Turns>): void {
    const nowMs = performance.now();
    for (const { id, limit, count, generation } of asks) {
      limit.asked = false;
      const given = turns.get(id);
      if (given !== undefined && generation === limit.generation) limit.give(nowMs + given.inMs, count, given.perSecond);
    }
  }
}

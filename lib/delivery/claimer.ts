/**
 * Claims due deliveries: retries, those scheduled for later, and those whose lease has run out. It goes by days of messages,
 * each with its own moment to look again: at once when something is known to be due, and otherwise often enough that
 * nothing is missed without being told.
 */
import { databaseNowMs } from "../db/clock.ts";
import { listDays } from "../db/partitions.ts";
import { claim, type Claimed } from "../db/sql/hot/claim.ts";
import { dayOf } from "../db/sql/hot/keys.ts";
import { env } from "../env.ts";
import { newLeaseId } from "../ids.ts";
import { metrics } from "../metrics.ts";
import type { Lane } from "./lane.ts";
import { dayMs } from "../words/duration.ts";
import { warnOfFailure } from "../outage.ts";

export type ClaimerEvents = {
  lanes: () => Iterable<Lane>;
  /** Deliveries for which there is room at all. */
  room: () => number;
  /** Whether deliveries are on their way here that were accepted a moment ago. */
  isBusy: () => boolean;
  /** Takes in what was claimed. */
  take: (claimed: Claimed[], lease: Lease) => Promise<void>;
};

/** A claim's own lease, so that two claims of one delivery are told apart. `leasedAtMs`: performance.now() before which it did not begin. */
export type Lease = { leaseId: string; leasedAtMs: number };

/** Almost everything due is of a message this young; others are found within `olderEveryMs`. */
const recentDays = 3;
const recentEveryMs = 500;
const olderEveryMs = 30_000;
const missingEveryMs = 600_000;
const failedMs = 500;
const fullMs = 100;
const cutMs = 50;
/**
 * How much a claim takes at most: rows, of how many endpoints, and of one of which nothing is known. More would keep everybody else
 * waiting, here and in the database, for as long as they take; `beside`: where there is somebody. Where none of them had anything due,
 * the next ones are visited after `restMs`.
 */
const together = {
  alone: { rows: 250, endpoints: 1_000, roomOfOthers: 50, restMs: 20 },
  beside: { rows: 50, endpoints: 200, roomOfOthers: 10, restMs: 4 },
};

type Day = {
  startMs: number;
  /** performance.now() */
  lookAtMs: number;
  /** The endpoint after which to go on. */
  after: string;
  /** Whether more was due than there was room for. */
  more: boolean;
};

export class Claimer {
  readonly #events: ClaimerEvents;
  readonly #days = new Map<number, Day>();
  /** The days that there are, and performance.now() at which that was asked. */
  #existing = { days: new Set<number>(), atMs: -Infinity };
  #timer: NodeJS.Timeout | null = null;
  #timerAtMs = Infinity;
  #running: Promise<void> | null = null;
  /** What was claimed last, until it is taken in: while the next claim is under way, or at once where none follows. */
  #found: { claimed: Claimed[]; lease: Lease; day: Day } | null = null;
  /** performance.now() before which nothing is claimed, after a failure. */
  #notBeforeMs = -Infinity;
  #stopped = false;
  #more = false;

  constructor(events: ClaimerEvents) {
    this.#events = events;
  }

  start(): void {
    this.#plan(0);
  }

  /** Tells that a message of that moment has a delivery due in `inMs` milliseconds. */
  wake(createdAt: Date, inMs: number): void {
    const day = this.#days.get(dayOf(createdAt));
    const atMs = performance.now() + inMs;
    if (day === undefined || atMs >= day.lookAtMs) return;
    if (!this.#existing.days.has(day.startMs)) this.#existing.atMs = -Infinity;
    day.lookAtMs = atMs;
    this.#plan(inMs);
  }

  /** There is room again: days with more due than fitted are looked at once more, right now. */
  hungry(): void {
    if (!this.#more) return;
    this.#more = false;
    for (const day of this.#days.values()) if (day.more) day.lookAtMs = 0;
    this.#plan(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  #plan(inMs: number): void {
    const nowMs = performance.now();
    const atMs = Math.max(nowMs + inMs, this.#notBeforeMs);
    if (this.#stopped || this.#running !== null || atMs >= this.#timerAtMs) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(() => this.#look(), Math.max(0, atMs - nowMs));
  }

  #look(): void {
    this.#timer = null;
    this.#timerAtMs = Infinity;
    this.#running = this.#rounds().finally(() => {
      this.#running = null;
      this.#plan(this.#nextLookMs() - performance.now());
    });
  }

  #nextLookMs(): number {
    let nextMs = Infinity;
    for (const { lookAtMs } of this.#days.values()) nextMs = Math.min(nextMs, lookAtMs);
    return Math.max(nextMs, this.#notBeforeMs);
  }

  async #rounds(): Promise<void> {
    do await this.#round();
    while (!this.#stopped && this.#nextLookMs() <= performance.now());
    await this.#takeIn();
  }

  async #round(): Promise<void> {
    this.#keepDays(dayOf(databaseNowMs()));
    for (const day of this.#days.values()) {
      if (this.#stopped || this.#notBeforeMs > performance.now()) return;
      if (day.lookAtMs > performance.now()) continue;
      try {
        const inMs = await this.#claim(day);
        day.lookAtMs = Math.min(day.lookAtMs, performance.now() + inMs);
        if (inMs > 0) await this.#takeIn();
      } catch (error) {
        return this.#failed(day, error);
      }
    }
  }

  /** The day is asked again in a while, and no other before: it would fail the same way. */
  #failed(day: Day, error: unknown): void {
    warnOfFailure("delivery.claim_failed", error);
    day.lookAtMs = 0;
    this.#notBeforeMs = performance.now() + failedMs;
  }

  /** Keeps the list of days up to date, the newest first. */
  #keepDays(todayMs: number): void {
    const days = env().retentionDays + 2;
    if (this.#days.has(todayMs) && this.#days.size === days) return;
    const before = new Map(this.#days);
    const nowMs = performance.now();
    this.#days.clear();
    for (let i = 0; i < days; i++) {
      const startMs = todayMs - i * dayMs;
      // The first look at older days is spread too.
      const lookAtMs = i <= recentDays ? 0 : nowMs + (olderEveryMs * i) / days;
      this.#days.set(startMs, before.get(startMs) ?? { startMs, lookAtMs, after: "", more: false });
    }
  }

  /** Claims from one day. Answers the most milliseconds until the next look at it. */
  async #claim(day: Day): Promise<number> {
    // `wake`, called while the claim is under way, may set an earlier look.
    day.lookAtMs = Infinity;
    const { restMs, ...most } = together[this.#events.isBusy() ? "beside" : "alone"];
    const rows = Math.min(most.rows, this.#events.room() - (this.#found?.claimed.length ?? 0));
    if (rows <= 0) {
      day.more = this.#more = true;
      return fullMs;
    }
    if (!(await this.#exists(day.startMs))) return missingEveryMs;
    const nowMs = performance.now();
    const room = this.#roomOfLanes(nowMs, most.roomOfOthers);
    const lease = { leaseId: newLeaseId(), leasedAtMs: nowMs };
    const asked = claim({ leaseId: lease.leaseId, day: day.startMs, after: day.after, ...most, rows, room });
    // Once the question is out: the database looks for more while what it found last is begun here.
    const taken = immediately().then(() => this.#takeIn());
    const [answer] = await Promise.allSettled([asked, taken]);
    if (answer.status === "rejected") throw answer.reason;
    const result = answer.value;
    if (result === null) {
      this.#existing.days.delete(day.startMs);
      return missingEveryMs;
    }
    const { claimed, nextDueInMs, lastEndpointId } = result;
    const visitedAll = lastEndpointId === "" && day.after === "";
    day.after = lastEndpointId;
    if (claimed.length > 0) {
      metrics().claimed.inc(claimed.length);
      this.#found = { claimed, lease, day };
    }
    day.more = claimed.length >= rows || isCut(claimed, room, most.roomOfOthers);
    this.#more ||= day.more;
    // As much as was asked for, which was little: `hungry` says when it is used up. Row by row it is claimed dearly, and beside others
    // that wait for each claim.
    if (rows < together.alone.rows && claimed.length >= rows) return cutMs;
    // Only some of the endpoints were visited: the rest follow soon.
    if (!visitedAll) return claimed.length > 0 ? 0 : restMs;
    if (day.more) return cutMs;
    const recent = day.startMs >= dayOf(databaseNowMs()) - recentDays * dayMs;
    return Math.min(recent ? recentEveryMs : olderEveryMs, nextDueInMs ?? Infinity);
  }

  async #takeIn(): Promise<void> {
    if (this.#found === null) return;
    const { claimed, lease, day } = this.#found;
    this.#found = null;
    try {
      await this.#events.take(claimed, lease);
    } catch (error) {
      this.#failed(day, error);
    }
  }

  /** Made are days ahead, and past ones for what is imported. */
  async #exists(day: number): Promise<boolean> {
    if (!this.#existing.days.has(day) && performance.now() - this.#existing.atMs >= missingEveryMs)
      this.#existing = { atMs: performance.now(), days: await listDays() };
    return this.#existing.days.has(day);
  }

  #roomOfLanes(nowMs: number, roomOfOthers: number): Map<string, number> {
    const room = new Map<string, number>();
    for (const lane of this.#events.lanes()) {
      const own = lane.room(nowMs);
      // Idle endpoints have the room of all others: thousands of them need not be named each time.
      if (own < roomOfOthers || (own > roomOfOthers && lane.isBusy)) room.set(lane.id, own);
    }
    for (const { endpointId } of this.#found?.claimed ?? []) room.set(endpointId, Math.max(0, (room.get(endpointId) ?? roomOfOthers) - 1));
    return room;
  }
}

const immediately = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Whether an endpoint got as many as it had room for, so that it may have more. */
function isCut(claimed: Claimed[], room: Map<string, number>, roomOfOthers: number): boolean {
  const counts = new Map<string, number>();
  for (const { endpointId } of claimed) counts.set(endpointId, (counts.get(endpointId) ?? 0) + 1);
  for (const [endpointId, count] of counts) if (count >= (room.get(endpointId) ?? roomOfOthers)) return true;
  return false;
}

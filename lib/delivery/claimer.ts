/**
 * Finds what is due: retries, deliveries for later, and whatever a lease left behind. It looks at once when it knows of
 * something, and otherwise often enough that nothing depends on being told.
 */
import { databaseNowMs } from "../db/clock.ts";
import { claim, type Claimed } from "../db/sql/claim.ts";
import { env } from "../env.ts";
import { newId } from "../ids.ts";
import { log } from "../log.ts";
import { metrics } from "../metrics.ts";
import type { Lane } from "./lane.ts";

export type ClaimerEvents = {
  lanes: () => Iterable<Lane>;
  /** Deliveries for which there is room at all. */
  room: () => number;
  /** Resolves when they are taken in. */
  take: (claimed: Claimed[], lease: Lease) => Promise<void>;
};

/** Each claim has its own, so that what is claimed twice is told apart. `leasedAtMs`: performance.now(), not after it began. */
export type Lease = { leaseId: string; leasedAtMs: number };

const idleMs = 500;
const failedMs = 500;
const rowsTogether = 1_000;
const endpointsTogether = 1_000;
const roomOfOthers = 50;
const dayMs = 86_400_000;
/** Almost everything due is of a message this young; the days before are looked at in turn. */
const recentDays = 3;
const olderEveryMs = 1_000;
const olderDaysTogether = 3;

export class Claimer {
  readonly #events: ClaimerEvents;
  #timer: NodeJS.Timeout | null = null;
  #timerAtMs = Infinity;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #after = "";
  #more = false;
  #olderDay = recentDays;
  #olderAtMs = 0;

  constructor(events: ClaimerEvents) {
    this.#events = events;
  }

  /** Looks in so many milliseconds at the latest. */
  wake(inMs: number): void {
    if (this.#stopped) return;
    const atMs = performance.now() + inMs;
    if (atMs >= this.#timerAtMs) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(() => this.#look(), Math.max(0, inMs));
  }

  /** There is room again: looks at once if there was more than fitted. */
  hungry(): void {
    if (!this.#more) return;
    this.#more = false;
    this.wake(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  #look(): void {
    this.#timer = null;
    this.#timerAtMs = Infinity;
    if (this.#running !== null) {
      this.#again = true;
      return;
    }
    this.#running = this.#round()
      .catch((error: unknown) => {
        log.warn({ error: (error as Error).message }, "delivery.claim_failed");
        return failedMs;
      })
      .then((nextMs) => {
        this.#running = null;
        this.wake(this.#again ? 0 : nextMs);
        this.#again = false;
      });
  }

  /** Milliseconds until the next round. */
  async #round(): Promise<number> {
    const nowMs = databaseNowMs();
    const nextMs = await this.#recent(nowMs);
    if (performance.now() >= this.#olderAtMs) await this.#older(nowMs);
    return nextMs;
  }

  async #recent(nowMs: number): Promise<number> {
    const rows = Math.min(rowsTogether, this.#events.room());
    if (rows <= 0) {
      this.#more = true;
      return idleMs;
    }
    const room = this.#roomOfLanes();
    const lease = { leaseId: newId("lease"), leasedAtMs: performance.now() };
    const { claimed, nextDueInMs, lastEndpointId } = await claim({
      leaseId: lease.leaseId,
      since: new Date(nowMs - recentDays * dayMs),
      until: new Date(nowMs + dayMs),
      after: this.#after,
      endpoints: endpointsTogether,
      rows,
      room,
      roomOfOthers,
    });
    const visitedAll = lastEndpointId === "" && this.#after === "";
    this.#after = lastEndpointId;
    await this.#take(claimed, lease);
    this.#more = claimed.length >= rows || isCut(claimed, room);
    if (claimed.length > 0 && this.#more) return this.#events.room() > rowsTogether ? 5 : 50;
    // Half a turn around the endpoints: the rest of them follows soon.
    if (!visitedAll) return claimed.length > 0 ? 0 : 20;
    return Math.min(idleMs, nextDueInMs ?? idleMs);
  }

  async #older(nowMs: number): Promise<void> {
    this.#olderAtMs = performance.now() + olderEveryMs;
    const rows = Math.min(rowsTogether, this.#events.room());
    if (rows <= 0) return;
    const lease = { leaseId: newId("lease"), leasedAtMs: performance.now() };
    const { claimed } = await claim({
      leaseId: lease.leaseId,
      since: new Date(nowMs - (this.#olderDay + olderDaysTogether) * dayMs),
      until: new Date(nowMs - this.#olderDay * dayMs),
      after: "",
      endpoints: 10 * endpointsTogether,
      rows,
      room: this.#roomOfLanes(),
      roomOfOthers,
    });
    await this.#take(claimed, lease);
    // Full: there is more of these days.
    if (claimed.length >= rows) return;
    this.#olderDay += olderDaysTogether;
    if (this.#olderDay > env().retentionDays + 1) this.#olderDay = recentDays;
  }

  async #take(claimed: Claimed[], lease: Lease): Promise<void> {
    if (claimed.length === 0) return;
    metrics().claimed.inc(claimed.length);
    await this.#events.take(claimed, lease);
  }

  #roomOfLanes(): Map<string, number> {
    const nowMs = performance.now();
    const room = new Map<string, number>();
    for (const lane of this.#events.lanes()) {
      const own = lane.room(nowMs);
      if (own !== roomOfOthers) room.set(lane.id, own);
    }
    return room;
  }
}

/** Whether an endpoint got as many as it had room for, so that it may have more. */
function isCut(claimed: Claimed[], room: Map<string, number>): boolean {
  const counts = new Map<string, number>();
  for (const { endpointId } of claimed) counts.set(endpointId, (counts.get(endpointId) ?? 0) + 1);
  for (const [endpointId, count] of counts) if (count >= (room.get(endpointId) ?? roomOfOthers)) return true;
  return false;
}

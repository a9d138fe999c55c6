/** Which delivery goes next: a line of lanes, taking turns, each within its own limits and all within the slots. */
import type { ApplicationSnapshot, EndpointSnapshot } from "../db/applications.ts";
import { env } from "../env.ts";
import { Deadlines } from "./deadlines.ts";
import { type Flight, type Job, kindOf, Lane, type Pace, type Place } from "./lane.ts";
import { type Ask, Limit, Limits, type Reserve, sliceSeconds } from "./limits.ts";
import { type Answer, slowMs } from "./pacing.ts";
import { Queue, SharedQueue } from "./queue.ts";
import { type SharedPace, Slots } from "./slots.ts";

export type SchedulerEvents = {
  start: (flight: Flight) => void;
  /** Gives up jobs that can't be sent before their lease runs out, or for which there is no room. */
  giveBack: (jobs: Job[]) => void;
  /** Asks for changed applications to be loaded again; `refresh` is called with them. */
  reload: (applicationIds: Set<string>) => void;
  /** Takes turns for endpoints and applications that have a rate. */
  reserve: Reserve;
};

const laneLifeMs = 10 * 60_000;
const marginMs = 1_000;
/**
 * Attempts at failing endpoints that start together, and how long the next wait, in milliseconds. Refused connections end as soon
 * as they begin: two hundred at a time, each step of a message that is accepted meanwhile would wait for two hundred ends; and
 * without a pause this thread would have nothing left for what comes, nor the machine for its neighbours. `beside`: while others
 * are sent to, who would wait for the CPU that failing attempts take.
 */
const failingTogether = 4;
const failingPauseMs = { alone: 1, beside: 6 };
/** For so long after an attempt at an endpoint that does not fail, more are expected. */
const besideMs = 100;
/** For so long after a first attempt at an endpoint failed soon, those at others that have not answered yet are expected to fail as well. */
const doubtfulMs = 1_000;

export class Scheduler {
  readonly #events: SchedulerEvents;
  readonly #lanes = new Map<string, Lane>();
  readonly #ofApplication = new Map<string, Set<Lane>>();
  readonly #applicationLimits = new Map<string, Limit>();
  readonly #limits: Limits;
  readonly #lines = { fast: new Queue<Place>(), unproven: shared(), failing: shared(), slow: shared() };
  /** Lanes whose waiting jobs are all of a kind that has no free slot. */
  readonly #parked = new Queue<Lane>();
  readonly #slots = new Slots();
  readonly #mayStart: Record<SharedPace, (environmentId: string) => boolean> = {
    unproven: (id) => this.#slots.isFreeTo(id, "unproven"),
    failing: (id) => this.#slots.isFreeTo(id, "failing"),
    slow: (id) => this.#slots.isFreeTo(id, "slow"),
  };
  readonly #hanging: Deadlines<Flight>;
  readonly #toReload = new Set<string>();
  readonly #leaseNeededMs: number;
  #waiting = 0;
  #claimedWaiting = 0;
  #open = true;
  #failingStarts = 0;
  #failingPause: NodeJS.Timeout | null = null;
  /** When an attempt last began at an endpoint that answers, or may. */
  #movedMs = -Infinity;
  /** When an attempt at an endpoint that had not answered yet last failed. */
  #unprovenFailedMs = -Infinity;

  constructor(events: SchedulerEvents) {
    this.#events = events;
    this.#limits = new Limits(events.reserve, (ids) => this.#haveTurns(ids));
    this.#hanging = new Deadlines((flight) => {
      flight.lane.pacing.hangs();
      this.#repace(flight.lane);
      this.pump();
    });
    const { attemptTimeoutMs, leaseSeconds } = env();
    // With a lease shorter than an attempt, leases are renewed while an attempt is under way.
    this.#leaseNeededMs = Math.min(attemptTimeoutMs + marginMs, leaseSeconds * 500);
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** How many of the waiting jobs were claimed. */
  get claimedWaiting(): number {
    return this.#claimedWaiting;
  }

  /** How many of the waiting jobs wait because of a rate. */
  get rateLimited(): number {
    let waiting = 0;
    for (const lane of this.#lanes.values()) if (lane.limited) waiting += lane.waiting;
    return waiting;
  }

  get inFlight(): number {
    return this.#slots.used;
  }

  *flights(): Generator<Flight> {
    for (const lane of this.#lanes.values()) yield* lane.flights;
  }

  lanes(): Iterable<Lane> {
    return this.#lanes.values();
  }

  lane(endpointId: string): Lane | undefined {
    return this.#lanes.get(endpointId);
  }

  /** Adds a job; to be followed by `pump` when all are added. */
  add(job: Job, endpoint: EndpointSnapshot, application: ApplicationSnapshot): void {
    let lane = this.#lanes.get(endpoint.id);
    const version = BigInt(application.version);
    if (lane === undefined) {
      lane = new Lane(endpoint, version);
      this.#lanes.set(lane.id, lane);
      const siblings = this.#ofApplication.get(lane.applicationId);
      if (siblings === undefined) this.#ofApplication.set(lane.applicationId, new Set([lane]));
      else siblings.add(lane);
    } else lane.update(endpoint, version);
    if (version >= lane.version) this.#limitApplication(application);
    lane.push(job);
    this.#waiting++;
    if (job.claimed) this.#claimedWaiting++;
    this.#enqueue(lane);
  }

  /** Starts the jobs that may start now. */
  pump(): void {
    for (let moved = this.#open; moved;) {
      moved = false;
      for (const pace of paces) {
        if (this.#lines[pace].length === 0 || !this.#slots.isFree(pace)) continue;
        if (this.#failingStarts >= failingTogether && this.#mayFail(pace, performance.now())) continue;
        const place = pace === "fast" ? this.#lines.fast.shift() : this.#lines[pace].shift(this.#mayStart[pace]);
        if (place === undefined) continue;
        moved = true;
        const { lane } = place;
        // It has gone over to another line meanwhile.
        if (lane.place !== place) continue;
        lane.place = null;
        this.#startNext(lane);
      }
    }
    if (this.#toReload.size > 0) {
      this.#events.reload(new Set(this.#toReload));
      this.#toReload.clear();
    }
  }

  /** An attempt has ended, or was not made after all: `answer` null. */
  finished(flight: Flight, answer: Answer | null): void {
    const { lane } = flight;
    const nowMs = performance.now();
    this.#hanging.remove(flight);
    this.#slots.release(flight.kind, flight.pace, lane.environmentId);
    const busy = lane.flights.size >= lane.pacing.limit(nowMs);
    lane.flights.delete(flight);
    lane.lastUsedMs = nowMs;
    if (flight.pace === "unproven" && answer?.failed === true && answer.durationMs < slowMs) this.#unprovenFailedMs = nowMs;
    if (answer !== null) lane.pacing.answered(answer, busy, nowMs);
    this.#repace(lane);
    this.#enqueue(lane);
    for (let i = 0; i < 4; i++) {
      const parked = this.#parked.shift();
      if (parked === undefined) break;
      this.#enqueue(parked);
    }
    this.pump();
  }

  /** Takes note that an application has changed; null: any may have. */
  applicationChanged(applicationId: string | null): void {
    for (const lane of applicationId === null ? this.#lanes.values() : (this.#ofApplication.get(applicationId) ?? [])) {
      lane.stale = true;
      this.#enqueue(lane);
    }
    this.pump();
  }

  /** Takes in applications as they are now. Returns the jobs of endpoints that are inactive. */
  refresh(applicationIds: Iterable<string>, applications: Map<string, ApplicationSnapshot>): Job[] {
    const doomed: Job[] = [];
    for (const id of applicationIds) {
      const application = applications.get(id);
      if (application !== undefined) this.#limitApplication(application);
      for (const lane of this.#ofApplication.get(id) ?? []) {
        const endpoint = application?.endpoints.find((one) => one.id === lane.id);
        if (application === undefined || endpoint === undefined || endpoint.disabled) doomed.push(...this.#empty(lane));
        else lane.refresh(endpoint, BigInt(application.version));
        this.#enqueue(lane);
      }
    }
    this.pump();
    return doomed;
  }

  /** Nothing starts until `resume`. */
  pause(): void {
    this.#open = false;
  }

  resume(): void {
    if (this.#open) return;
    this.#open = true;
    this.pump();
  }

  takeAll(): Job[] {
    return [...this.#lanes.values()].flatMap((lane) => this.#empty(lane));
  }

  /** Forgets lanes that nobody uses, and gives every waiting lane another look; to be called once in a while. */
  tidy(): void {
    const nowMs = performance.now();
    for (const lane of this.#lanes.values()) {
      if (lane.waiting > 0) this.#enqueue(lane);
      else if (lane.flights.size === 0 && lane.place === null && nowMs - lane.lastUsedMs > laneLifeMs) this.#forget(lane);
    }
    for (const lane of this.#parked.takeAll()) this.#enqueue(lane);
    this.pump();
  }

  close(): void {
    this.#open = false;
    this.#limits.close();
    this.#hanging.close();
    if (this.#failingPause !== null) clearTimeout(this.#failingPause);
    for (const lane of this.#lanes.values()) if (lane.wakeTimer !== null) clearTimeout(lane.wakeTimer);
  }

  #startNext(lane: Lane): void {
    if (lane.waiting === 0) return;
    if (lane.stale) {
      this.#toReload.add(lane.applicationId);
      return;
    }
    const nowMs = performance.now();
    const limit = lane.pacing.limit(nowMs);
    if (limit === 0) return this.#wake(lane, lane.pacing.pausedUntilMs - nowMs);
    // The lane is looked at again when one of its attempts ends.
    if (lane.flights.size >= limit) return;
    const applicationLimit = this.#applicationLimits.get(lane.applicationId);
    if ((lane.limit !== null || applicationLimit !== undefined) && !this.#hasTurn(lane, applicationLimit, nowMs)) return;
    const job = lane.take(this.#slots.isFreeFor("first", lane.pace), this.#slots.isFreeFor("retry", lane.pace));
    if (job === undefined) {
      this.#parked.push(lane);
      return;
    }
    this.#left(job);
    this.#enqueue(lane);
    if (job.leaseEndsMs - nowMs < this.#leaseNeededMs) return this.#events.giveBack([job]);
    lane.limit?.take(nowMs);
    applicationLimit?.take(nowMs);
    const flight: Flight = { job, lane, kind: kindOf(job), pace: lane.pace, deadline: null };
    lane.flights.add(flight);
    this.#slots.take(flight.kind, flight.pace, lane.environmentId);
    if (this.#mayFail(flight.pace, nowMs)) this.#countFailingStart(nowMs);
    else if (flight.pace !== "slow") this.#movedMs = nowMs;
    this.#hanging.add(flight, nowMs + slowMs);
    this.#events.start(flight);
  }

  #mayFail(pace: Pace, nowMs: number): boolean {
    return pace === "failing" || (pace === "unproven" && nowMs - this.#unprovenFailedMs < doubtfulMs);
  }

  #countFailingStart(nowMs: number): void {
    this.#failingStarts++;
    const { alone, beside } = failingPauseMs;
    this.#failingPause ??= setTimeout(
      () => {
        this.#failingPause = null;
        this.#failingStarts = 0;
        this.pump();
      },
      nowMs - this.#movedMs < besideMs ? beside : alone,
    );
  }

  /** Whether the lane has a turn by its rates. If not, it is looked at again when its turn comes. */
  #hasTurn(lane: Lane, applicationLimit: Limit | undefined, nowMs: number): boolean {
    const asks: Ask[] = [];
    let waitMs = 0;
    if (lane.limit !== null) {
      waitMs = lane.limit.waitMs(nowMs);
      asks.push({ limit: lane.limit, wanted: lane.soon(nowMs, sliceSeconds) });
    }
    if (applicationLimit !== undefined) {
      waitMs = Math.max(waitMs, applicationLimit.waitMs(nowMs));
      let wanted = 0;
      if (applicationLimit.isLow)
        for (const sibling of this.#ofApplication.get(lane.applicationId) ?? []) wanted += sibling.soon(nowMs, sliceSeconds);
      asks.push({ limit: applicationLimit, wanted });
    }
    this.#limits.ask(asks);
    lane.limited = waitMs > 0;
    // A lane without any turn (Infinity) needs no timer: `#haveTurns` wakes it.
    if (lane.limited && waitMs !== Infinity) this.#wake(lane, waitMs);
    return !lane.limited;
  }

  /** Wakes the lanes of endpoints or applications that have been given turns. */
  #haveTurns(ids: string[]): void {
    for (const id of ids) {
      const lane = this.#lanes.get(id);
      for (const one of lane === undefined ? (this.#ofApplication.get(id) ?? []) : [lane]) this.#enqueue(one);
    }
    this.pump();
  }

  #limitApplication({ id, throttleRate }: ApplicationSnapshot): void {
    const limit = this.#applicationLimits.get(id);
    if (throttleRate === null) this.#applicationLimits.delete(id);
    else if (limit === undefined) this.#applicationLimits.set(id, new Limit(id, throttleRate));
    else limit.set(throttleRate);
  }

  #enqueue(lane: Lane): void {
    if (lane.place !== null || lane.waiting === 0) return;
    lane.place = { lane };
    if (lane.pace === "fast") this.#lines.fast.push(lane.place);
    else this.#lines[lane.pace].push(lane.environmentId, lane.place);
  }

  #wake(lane: Lane, inMs: number): void {
    lane.wakeTimer ??= setTimeout(
      () => {
        lane.wakeTimer = null;
        this.#enqueue(lane);
        this.pump();
      },
      Math.max(1, Math.ceil(inMs)),
    );
  }

  /** Moves a lane to the line of its new pace, and its attempts to the slots. */
  #repace(lane: Lane): void {
    const { pace } = lane.pacing;
    if (pace === lane.pace) return;
    lane.pace = pace;
    if (lane.place !== null) {
      lane.place = null;
      this.#enqueue(lane);
    }
    for (const flight of lane.flights) {
      this.#slots.release(flight.kind, flight.pace, lane.environmentId);
      flight.pace = pace;
      this.#slots.take(flight.kind, flight.pace, lane.environmentId);
    }
    // Jobs that a slow lane won't come to soon would only take the room of others.
    if (pace === "slow") this.#giveBack(lane.takeExcess(lane.pacing.appetite(performance.now())));
  }

  #giveBack(jobs: Job[]): void {
    if (jobs.length === 0) return;
    for (const job of jobs) this.#left(job);
    this.#events.giveBack(jobs);
  }

  #empty(lane: Lane): Job[] {
    const jobs = lane.takeAll();
    for (const job of jobs) this.#left(job);
    return jobs;
  }

  #left(job: Job): void {
    this.#waiting--;
    if (job.claimed) this.#claimedWaiting--;
  }

  #forget(lane: Lane): void {
    if (lane.wakeTimer !== null) clearTimeout(lane.wakeTimer);
    this.#lanes.delete(lane.id);
    const siblings = this.#ofApplication.get(lane.applicationId);
    siblings?.delete(lane);
    if (siblings?.size !== 0) return;
    this.#ofApplication.delete(lane.applicationId);
    this.#applicationLimits.delete(lane.applicationId);
  }
}

const shared = (): SharedQueue<Place> => new SharedQueue();
const paces = ["fast", "unproven", "failing", "slow"] as const;

/** One endpoint's deliveries in this process: what waits, what is under way, and how much it may have. */
import type { EndpointSnapshot } from "../db/applications.ts";
import type { Forward } from "../webhooks/forward.ts";
import type { Deadline } from "./deadlines.ts";
import { Limit } from "./limits.ts";
import { Pacing } from "./pacing.ts";
import { Queue } from "./queue.ts";
import { type Target, targetOf, whoseOf } from "./send.ts";

export type Job = {
  messageId: string;
  endpointId: string;
  applicationId: string;
  createdAt: Date;
  eventType: string;
  attemptCount: number;
  scheduledCount: number;
  manualQueued: number;
  /** Null: read right before it is sent. */
  payload: Buffer | null;
  contentType: string | null;
  /** Of a message that a source made of a request: what is sent along. */
  forward?: Forward | null;
  leaseId: string;
  /** Whether it was claimed, not handed over. */
  claimed: boolean;
  /** performance.now() at which the lease may have run out. */
  leaseEndsMs: number;
};

/** First attempts and retries wait apart, so that neither can keep the other from its slots. */
export type Kind = "first" | "retry";

export const kindOf = (job: Job): Kind => (job.attemptCount === 0 ? "first" : "retry");

export type Pace = Pacing["pace"];

/** A job under way, and the slot that it occupies. */
export type Flight = { job: Job; lane: Lane; kind: Kind; pace: Pace; deadline: Deadline<Flight> | null };

/** Of what an endpoint's rate lets through, this much is held. */
const rateHorizonSeconds = 5;

export class Lane {
  readonly id: string;
  readonly applicationId: string;
  readonly pacing = new Pacing();
  endpoint: EndpointSnapshot;
  /** Null until it is needed. */
  #target: Target | null = null;
  version: bigint;
  /** The application has changed since: to be loaded again before anything is sent. */
  stale = false;
  limit: Limit | null = null;
  /** Whether what waits here waits because of a rate. */
  limited = false;
  readonly flights = new Set<Flight>();
  /** Whether it stands in the engine's line of lanes. */
  inLine = false;
  wakeTimer: NodeJS.Timeout | null = null;
  /** Of the slots that its attempts occupy; follows `pacing.pace` with each change. */
  pace: Pace = "unproven";
  lastUsedMs = 0;
  readonly #waiting = { first: new Queue<Job>(), retry: new Queue<Job>() };
  #last: Kind = "retry";

  constructor(endpoint: EndpointSnapshot, version: bigint) {
    this.id = endpoint.id;
    this.applicationId = endpoint.applicationId;
    this.endpoint = endpoint;
    this.version = version;
    this.#takeRate();
  }

  get target(): Target {
    this.#target ??= targetOf(this.endpoint, whoseOf(this.endpoint));
    return this.#target;
  }

  /** A snapshot that came with a delivery; it may have been taken before a change that this lane has heard of. */
  update(endpoint: EndpointSnapshot, version: bigint): void {
    if (version <= this.version) return;
    this.version = version;
    this.endpoint = endpoint;
    this.#target = null;
    this.#takeRate();
  }

  /** What the database holds now. */
  refresh(endpoint: EndpointSnapshot, version: bigint): void {
    this.update(endpoint, version);
    this.stale = false;
  }

  #takeRate(): void {
    const { throttleRate } = this.endpoint;
    if (throttleRate === null) this.limit = null;
    else if (this.limit === null) this.limit = new Limit(this.id, throttleRate);
    else this.limit.set(throttleRate);
  }

  get waiting(): number {
    return this.#waiting.first.length + this.#waiting.retry.length;
  }

  push(job: Job): void {
    this.#waiting[kindOf(job)].push(job);
  }

  /** Takes turns between the kinds that are allowed. */
  take(firstAllowed: boolean, retryAllowed: boolean): Job | undefined {
    const first = firstAllowed && this.#waiting.first.length > 0;
    const retry = retryAllowed && this.#waiting.retry.length > 0;
    if (!first && !retry) return undefined;
    this.#last = first && (!retry || this.#last === "retry") ? "first" : "retry";
    return this.#waiting[this.#last].shift();
  }

  takeAll(): Job[] {
    return [...this.#waiting.first.takeAll(), ...this.#waiting.retry.takeAll()];
  }

  /** All but the oldest `keep`. */
  takeExcess(keep: number): Job[] {
    if (this.waiting <= keep) return [];
    const all = this.takeAll();
    for (const job of all.slice(0, keep)) this.push(job);
    return all.slice(keep);
  }

  get isBusy(): boolean {
    return this.flights.size > 0 || this.waiting > 0;
  }

  /** How many of what waits it could start within a part of a second. */
  soon(nowMs: number, seconds: number): number {
    const byPace = Math.max(1, Math.ceil(this.pacing.appetite(nowMs) * seconds));
    return Math.min(this.waiting, byPace, this.limit?.within(seconds) ?? Infinity);
  }

  /** How many more deliveries it makes sense to hold. */
  room(nowMs: number): number {
    const byRate = (this.endpoint.throttleRate ?? Infinity) * rateHorizonSeconds;
    return Math.max(0, Math.min(this.pacing.appetite(nowMs), byRate) - this.waiting - this.flights.size);
  }
}

/** One endpoint's deliveries in this process: what waits, what is under way, and how much it may have. */
import type { EndpointSnapshot } from "../db/applications.ts";
import type { TraceContext } from "../traceContext.ts";
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
  /** The payload; null: it is read right before it is sent. */
  payload: Buffer | null;
  contentType: string | null;
  /** What is sent along with a message that a source made of a request. */
  forward?: Forward | null | undefined;
  /** The trace in which the message was accepted; null: in none. Absent: not known before the payload. */
  trace?: TraceContext | null | undefined;
  leaseId: string;
  /** Whether the delivery was claimed, not handed over. */
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

/** An endpoint with a rate has so many seconds' worth of deliveries in memory at most. */
const rateHorizonSeconds = 5;

export type Place = { readonly lane: Lane };

export class Lane {
  readonly id: string;
  readonly applicationId: string;
  readonly environmentId: string;
  readonly pacing = new Pacing();
  endpoint: EndpointSnapshot;
  /** Where requests go; made when it is first needed. */
  #target: Target | null = null;
  version: bigint;
  /** Whether the application has changed since, and must be loaded again before anything is sent. */
  stale = false;
  limit: Limit | null = null;
  /** Whether what waits here waits because of a rate. */
  limited = false;
  readonly flights = new Set<Flight>();
  /** Where it stands in one of the scheduler's lines of lanes; null: in none. A place in a line that it has left is no longer this one. */
  place: Place | null = null;
  wakeTimer: NodeJS.Timeout | null = null;
  /** The pace of the slots that the lane's attempts occupy; follows `pacing.pace` with each change. */
  pace: Pace = "unproven";
  lastUsedMs = 0;
  readonly #waiting = { first: new Queue<Job>(), retry: new Queue<Job>() };
  #last: Kind = "retry";

  constructor(endpoint: EndpointSnapshot, version: bigint) {
    this.id = endpoint.id;
    this.applicationId = endpoint.applicationId;
    this.environmentId = endpoint.environmentId;
    this.endpoint = endpoint;
    this.version = version;
    this.#takeRate();
  }

  get target(): Target {
    this.#target ??= targetOf(this.endpoint, whoseOf(this.endpoint));
    return this.#target;
  }

  /** Takes a snapshot that came with a delivery, unless it is older than what the lane knows. */
  update(endpoint: EndpointSnapshot, version: bigint): void {
    if (version <= this.version) return;
    this.version = version;
    this.endpoint = endpoint;
    this.#target = null;
    this.#takeRate();
  }

  /** Takes what the database holds now. */
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

  /** Takes the next job, in turns from the kinds that are allowed. */
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

  /** Takes all waiting jobs but the oldest `keep`. */
  takeExcess(keep: number): Job[] {
    if (this.waiting <= keep) return [];
    const all = this.takeAll();
    for (const job of all.slice(0, keep)) this.push(job);
    return all.slice(keep);
  }

  get isBusy(): boolean {
    return this.flights.size > 0 || this.waiting > 0;
  }

  /** How many of the waiting jobs the lane could start within so many seconds. */
  soon(nowMs: number, seconds: number): number {
    const byPace = Math.max(1, Math.ceil(this.pacing.appetite(nowMs) * seconds));
    return Math.min(this.waiting, byPace, this.limit?.within(seconds) ?? Infinity);
  }

  /** How many more deliveries it makes sense to have in memory. */
  room(nowMs: number): number {
    const byRate = (this.endpoint.throttleRate ?? Infinity) * rateHorizonSeconds;
    return Math.max(0, Math.min(this.pacing.appetite(nowMs), byRate) - this.waiting - this.flights.size);
  }
}

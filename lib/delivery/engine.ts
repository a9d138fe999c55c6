/**
 * The delivery engine of a process. Messages accepted in the same process are handed to it; all else it claims. It may be
 * killed at any moment: other engines claim what it held once its leases have run out.
 */
import {
  type ApplicationSnapshot,
  forgetApplication,
  getApplications,
  knownApplication,
  onApplicationChange,
  watchApplications,
} from "../db/applications.ts";
import { watchInterest } from "../db/changes.ts";
import { databaseNowMs, synchroniseClock } from "../db/clock.ts";
import { linesIdle, onReleased } from "../db/lines.ts";
import type { Claimed } from "../db/sql/hot/claim.ts";
import { enterClaimed } from "../db/sql/hot/claimed.ts";
import { enterEveryMs, enterQueue } from "../db/sql/hot/inHand.ts";
import { renew } from "../db/sql/hot/lease.ts";
import { takeTurns } from "../db/sql/hot/throttle.ts";
import { env } from "../env.ts";
import { newLeaseId } from "../ids.ts";
import { log } from "../log.ts";
import { metrics } from "../metrics.ts";
import { unpackTraceContext } from "../traceContext.ts";
import { Attempts } from "./attempts.ts";
import { Claimer, type Lease } from "./claimer.ts";
import type { ConnectionOptions } from "./connect.ts";
import { Ending } from "./ending.ts";
import { type HandedOver, setTaker } from "./handoff.ts";
import type { Job } from "./lane.ts";
import { Lines } from "./lines.ts";
import { Maintenance, type Task } from "../maintenance.ts";
import { HandBack } from "./handBack.ts";
import { Scheduler } from "./scheduler.ts";
import { Sender } from "./send.ts";
import { Settler } from "./settler.ts";
import { dayMs } from "../words/duration.ts";
import { warnOfFailure } from "../outage.ts";

export type Engine = {
  /** Deliveries in memory: waiting, under way, and not yet stored. */
  held(): { waiting: number; inFlight: number; unsettled: number };
  /** Takes nothing more, gives back what waits, finishes what is under way, and stores it. */
  drain(timeoutMs: number): Promise<void>;
  /** Stops at once; the leases of what was under way run out. */
  stop(): Promise<void>;
};

/** Options that only tests give. */
export type EngineOptions = ConnectionOptions;

const maxWaitingJobs = 20_000;
/** Of those waiting, the most that were claimed: about as much as can be sent until the next claim. */
const maxClaimedJobs = 2_000;
/** When more is claimed. `beside`: what is accepted here meanwhile, for which claims are small and so soon done. */
const lowClaimedJobs = { alone: 700, beside: 200 };
const maxPayloadBytes = 64 * 1024 * 1024;
const maxUnsettledAttempts = 5_000;
/** For so long after something was handed over, more is expected. */
const offeredLatelyMs = 100;
/** The most deliveries of one endpoint that may wait here, if it takes less than it is offered. */
const maxWaitingPerLane = { fast: 1_000, unproven: 1_000, failing: 1_000, slow: 100 };

export const startEngine = (options: EngineOptions = {}): Engine => new RunningEngine(options);

class RunningEngine implements Engine {
  readonly #leaseId = newLeaseId();
  readonly #leaseMs = env().leaseSeconds * 1000;
  readonly #sender: Sender;
  readonly #settler = new Settler();
  readonly #handBack = new HandBack();
  readonly #ending = new Ending();
  readonly #maintenance = new Maintenance();
  readonly #lines = new Lines();
  readonly #scheduler: Scheduler;
  readonly #attempts: Attempts;
  readonly #claimer: Claimer;
  readonly #forget: (() => void)[];
  readonly #toReload = new Set<string>();
  #reloading = false;
  #payloadBytes = 0;
  #offeredMs = -Infinity;
  #draining = false;
  #stopped = false;
  #onIdle: (() => void) | null = null;

  constructor(options: EngineOptions) {
    this.#sender = new Sender(options);
    this.#scheduler = new Scheduler({
      start: (flight) => this.#attempts.start(flight),
      giveBack: (jobs) => this.#giveBack(jobs),
      reload: (ids) => this.#reload(ids),
      reserve: takeTurns,
    });
    this.#attempts = new Attempts(this.#sender, this.#settler, {
      finished: (flight, answer) => {
        this.#scheduler.finished(flight, answer);
        if (this.#scheduler.claimedWaiting < lowClaimedJobs[this.#isOffered() ? "beside" : "alone"]) this.#claimer.hungry();
        if (this.#scheduler.inFlight === 0) this.#onIdle?.();
      },
      giveBack: (jobs) => this.#giveBack(jobs),
      cancel: (jobs) => this.#cancel(jobs),
      cancelByTransformation: (jobs) => {
        for (const job of jobs) this.#release(job);
        this.#handBack.cancelByTransformation(jobs);
      },
      due: (job, inMs) => this.#claimer.wake(job.createdAt, inMs),
      released: (job) => this.#release(job),
    });
    this.#claimer = new Claimer({
      lanes: () => this.#scheduler.lanes(),
      room: () => (this.#draining || this.#settler.unsettled > maxUnsettledAttempts ? 0 : maxClaimedJobs - this.#scheduler.claimedWaiting),
      isBusy: () => this.#isOffered(),
      take: (claimed, lease) => this.#takeClaimed(claimed, lease),
    });
    this.#settler.onProgress = (unsettled) => {
      if (unsettled < maxUnsettledAttempts / 2) this.#scheduler.resume();
    };
    this.#forget = [
      onApplicationChange((id) => {
        this.#scheduler.applicationChanged(id);
        if (id !== null) this.#ending.applicationChanged(id);
      }),
      onReleased((released) => {
        for (const createdAt of released) this.#claimer.wake(createdAt, 0);
      }),
    ];
    setTaker({ leaseId: () => this.#leaseIdForOthers(), offer: (deliveries) => this.#offer(deliveries) });
    for (const task of this.#tasks()) this.#maintenance.start(task);
    this.#claimer.start();
  }

  held(): { waiting: number; inFlight: number; unsettled: number } {
    return { waiting: this.#scheduler.waiting, inFlight: this.#scheduler.inFlight, unsettled: this.#settler.unsettled };
  }

  async drain(timeoutMs: number): Promise<void> {
    this.#draining = true;
    let timer: NodeJS.Timeout | null = null;
    const timeUp = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
    await Promise.race([this.#finish(), timeUp]);
    if (timer !== null) clearTimeout(timer);
    const left = this.held();
    if (left.inFlight + left.unsettled > 0) log.warn(left, "delivery.drain_incomplete");
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#draining = true;
    this.#stopped = true;
    setTaker(null);
    for (const forget of this.#forget) forget();
    this.#maintenance.stop();
    this.#scheduler.close();
    await Promise.all([this.#claimer.stop(), this.#ending.stop(), linesIdle(), this.#sender.close()]);
    await this.#handBack.idle();
  }

  async #finish(): Promise<void> {
    await this.#claimer.stop();
    this.#giveBack(this.#scheduler.takeAll());
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      if (this.#scheduler.inFlight === 0) resolve();
    });
    await this.#settler.idle();
    await Promise.all([this.#handBack.idle(), linesIdle()]);
  }

  #leaseIdForOthers(): string | null {
    const full = this.#scheduler.waiting > maxWaitingJobs * 0.75 || this.#settler.unsettled > maxUnsettledAttempts;
    return this.#draining || full ? null : this.#leaseId;
  }

  #offer(deliveries: HandedOver[]): void {
    const tooMany: Job[] = [];
    const doomed: Job[] = [];
    this.#offeredMs = performance.now();
    for (const delivery of deliveries) {
      const { application, endpoint } = delivery;
      const job = this.#jobOf(delivery);
      const lane = this.#scheduler.lane(endpoint.id);
      const isFull = lane !== undefined && lane.waiting >= maxWaitingPerLane[lane.pace];
      if (endpoint.disabled) doomed.push(job);
      else if (this.#draining || isFull || this.#scheduler.waiting >= maxWaitingJobs) tooMany.push(job);
      else this.#add(job, endpoint, application);
    }
    this.#handBack.cancel(doomed);
    this.#giveBackUnheld(tooMany);
    this.#scheduler.pump();
  }

  // Member by member: taking some out of an object and spreading the rest costs ten times as much.
  #jobOf(delivery: HandedOver): Job {
    return {
      messageId: delivery.messageId,
      endpointId: delivery.endpointId,
      applicationId: delivery.application.id,
      createdAt: delivery.createdAt,
      eventType: delivery.eventType,
      attemptCount: delivery.attemptCount,
      scheduledCount: delivery.scheduledCount,
      manualQueued: delivery.manualQueued,
      payload: delivery.payload,
      contentType: delivery.contentType,
      forward: delivery.forward,
      trace: delivery.trace,
      leaseId: delivery.leaseId,
      claimed: false,
      leaseEndsMs: delivery.leasedAtMs + this.#leaseMs,
    };
  }

  #isOffered(): boolean {
    return performance.now() - this.#offeredMs < offeredLatelyMs;
  }

  #add(job: Job, endpoint: HandedOver["endpoint"], application: ApplicationSnapshot): void {
    if (job.payload !== null) {
      if (this.#payloadBytes + job.payload.length > maxPayloadBytes) job.payload = null;
      else this.#payloadBytes += job.payload.length;
    }
    this.#scheduler.add(job, endpoint, application);
  }

  async #takeClaimed(claimed: Claimed[], { leaseId, leasedAtMs }: Lease): Promise<void> {
    const leaseEndsMs = leasedAtMs + this.#leaseMs;
    const jobs = claimed.map((row): Job => {
      const { messageId, endpointId, applicationId, createdAt, eventType, attemptCount, scheduledCount, manualQueued } = row;
      const key = { messageId, endpointId, applicationId, createdAt, eventType, attemptCount, scheduledCount, manualQueued };
      const { payload, contentType } = row;
      return { payload, contentType, trace: unpackTraceContext(row.traceContext), claimed: true, leaseId, leaseEndsMs, ...key };
    });
    let applications: Map<string, ApplicationSnapshot>;
    try {
      applications = await this.#applicationsOf(claimed);
    } catch (error) {
      this.#giveBackUnheld(jobs);
      throw error;
    }
    const doomed: Job[] = [];
    const tooLate: Job[] = [];
    for (const [i, job] of jobs.entries()) {
      const application = applications.get(job.applicationId);
      const endpoint = application?.endpoints.find(({ id }) => id === job.endpointId);
      if (claimed[i]?.inactive !== false || application === undefined || endpoint === undefined || endpoint.disabled) doomed.push(job);
      else if (this.#draining) tooLate.push(job);
      else this.#add(job, endpoint, application);
    }
    this.#handBack.cancel(doomed);
    this.#giveBackUnheld(tooLate);
    this.#scheduler.pump();
  }

  /** Applications by id, at least as new as the versions that the claim saw. */
  async #applicationsOf(claimed: Claimed[]): Promise<Map<string, ApplicationSnapshot>> {
    const ids = new Set<string>();
    for (const { applicationId, applicationVersion, inactive } of claimed) {
      if (inactive || applicationVersion === null || ids.has(applicationId)) continue;
      ids.add(applicationId);
      const known = knownApplication(applicationId);
      if (known !== undefined && BigInt(known.version) < BigInt(applicationVersion)) forgetApplication(applicationId);
    }
    return getApplications(ids);
  }

  #giveBack(jobs: Job[]): void {
    for (const job of jobs) this.#release(job);
    this.#giveBackUnheld(jobs);
  }

  #giveBackUnheld(jobs: Job[]): void {
    if (jobs.length > 0) this.#handBack.giveBack(jobs);
  }

  #cancel(jobs: Job[]): void {
    for (const job of jobs) this.#release(job);
    this.#handBack.cancel(jobs);
  }

  #release(job: Job): void {
    this.#payloadBytes -= job.payload?.length ?? 0;
    job.payload = null;
    if (this.#settler.unsettled > maxUnsettledAttempts) this.#scheduler.pause();
  }

  /** Reads changed applications, one batch after the other: one that changes meanwhile is read again. */
  #reload(ids: Iterable<string>): void {
    for (const id of ids) this.#toReload.add(id);
    if (this.#reloading || this.#stopped) return;
    this.#reloading = true;
    void this.#reloadAll().finally(() => {
      this.#reloading = false;
      if (this.#toReload.size > 0) this.#reload([]);
    });
  }

  async #reloadAll(): Promise<void> {
    const ids = [...this.#toReload];
    this.#toReload.clear();
    try {
      const applications = await getApplications(ids);
      this.#cancel(
        this.#scheduler.refresh(
          ids.filter((id) => !this.#toReload.has(id)),
          applications,
        ),
      );
    } catch (error) {
      warnOfFailure("delivery.reload_failed", error);
      for (const id of ids) this.#toReload.add(id);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async #renewLeases(): Promise<void> {
    const soonMs = performance.now() + this.#leaseMs * 0.75;
    const jobs = [...this.#scheduler.flights()].map(({ job }) => job).filter((job) => job.leaseEndsMs < soonMs);
    const sentMs = performance.now();
    await renew(jobs);
    for (const job of jobs) job.leaseEndsMs = sentMs + this.#leaseMs;
  }

  #tasks(): Task[] {
    const range = (days: number): [Date, Date] => [new Date(databaseNowMs() - days * dayMs), new Date(databaseNowMs() + dayMs)];
    const tasks: Task[] = [
      { name: "clock", everyMs: 30_000, run: synchroniseClock },
      { name: "watch", everyMs: 60_000, run: watchApplications },
      { name: "interest", everyMs: 3_600_000, run: watchInterest },
      { name: "tidy", everyMs: 1_000, run: () => this.#tidy() },
      { name: "cancel", everyMs: 30_000, run: () => this.#ending.sweep(...range(3)) },
      { name: "cancel older", everyMs: 600_000, run: () => this.#ending.sweep(...range(env().retentionDays + 1)) },
      { name: "in hand", everyMs: enterEveryMs(), run: () => enterQueue() },
      { name: "claimed, in hand", everyMs: enterEveryMs(), run: () => enterClaimed() },
      { name: "lines", everyMs: 2_000, run: () => this.#lines.sweep() },
    ];
    // Where an attempt may take longer than half a lease, leases are kept alive.
    if (env().attemptTimeoutMs + 1_000 > this.#leaseMs / 2)
      tasks.push({ name: "renew", everyMs: this.#leaseMs / 4, run: () => this.#renewLeases() });
    return tasks;
  }

  #tidy(): void {
    this.#scheduler.tidy();
    const { waiting, inFlight, unsettled } = this.held();
    metrics().queued.set(waiting);
    metrics().rateLimited.set(this.#scheduler.rateLimited);
    metrics().inFlight.set(inFlight);
    metrics().unsettled.set(unsettled);
  }
}

/** An attempt from its start to its verdict: payload, request, decision, and the outcome on its way to be stored. */
import { announceChange, type EndpointSnapshot, type Presentation } from "../db/applications.ts";
import { noteChange } from "../db/changes.ts";
import { databaseNowMs } from "../db/clock.ts";
import { advance } from "../db/lines.ts";
import { disableEndpoint, type OwnReason } from "../db/sql/hot/disable.ts";
import { loadPayloads } from "../db/sql/hot/payloads.ts";
import type { Settled, SettledAttempt } from "../db/sql/hot/settle.ts";
import { newId } from "../ids.ts";
import { log } from "../log.ts";
import { metrics } from "../metrics.ts";
import { errorClassOf, type Outcome } from "../webhooks/outcome.ts";
import { decide, type Decision, disableAfterMs, shouldDisable } from "../webhooks/retry.ts";
import { type AttemptTrace, beginAttempt } from "./attemptTrace.ts";
import { forwarding } from "./forwarding.ts";
import type { Flight, Job } from "./lane.ts";
import type { Answer } from "./pacing.ts";
import { needsPreparation, prepare } from "./preparation.ts";
import type { Sender, Sending } from "./send.ts";
import type { Settler } from "./settler.ts";
import { warnOfFailure } from "../outage.ts";

export type AttemptEvents = {
  /** The attempt has ended and its slot is free. `answer` null: no request was made. */
  finished: (flight: Flight, answer: Answer | null) => void;
  giveBack: (jobs: Job[]) => void;
  /** The jobs' payloads are gone, or their endpoint is: there is nothing left to send. */
  cancel: (jobs: Job[]) => void;
  /** The endpoint's transformation cancelled the jobs. */
  cancelByTransformation: (jobs: Job[]) => void;
  /** The attempt is stored, and the job due again in `inMs` milliseconds. */
  due: (job: Job, inMs: number) => void;
  /** The job's payload may be freed. */
  released: (job: Job) => void;
};

const payloadsTogether = 64;

export class Attempts {
  readonly #sender: Sender;
  readonly #settler: Settler;
  readonly #events: AttemptEvents;
  #toLoad: Flight[] = [];

  constructor(sender: Sender, settler: Settler, events: AttemptEvents) {
    this.#sender = sender;
    this.#settler = settler;
    this.#events = events;
  }

  start(flight: Flight): void {
    const { payload } = flight.job;
    if (payload !== null) return this.#send(flight, payload);
    this.#toLoad.push(flight);
    if (this.#toLoad.length === 1) setImmediate(() => void this.#load());
  }

  async #load(): Promise<void> {
    const flights = this.#toLoad.splice(0, payloadsTogether);
    if (this.#toLoad.length > 0) setImmediate(() => void this.#load());
    try {
      const payloads = await loadPayloads(flights.map(({ job }) => job));
      const nowMs = performance.now();
      for (const flight of flights) {
        const stored = payloads.get(flight.job.messageId);
        if (stored === undefined) this.#unsent(flight, this.#events.cancel);
        else if (flight.job.leaseEndsMs <= nowMs) this.#unsent(flight, this.#events.giveBack);
        else {
          flight.job.contentType = stored.contentType;
          flight.job.forward = stored.forward;
          flight.job.trace ??= stored.trace;
          this.#send(flight, stored.payload);
        }
      }
    } catch (error) {
      warnOfFailure("delivery.payload_failed", error);
      for (const flight of flights) this.#unsent(flight, this.#events.giveBack);
    }
  }

  #unsent(flight: Flight, put: (jobs: Job[]) => void): void {
    put([flight.job]);
    this.#events.finished(flight, null);
  }

  #send(flight: Flight, payload: Buffer): void {
    const { job, lane } = flight;
    const { endpoint } = lane;
    const sending: Sending = {
      url: endpoint.url,
      target: job.forward ? forwarding(lane.target, job.forward, endpoint) : lane.target,
      method: "POST",
      messageId: job.messageId,
      eventType: job.eventType,
      endpoint,
      payload,
      contentType: job.contentType,
      nowMs: databaseNowMs(),
    };
    if (needsPreparation(endpoint)) void this.#prepare(flight, endpoint, sending);
    else this.#dispatch(flight, endpoint, sending);
  }

  async #prepare(flight: Flight, endpoint: EndpointSnapshot, sending: Sending): Promise<void> {
    const startedMs = performance.now();
    const prepared = await prepare(sending, endpoint, flight.job, this.#sender);
    if (flight.job.leaseEndsMs <= performance.now()) this.#unsent(flight, this.#events.giveBack);
    else if (prepared.kind === "cancelled") this.#unsent(flight, this.#events.cancelByTransformation);
    else this.#dispatch(flight, endpoint, { ...prepared.sending, nowMs: databaseNowMs() }, startedMs);
  }

  /** Sends. `slotTakenMs`: when preparing began, whose time counts too for how much the endpoint gets. */
  #dispatch(flight: Flight, endpoint: EndpointSnapshot, sending: Sending, slotTakenMs = performance.now()): void {
    const { job } = flight;
    const startedMs = sending.nowMs;
    const id = newId("attempt", startedMs);
    const trace = beginAttempt(job, id, sending.url);
    this.#sender.send(presented(sending, endpoint.presentation, id, trace), (outcome) => {
      const trigger = job.manualQueued > 0 ? "manual" : "scheduled";
      const made = { trigger, scheduledCount: job.scheduledCount } as const;
      const decision = decide(outcome, made, endpoint.retrySchedule, Math.random(), databaseNowMs());
      trace?.end(outcome, decision.verdict.status);
      const attempt = this.#attemptOf(job, id, sending.url, startedMs, trigger, outcome, decision);
      this.#settler.add({
        attempt,
        leaseEndsMs: job.leaseEndsMs,
        settled: (result) => this.#settled(job, endpoint.environmentId, trigger, decision, result),
        // What stands in a line was claimed: nothing of it is handed over.
        awaited: job.claimed || job.manualQueued > 0,
      });
      record(attempt, outcome.durationMs, trace);
      const durationMs = performance.now() - slotTakenMs;
      const timedOut = attempt.errorClass === "timeout" || attempt.notes?.includes("body_timed_out") === true;
      this.#events.released(job);
      const failed = attempt.errorClass !== null;
      this.#events.finished(flight, { startedMs: slotTakenMs, durationMs, throttled: decision.throttled, timedOut, failed });
    });
  }

  #attemptOf(
    job: Job,
    id: string,
    url: string,
    startedMs: number,
    trigger: SettledAttempt["trigger"],
    outcome: Outcome,
    decision: Decision,
  ): SettledAttempt {
    const answered = outcome.kind === "answered";
    return {
      id,
      startedMs,
      messageId: job.messageId,
      endpointId: job.endpointId,
      createdAt: job.createdAt,
      leaseId: job.leaseId,
      attemptCount: job.attemptCount,
      trigger,
      verdict: decision.verdict,
      countsAsFailure: decision.countsAsFailure,
      url,
      statusCode: answered ? outcome.statusCode : 0,
      errorClass: errorClassOf(outcome),
      response: answered ? outcome.body : outcome.detail,
      responseBytes: answered ? outcome.bytes : undefined,
      responseHeaders: answered ? outcome.headers : null,
      durationMs: outcome.durationMs,
      timings: outcome.timings,
      notes: outcome.notes,
    };
  }

  #settled(job: Job, environmentId: string, trigger: SettledAttempt["trigger"], { verdict, effect }: Decision, result: Settled): void {
    if (!result.held) return;
    noteChange(environmentId, job.messageId, job.endpointId);
    if (result.orderKey !== undefined) advance([{ endpointId: job.endpointId, orderKey: result.orderKey }]);
    if (result.dueInMs !== null) this.#events.due(job, result.dueInMs);
    if (effect === "disable_gone") void disable(job, "gone");
    else if (effect === "disable_requested") void disable(job, "requested");
    else if (result.failingForMs !== null && shouldDisable(result.failingForMs, { trigger, verdict }))
      void disable(job, "failing", disableAfterMs);
  }
}

/** The request with what its environment has said that receivers are told beside the webhook. */
function presented(sending: Sending, { userAgent, idHeader, traceHeaders }: Presentation, id: string, trace: AttemptTrace | null): Sending {
  if (userAgent === null && idHeader === null && !traceHeaders) return sending;
  const more = [...(idHeader === null ? [] : [idHeader, id]), ...(traceHeaders && trace !== null ? trace.headers : [])];
  const told = { userAgent, ...(more.length > 0 ? { more } : {}) };
  const { renew } = sending;
  return { ...sending, ...told, ...(renew === undefined ? {} : { renew: async () => ({ ...(await renew()), ...told }) }) };
}

function record(attempt: SettledAttempt, durationMs: number, trace: AttemptTrace | null): void {
  const { messageId, endpointId, errorClass, statusCode, verdict } = attempt;
  metrics().attempts.inc({ result: errorClass ?? "succeeded" });
  metrics().attemptSeconds.observe(durationMs / 1000);
  const level = errorClass === null ? "debug" : "info";
  if (!log.isLevelEnabled(level)) return;
  const line = { messageId, endpointId, attemptNumber: attempt.attemptCount + 1, status: statusCode, errorClass, ...trace?.logFields };
  log[level]({ ...line, durationMs: Math.round(durationMs), verdict: verdict.status }, "delivery.attempted");
}

async function disable(job: Job, reason: OwnReason, failingForMs?: number): Promise<void> {
  const { applicationId, endpointId } = job;
  try {
    if (!(await disableEndpoint(applicationId, endpointId, reason, failingForMs))) return;
    log.warn({ applicationId, endpointId, reason }, "endpoint.disabled");
    metrics().endpointsDisabled.inc({ reason });
    await announceChange(applicationId);
  } catch (error) {
    // The endpoint's next answer will ask for the same again.
    log.error({ endpointId, error: (error as Error).message }, "endpoint.disable_failed");
  }
}

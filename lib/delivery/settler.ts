/**
 * Stores outcomes, many with one statement. While the database is away the settler keeps them and tries again, until their
 * lease has run out: then another worker makes the attempt again, and the late outcome would change nothing.
 */
import { Gathering } from "../db/gathering.ts";
import { log } from "../log.ts";
import { metrics } from "../metrics.ts";
import { faultOf } from "../db/sql/faults.ts";
import { settle, type Settled, type SettledAttempt } from "../db/sql/hot/settle.ts";
import { Queue } from "./queue.ts";
import { warnOfFailure } from "../outage.ts";

export type Outcoming = {
  attempt: SettledAttempt;
  leaseEndsMs: number;
  settled: (result: Settled) => void;
  /** Whether something may wait until it is stored: the next of its line, or whoever asked for a resend. */
  awaited: boolean;
};

/**
 * How outcomes are gathered: how many go with one statement at most, and how many statements at a time. `done`: those after which
 * nothing follows; under load they gather. `patient`: those after which nothing follows for a while, and which come by the hundred; some
 * of them together cost little more than one, and a statement with many keeps others waiting.
 */
const ways = {
  prompt: { together: 500, maxInFlight: 2, enough: 250 },
  done: { together: 500, maxInFlight: 2, enough: 250, patienceMs: 25, underLoad: true },
  patient: { together: 250, maxInFlight: 2, enough: 100, patienceMs: 25 },
};
/** What is tried again no sooner than this can be stored a little later. */
const patientFromMs = 1_000;
const firstWaitMs = 100;
const maxWaitMs = 1_000;

type Way = { together: number; maxInFlight: number; enough: number; patienceMs?: number; underLoad?: boolean };
type Gathered = { waiting: Queue<Outcoming>; gathering: Gathering };

function wayOf({ attempt: { verdict }, awaited }: Outcoming): keyof typeof ways {
  if (verdict.status === "pending" && verdict.waitMs >= patientFromMs) return "patient";
  return verdict.status === "succeeded" && !awaited ? "done" : "prompt";
}

export class Settler {
  readonly #gathered = {
    prompt: this.#gatheringOf(ways.prompt),
    done: this.#gatheringOf(ways.done),
    patient: this.#gatheringOf(ways.patient),
  };
  #unsettled = 0;
  readonly #idle: (() => void)[] = [];
  /** Called whenever the number of unsettled outcomes has fallen. */
  onProgress: (unsettled: number) => void = () => undefined;

  get unsettled(): number {
    return this.#unsettled;
  }

  add(outcome: Outcoming): void {
    this.#unsettled++;
    const { waiting, gathering } = this.#gathered[wayOf(outcome)];
    waiting.push(outcome);
    gathering.look(waiting.length);
  }

  /** Resolves when everything is stored or given up. */
  idle(): Promise<void> {
    return this.#unsettled === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  #gatheringOf({ together, ...options }: Way): Gathered {
    const gathered: Gathered = {
      waiting: new Queue(),
      gathering: new Gathering({ ...options, start: () => void this.#run(gathered, together) }),
    };
    return gathered;
  }

  async #run({ waiting, gathering }: Gathered, together: number): Promise<void> {
    const group: Outcoming[] = [];
    while (group.length < together) {
      const next = waiting.shift();
      if (next === undefined) break;
      group.push(next);
    }
    if (group.length === 0) return;
    gathering.begun(group.length);
    gathering.look(waiting.length);
    await this.#store(group);
    gathering.ended(group.length);
    this.#unsettled -= group.length;
    this.onProgress(this.#unsettled);
    if (this.#unsettled === 0) for (const resolve of this.#idle.splice(0)) resolve();
    gathering.look(waiting.length);
  }

  async #store(group: Outcoming[]): Promise<void> {
    metrics().commitSize.observe({ statement: "settle" }, group.length);
    let left = group;
    for (let waitMs = firstWaitMs; left.length > 0; waitMs = Math.min(maxWaitMs, waitMs * 2)) {
      try {
        const results = await settle(left.map(({ attempt }) => attempt));
        return this.#report(left, results);
      } catch (error) {
        const fault = faultOf(error);
        if (fault === "refused") return this.#storeOneByOne(left, error as Error);
        if (fault === "away") {
          warnOfFailure("delivery.settle_waits", error, { outcomes: left.length });
          await new Promise((resolve) => setTimeout(resolve, waitMs));
        }
        left = this.#withLease(left);
      }
    }
  }

  #report(group: Outcoming[], results: Settled[]): void {
    for (const [i, { attempt, settled }] of group.entries()) {
      const result = results[i] ?? { held: false };
      if (!result.held) {
        metrics().leasesLost.inc();
        log.warn({ messageId: attempt.messageId, endpointId: attempt.endpointId }, "delivery.lease_lost");
      }
      settled(result);
    }
  }

  /** Stores outcomes one by one: one that the database refuses must not hold up the others. That one is stored without the receiver's text. */
  async #storeOneByOne(group: Outcoming[], error: Error): Promise<void> {
    const [only] = group;
    if (group.length > 1 || only === undefined) {
      for (const one of group) await this.#store([one]);
      return;
    }
    const { messageId, endpointId, response, responseHeaders } = only.attempt;
    log.error({ messageId, endpointId, error: error.message }, "delivery.settle_refused");
    if (response === "" && responseHeaders === null) return only.settled({ held: false });
    await this.#store([{ ...only, attempt: { ...only.attempt, response: "", responseBytes: undefined, responseHeaders: null } }]);
  }

  #withLease(group: Outcoming[]): Outcoming[] {
    const nowMs = performance.now();
    return group.filter(({ leaseEndsMs, attempt, settled }) => {
      if (leaseEndsMs > nowMs) return true;
      metrics().leasesLost.inc();
      log.warn({ messageId: attempt.messageId, endpointId: attempt.endpointId }, "delivery.lease_lost");
      settled({ held: false });
      return false;
    });
  }
}

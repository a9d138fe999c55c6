/** Deliveries that this process will not send, on their way back to the database: freed for other workers, or cancelled. */
import { faultOf } from "../db/sql/faults.ts";
import { cancelHeld, cancelTransformed, giveBack } from "../db/sql/hot/lease.ts";
import { metrics } from "../metrics.ts";
import type { Job } from "./lane.ts";
import { warnOfFailure } from "../outage.ts";

const jobsTogether = 1_000;
const maxTries = 5;
const betweenTriesMs = 500;

export class HandBack {
  readonly #back = new Batch(giveBack, "delivery.give_back_failed");
  readonly #cancelled = new Batch(cancelHeld, "delivery.cancel_failed");
  readonly #byTransformation = new Batch(cancelTransformed, "delivery.cancel_failed");

  giveBack(jobs: Job[]): void {
    metrics().leasesGivenBack.inc(jobs.length);
    this.#back.add(jobs);
  }

  cancel(jobs: Job[]): void {
    this.#cancelled.add(jobs);
  }

  /** Cancels because the endpoint's transformation said so, which the row then tells. */
  cancelByTransformation(jobs: Job[]): void {
    this.#byTransformation.add(jobs);
  }

  async idle(): Promise<void> {
    await Promise.all([this.#back.idle(), this.#cancelled.idle(), this.#byTransformation.idle()]);
  }
}

/** Collects jobs for shared statements. If one fails for good nothing is lost: the leases run out. */
class Batch {
  readonly #store: (jobs: Job[]) => Promise<void>;
  readonly #failed: string;
  #jobs: Job[] = [];
  #running: Promise<void> | null = null;

  constructor(store: (jobs: Job[]) => Promise<void>, failed: string) {
    this.#store = store;
    this.#failed = failed;
  }

  add(jobs: Job[]): void {
    if (jobs.length === 0) return;
    for (const job of jobs) {
      job.payload = null;
      this.#jobs.push(job);
    }
    this.#running ??= this.#run().finally(() => (this.#running = null));
  }

  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#jobs.length > 0) {
      await this.#storeAtLast(this.#jobs.splice(0, jobsTogether));
    }
  }

  async #storeAtLast(jobs: Job[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#store(jobs);
      } catch (error) {
        const last = tries === maxTries || faultOf(error) === "refused";
        warnOfFailure(this.#failed, error, { deliveries: jobs.length, last });
        if (last) return;
        await new Promise((resolve) => setTimeout(resolve, betweenTriesMs));
      }
    }
  }
}

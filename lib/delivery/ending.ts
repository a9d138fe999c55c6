/** Cancels pending deliveries of endpoints that are disabled or deleted: at once when told of it, and by looking now and then. */
import { cancelInactive, findInactiveWithPending, listInactive } from "../db/sql/hot/cancel.ts";
import { warnOfFailure } from "../outage.ts";

const deliveriesTogether = 1_000;
const endpointsTogether = 100;

export class Ending {
  readonly #applications = new Set<string>();
  #running: Promise<void> | null = null;
  #stopped = false;

  applicationChanged(applicationId: string): void {
    this.#applications.add(applicationId);
    if (!this.#stopped) this.#running ??= this.#run().finally(() => (this.#running = null));
  }

  /** Cancels for messages of [since, until). */
  async sweep(since: Date, until: Date): Promise<void> {
    await this.#cancel(await findInactiveWithPending(since, until));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (const applicationId of this.#applications) {
      this.#applications.delete(applicationId);
      try {
        await this.#cancel(await listInactive(applicationId));
      } catch (error) {
        // The next sweep finds what is left.
        warnOfFailure("delivery.cancel_failed", error, { applicationId });
      }
    }
  }

  async #cancel(endpointIds: string[]): Promise<void> {
    for (let i = 0; i < endpointIds.length; i += endpointsTogether) {
      const some = endpointIds.slice(i, i + endpointsTogether);
      while (!this.#stopped && (await cancelInactive(some, deliveriesTogether)) === deliveriesTogether);
    }
  }
}

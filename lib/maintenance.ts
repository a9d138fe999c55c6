/** Tasks that must be done now and then. A task never runs twice at once; one that failed is tried again in its next turn. */
import { warnOfFailure } from "./outage.ts";

export type Task = { name: string; everyMs: number; run: () => Promise<unknown> | void };

export class Maintenance {
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  /** Starts a task, the first time at once. */
  start(task: Task): void {
    void this.#run(task);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #run(task: Task): Promise<void> {
    try {
      await task.run();
    } catch (error) {
      warnOfFailure("maintenance.failed", error, { task: task.name });
    }
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#run(task);
    }, task.everyMs);
    this.#timers.add(timer);
  }
}

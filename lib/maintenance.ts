/** What must be done now and then, whoever does it. Each task waits for its own end, and a failure for the next turn. */
import { log } from "./log.ts";

export type Task = { name: string; everyMs: number; run: () => Promise<unknown> | void };

export class Maintenance {
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  /** The first time at once. */
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
      log.warn({ task: task.name, error: (error as Error).message }, "maintenance.failed");
    }
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#run(task);
    }, task.everyMs);
    this.#timers.add(timer);
  }
}

/** The end of a program, step by step under one deadline. */
import { log } from "../lib/log.ts";

// Of the deadline, what is kept for the last steps: connections and the embedded database.
const forTheLastMs = 3_000;

export class StopDeadline {
  readonly #endsAtMs: number;

  /** `totalMs`: for all steps together. */
  constructor(totalMs: number) {
    this.#endsAtMs = performance.now() + totalMs;
  }

  /** How long a step may take that is not the last. */
  get leftMs(): number {
    return Math.max(0, this.#endsAtMs - performance.now() - Math.min(forTheLastMs, (this.#endsAtMs - performance.now()) / 3));
  }

  /** Waits for a step, but no longer than is left; what is still under way then is logged and left behind. */
  async step(name: string, work: Promise<unknown> | undefined, isLast = false): Promise<void> {
    const leftMs = isLast ? Math.max(1_000, this.#endsAtMs - performance.now()) : this.leftMs;
    const outcome = await Promise.race([Promise.resolve(work).then(() => "done" as const), after(leftMs)]);
    if (outcome === "late") log.warn({ step: name }, "stop.deadline_passed");
  }
}

/** Resolves after so long. It does not keep the process from ending. */
export const after = (ms: number): Promise<"late"> => new Promise((resolve) => setTimeout(resolve, ms, "late").unref());

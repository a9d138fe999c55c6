/**
 * A few warm processes that run people's code. Runs wait in turn by whose they are, so that an endpoint whose code
 * takes all the time that it is given delays its own deliveries and leaves a process to the others.
 */
import { availableParallelism } from "node:os";
import { metrics } from "../metrics.ts";
import { singleton } from "../singleton.ts";
import { type Answer, Child, type Job } from "./child.ts";

export type Run = {
  /** Whose it is: an endpoint's or a source's id. */
  owner: string;
  code: string;
  input: string | null;
  payload: string;
  maxOutputLength: number;
};

export type RunResult =
  | Answer
  /** There was no process for it in time: our fault. */
  | { kind: "unavailable" };

const timeMs = 500;
const maxWaiting = 1_000;
const maxWaitMs = 10_000;
const maxLogs = 100;
const maxLogLength = 1_000;
/** With nothing to do for so long, the processes end. */
const idleMs = 60_000;

/** Never throws. */
export const runCode = (run: Run): Promise<RunResult> => sandbox().run(run);

/** At once; what waits or runs is `unavailable`. The next run starts anew. */
export const closeSandbox = (): void => sandbox().close();

type Waiting = { run: Run; done: (result: RunResult) => void; timer: NodeJS.Timeout };

class Sandbox {
  readonly #most = Math.max(2, Math.min(4, availableParallelism()));
  readonly #idle: Child[] = [];
  readonly #all = new Set<Child>();
  /** By owner, in the order in which their turns come. */
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #running = new Map<string, number>();
  #waitingCount = 0;
  #reaper: NodeJS.Timeout | null = null;

  run(run: Run): Promise<RunResult> {
    if (this.#waitingCount >= maxWaiting) return Promise.resolve({ kind: "unavailable" });
    return new Promise((done) => {
      const waiting: Waiting = { run, done, timer: setTimeout(() => this.#giveUp(waiting), maxWaitMs) };
      const others = this.#waiting.get(run.owner);
      if (others === undefined) this.#waiting.set(run.owner, [waiting]);
      else others.push(waiting);
      this.#waitingCount++;
      this.#pump();
    });
  }

  close(): void {
    for (const child of this.#all) child.kill();
    this.#all.clear();
    this.#idle.length = 0;
    for (const waiting of [...this.#waiting.values()].flat()) this.#giveUp(waiting);
  }

  #pump(): void {
    while (this.#idle.length > 0) {
      const next = this.#take();
      if (next === null) break;
      const child = this.#idle.pop();
      if (child !== undefined) void this.#give(child, next);
    }
    const starting = this.#all.size - this.#idle.length - this.#busy();
    if (this.#waitingCount > starting && this.#all.size < this.#most) this.#start();
    this.#reap();
  }

  /** Of the owner whose turn it is; while there is more than one process, one of them is not his. */
  #take(): Waiting | null {
    for (const [owner, [first]] of this.#waiting) {
      if (first === undefined || (this.#running.get(owner) ?? 0) >= this.#most - 1) continue;
      this.#remove(first);
      return first;
    }
    return null;
  }

  async #give(child: Child, { run, done }: Waiting): Promise<void> {
    const { owner, ...job } = run;
    this.#running.set(owner, (this.#running.get(owner) ?? 0) + 1);
    const answer = await child.run({ ...job, timeMs, maxLogs, maxLogLength } satisfies Job);
    const left = (this.#running.get(owner) ?? 1) - 1;
    if (left === 0) this.#running.delete(owner);
    else this.#running.set(owner, left);
    if (child.isAlive && this.#all.has(child)) this.#idle.push(child);
    metrics().codeRuns.inc({ result: answer.kind === "failed" ? answer.reason : "done" });
    done(answer);
    this.#pump();
  }

  #start(): void {
    const child = new Child(
      () => {
        if (this.#all.has(child)) this.#idle.push(child);
        this.#pump();
      },
      (wasReady) => {
        this.#all.delete(child);
        const at = this.#idle.indexOf(child);
        if (at >= 0) this.#idle.splice(at, 1);
        // One that can't start would be started again for as long as somebody waits.
        if (!wasReady && this.#all.size === 0) for (const waiting of [...this.#waiting.values()].flat()) this.#giveUp(waiting);
        this.#pump();
      },
    );
    this.#all.add(child);
  }

  #busy(): number {
    let busy = 0;
    for (const count of this.#running.values()) busy += count;
    return busy;
  }

  #giveUp(waiting: Waiting): void {
    if (!this.#remove(waiting)) return;
    metrics().codeRuns.inc({ result: "unavailable" });
    waiting.done({ kind: "unavailable" });
  }

  /** The owner goes to the end of the line. */
  #remove(waiting: Waiting): boolean {
    const { owner } = waiting.run;
    const line = this.#waiting.get(owner) ?? [];
    const at = line.indexOf(waiting);
    if (at < 0) return false;
    clearTimeout(waiting.timer);
    line.splice(at, 1);
    this.#waitingCount--;
    this.#waiting.delete(owner);
    if (line.length > 0) this.#waiting.set(owner, line);
    return true;
  }

  #reap(): void {
    if (this.#reaper !== null) clearTimeout(this.#reaper);
    this.#reaper = setTimeout(() => {
      if (this.#busy() === 0) for (const child of this.#idle.splice(0)) child.kill();
    }, idleMs).unref();
  }
}

const sandbox = (): Sandbox => singleton("sandbox", () => new Sandbox());

/**
 * A few warm processes that run people's code. Runs wait in turn by whose they are, so that an application whose code
 * takes all the time that it is given delays its own deliveries and leaves a process to the others.
 */
import { availableParallelism } from "node:os";
import { metrics } from "../metrics.ts";
import { shareOf } from "../siblings.ts";
import { singleton } from "../singleton.ts";
import { Turns, type Whose } from "../turns.ts";
import { type Answer, Child, type Program } from "./child.ts";

export type Run = {
  whose: Whose;
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
const maxWaitingRuns = 1_000;
const maxWaitingRunsOfTenant = 250;
const maxWaitMs = 10_000;
const maxLogs = 100;
/** The processes end when they have had nothing to do for so long. */
const idleMs = 60_000;

/** Runs code in a process of the sandbox. Never throws. */
export const runCode = (run: Run): Promise<RunResult> => sandbox().run(run);

/** Ends the processes at once; runs that wait or are under way answer `unavailable`. The next run starts new ones. */
export const closeSandbox = (): void => sandbox().close();

type Waiting = { run: Run; done: (result: RunResult) => void; timer: NodeJS.Timeout };

class Sandbox {
  readonly #most = shareOf(Math.max(2, Math.min(4, availableParallelism())), 2);
  readonly #idle: Child[] = [];
  readonly #all = new Set<Child>();
  /** While there is more than one process, one of them is not the same tenant's. */
  readonly #turns = new Turns<Waiting>(() => ({ perOwner: this.#most - 1, perTenant: this.#most - 1 }));
  #reaper: NodeJS.Timeout | null = null;

  run(run: Run): Promise<RunResult> {
    const { whose } = run;
    if (this.#turns.waiting >= maxWaitingRuns || this.#turns.waitingOf(whose.tenant) >= maxWaitingRunsOfTenant)
      return Promise.resolve(unavailable());
    return new Promise((done) => {
      const waiting: Waiting = { run, done, timer: setTimeout(() => this.#giveUp(waiting), maxWaitMs) };
      this.#turns.add(whose, waiting);
      this.#pump();
    });
  }

  close(): void {
    for (const child of this.#all) child.kill();
    this.#all.clear();
    this.#idle.length = 0;
    this.#giveUpAll();
  }

  #pump(): void {
    while (this.#idle.length > 0) {
      const next = this.#turns.next();
      if (next === null) break;
      clearTimeout(next.timer);
      const child = this.#idle.pop();
      if (child !== undefined) void this.#give(child, next);
    }
    const starting = this.#all.size - this.#idle.length - this.#turns.running;
    if (this.#turns.waiting > starting && this.#all.size < this.#most) this.#start();
    this.#reap();
  }

  async #give(child: Child, { run, done }: Waiting): Promise<void> {
    const { whose, ...program } = run;
    const answer = await child.run({ ...program, timeMs, maxLogs } satisfies Program);
    this.#turns.end(whose);
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
        // A process that can't start would be started again and again for as long as a run waits.
        if (!wasReady && this.#all.size === 0) this.#giveUpAll();
        this.#pump();
      },
    );
    this.#all.add(child);
  }

  #giveUp(waiting: Waiting): void {
    if (this.#turns.remove(waiting.run.whose, waiting)) this.#refuse(waiting);
  }

  #giveUpAll(): void {
    for (const waiting of this.#turns.clear()) this.#refuse(waiting);
  }

  #refuse({ timer, done }: Waiting): void {
    clearTimeout(timer);
    done(unavailable());
  }

  #reap(): void {
    if (this.#reaper !== null) clearTimeout(this.#reaper);
    this.#reaper = setTimeout(() => {
      if (this.#turns.running === 0) for (const child of this.#idle.splice(0)) child.kill();
    }, idleMs).unref();
  }
}

function unavailable(): RunResult {
  metrics().codeRuns.inc({ result: "unavailable" });
  return { kind: "unavailable" };
}

const sandbox = (): Sandbox => singleton("sandbox", () => new Sandbox());

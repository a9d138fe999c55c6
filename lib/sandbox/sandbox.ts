/**
 * A few warm processes that run people's code. Runs wait in turn by whose they are, so that an application whose code
 * takes all the time that it is given delays its own deliveries and leaves a process to the others. Runs of one endpoint's or
 * source's code that wait share a turn as long as they are quick: talking to a process costs as much as a short run.
 */
import { availableParallelism } from "node:os";
import { LRUCache } from "lru-cache";
import { metrics } from "../metrics.ts";
import { shareOf } from "../siblings.ts";
import { singleton } from "../singleton.ts";
import { Turns, type Whose } from "../turns.ts";
import { type Answer, type Batch, Child, type Webhook } from "./child.ts";

export type Run = Webhook & {
  whose: Whose;
  code: string;
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
/** Runs that share a turn, and how long their payloads are in all. */
const together = { runs: 32, length: 512 * 1024 };
/** Owners of which it is known how many of their runs fit into a turn. */
const maxOwners = 10_000;
/** The processes end when they have had nothing to do for so long. */
const idleMs = 60_000;

/** Runs code in a process of the sandbox. Never throws. */
export const runCode = (run: Run): Promise<RunResult> => sandbox().run(run);

/** Ends the processes at once; runs that wait or are under way answer `unavailable`. The next run starts new ones. */
export const closeSandbox = (): void => sandbox().close();

type Waiting = {
  run: Run;
  done: (result: RunResult) => void;
  untilMs: number;
  timer: NodeJS.Timeout | undefined;
  /** It was in a batch that ended its process: now it is seen whether that was this run. */
  isAlone: boolean;
};

class Sandbox {
  readonly #most = shareOf(Math.max(2, Math.min(4, availableParallelism())), 2);
  readonly #idle: Child[] = [];
  readonly #all = new Set<Child>();
  /** While there is more than one process, one of them is not the same tenant's. */
  readonly #turns = new Turns<Waiting>(() => ({ perOwner: this.#most - 1, perTenant: this.#most - 1 }));
  /** How many runs fit into a turn, by owner. */
  readonly #fitting = new LRUCache<string, number>({ max: maxOwners });
  #reaper: NodeJS.Timeout | null = null;
  #isPlanned = false;
  #closings = 0;

  run(run: Run): Promise<RunResult> {
    const { whose } = run;
    if (this.#turns.waiting >= maxWaitingRuns || this.#turns.waitingOf(whose.tenant) >= maxWaitingRunsOfTenant)
      return Promise.resolve(unavailable());
    return new Promise((done) => {
      const untilMs = performance.now() + maxWaitMs;
      const waiting: Waiting = { run, done, untilMs, timer: undefined, isAlone: false };
      this.#limit(waiting);
      this.#turns.add(whose, waiting);
      this.#plan();
    });
  }

  close(): void {
    this.#closings++;
    for (const child of this.#all) child.kill();
    this.#all.clear();
    this.#idle.length = 0;
    this.#giveUpAll();
  }

  /** Looks for work at the end of this turn of the event loop, so that runs that are asked for in it may share a turn. */
  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#idle.length > 0) {
      const next = this.#turns.next();
      if (next === null) break;
      const child = this.#idle.pop();
      if (child !== undefined) void this.#give(child, next);
    }
    const starting = this.#all.size - this.#idle.length - this.#turns.running;
    if (this.#turns.waiting > starting && this.#all.size < this.#most) this.#start();
    this.#reap();
  }

  async #give(child: Child, first: Waiting): Promise<void> {
    const { whose, code, maxOutputLength } = first.run;
    const taken = this.#gather(first);
    for (const { timer } of taken) clearTimeout(timer);
    const webhooks = taken.map(({ run: { input, payload } }) => ({ input, payload }));
    const closings = this.#closings;
    const answers = await child.run({ code, maxOutputLength, timeMs, maxLogs, webhooks } satisfies Batch);
    this.#turns.end(whose);
    if (child.isAlive && this.#all.has(child)) this.#idle.push(child);
    const isWhole = answers.length === taken.length;
    this.#fitting.set(whose.owner, isWhole ? Math.max(this.#fittingOf(whose), 2 * taken.length) : Math.max(1, answers.length));
    for (const [i, answer] of answers.entries()) {
      metrics().codeRuns.inc({ result: answer.kind === "failed" ? answer.reason : "done" });
      taken[i]?.done(answer);
    }
    const left = taken.slice(answers.length);
    if (closings !== this.#closings) for (const waiting of left) this.#refuse(waiting);
    else if (left.length > 0) this.#putBack(whose, left, answers.length === 0);
    this.#plan();
  }

  /** Takes runs of the same code along. */
  #gather(first: Waiting): Waiting[] {
    const { whose, code, maxOutputLength, payload } = first.run;
    const taken = [first];
    if (first.isAlone) return taken;
    const most = Math.min(this.#fittingOf(whose), together.runs);
    let length = payload.length;
    const fits = ({ run, isAlone }: Waiting): boolean =>
      !isAlone && run.code === code && run.maxOutputLength === maxOutputLength && length + run.payload.length <= together.length;
    while (taken.length < most) {
      const next = this.#turns.along(whose, fits);
      if (next === null) break;
      taken.push(next);
      length += next.run.payload.length;
    }
    return taken;
  }

  #fittingOf({ owner }: Whose): number {
    return this.#fitting.get(owner) ?? 1;
  }

  #putBack(whose: Whose, left: Waiting[], areAlone: boolean): void {
    for (const waiting of left) {
      this.#limit(waiting);
      waiting.isAlone ||= areAlone;
    }
    this.#turns.putBack(whose, left);
  }

  #start(): void {
    const child = new Child(
      () => {
        if (this.#all.has(child)) this.#idle.push(child);
        this.#pump();
      },
      (wasReady) => {
        // Whoever waits since all were closed waits for others.
        if (!this.#all.delete(child)) return;
        const at = this.#idle.indexOf(child);
        if (at >= 0) this.#idle.splice(at, 1);
        // A process that can't start would be started again and again for as long as a run waits.
        if (!wasReady && this.#all.size === 0) this.#giveUpAll();
        this.#pump();
      },
    );
    this.#all.add(child);
  }

  /** Gives up if the run still waits when its time is over. */
  #limit(waiting: Waiting): void {
    const giveUp = (): void => {
      if (this.#turns.remove(waiting.run.whose, waiting)) this.#refuse(waiting);
    };
    waiting.timer = setTimeout(giveUp, Math.max(0, waiting.untilMs - performance.now()));
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

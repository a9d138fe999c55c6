/** One process that runs people's code, as its parent sees it: started, given one batch at a time, killed. */
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { dirname, join } from "node:path";
import { log } from "../log.ts";

/** Runs of one piece of code, each with limits of its own. */
export type Batch = {
  code: string;
  timeMs: number;
  maxOutputLength: number;
  maxLogs: number;
  webhooks: Webhook[];
};

export type Webhook = {
  /** JSON of the request without its payload; null: only check whether the code can be used. */
  input: string | null;
  payload: string;
};

/** `time`, `memory` and `output` are limits; `threw`: the code's own fault. */
type FailedReason = "threw" | "time" | "memory" | "output";

export type Answer = { logs: string[]; durationMs: number } & (
  | { kind: "checked" }
  | { kind: "done"; request: string; payloadKind: "same" | "json" | "text"; payload: string | null }
  | { kind: "failed"; reason: FailedReason; message: string }
);

/**
 * When to kill the process: code can escape QuickJS's own clock, as `new Array(2 ** 28).join()` did for 35 s. A process begins
 * no run of a batch that has lasted for some milliseconds, so that a batch takes hardly longer than its slowest run. What counts is
 * the processor's time that it has had: while others have the processor, nothing is held against the code, but not forever.
 */
const killAfter = { processorMs: 2_000, atLatestMs: 8_000 };
/** A batch that is still under way then is looked at: most are over long before. */
const firstLookMs = 200;
const startTimeoutMs = 15_000;

export class Child {
  readonly #process: ChildProcess;
  #killedForTime = false;
  #done: ((answers: Answer[] | null) => void) | null = null;

  get isAlive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null && !this.#process.killed;
  }

  /** `onReady`: the process can take a batch. `onExit`: it has ended; `wasReady`: whether it ever could. */
  constructor(onReady: () => void, onExit: (wasReady: boolean) => void) {
    const program = findProgram();
    // Not imported: Turbopack takes a fork's program for a module, looks for it among its own, and ends the build.
    this.#process = process.getBuiltinModule("node:child_process").fork(program, [], {
      env: {} as NodeJS.ProcessEnv,
      cwd: "/",
      execArgv: ["--no-warnings", ...permissions(dirname(dirname(dirname(program)))), "--max-old-space-size=64"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let ready = false;
    let complaint = "";
    const starting = setTimeout(() => this.kill(), startTimeoutMs);
    this.#process.stderr?.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(0, 2_000)));
    this.#process.on("message", (message: { ready: true } | Answer[]) => {
      if ("ready" in message) {
        ready = true;
        clearTimeout(starting);
        onReady();
      } else this.#end(message);
    });
    // A process may fail to start at all, and then there is no exit event.
    this.#process.on("error", (error) => (complaint ||= error.message));
    this.#process.on("close", () => {
      clearTimeout(starting);
      if (!ready && !this.#process.killed) log.error({ complaint }, "sandbox.start_failed");
      this.#end(null);
      onExit(ready);
    });
    // The child ends with its parent, and must not keep it alive.
    this.#process.unref();
    this.#process.channel?.unref();
    (this.#process.stderr as Socket | null)?.unref();
  }

  /**
   * Runs a batch and answers for the first of its webhooks, in their order, or for all. Always answers, whatever becomes of the
   * process: where that ended on the only webhook, with that; where on one of several, for none, since nobody knows which.
   */
  run(batch: Batch): Promise<Answer[]> {
    const startedMs = performance.now();
    return new Promise((resolve) => {
      let sinceMs: number | null = null;
      const look = (): void => {
        const [nowMs, passedMs] = [processorMs(this.#process.pid), performance.now() - startedMs];
        sinceMs ??= nowMs;
        const usedMs = nowMs === null || sinceMs === null ? passedMs : nowMs - sinceMs;
        const leftMs = Math.min(killAfter.processorMs - usedMs, killAfter.atLatestMs - passedMs);
        if (leftMs > 0) return void (timer = setTimeout(look, leftMs));
        this.#killedForTime = true;
        this.kill();
      };
      let timer = setTimeout(look, firstLookMs);
      this.#done = (answers) => {
        clearTimeout(timer);
        resolve(answers ?? (batch.webhooks.length === 1 ? [this.#died(performance.now() - startedMs)] : []));
      };
      this.#process.send(batch, (error) => error !== null && this.kill());
    });
  }

  #died(durationMs: number): Answer {
    const ended = { kind: "failed" as const, logs: [], durationMs };
    return this.#killedForTime
      ? { ...ended, reason: "time", message: "It ran for too long, and was ended from outside" }
      : { ...ended, reason: "memory", message: "It brought down the process that ran it, most likely by the memory that it needed" };
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #end(answers: Answer[] | null): void {
    const done = this.#done;
    this.#done = null;
    done?.(answers);
  }
}

/** Of Linux's `/proc/<pid>/stat`, in which they stand after the program's name: proc(5). */
const [userTicks, systemTicks, msPerTick] = [11, 12, 10];

/** The processor's time that a process has had, in milliseconds; null: only Linux tells. */
function processorMs(pid: number | undefined): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[userTicks]) + Number(fields[systemTicks])) * msPerTick;
  } catch {
    return null;
  }
}

/** Node.js's switches: the child may read its own libraries and nothing else. Node 20 has the older name of the switch. */
function permissions(root: string): string[] {
  const name = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";
  return [
    name,
    ...["lib/sandbox", "node_modules", "package.json"].map(
      (path) => `--allow-fs-read=${join(root, path)}${path.includes(".") ? "" : "/*"}`,
    ),
  ];
}

/** The path of child.mjs: beside this file, or, in a bundle, which has no directory, below the working directory. */
function findProgram(): string {
  const beside: string | undefined = import.meta.dirname;
  return join(beside ?? join(process.cwd(), "lib", "sandbox"), "child.mjs");
}

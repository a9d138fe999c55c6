/** Runs a program in as many processes as it is to have, from start to end. */
import cluster from "node:cluster";
import { tellAddress } from "../../lib/db/dataDirectory.ts";
import { outdated } from "../../lib/db/outdated.ts";
import { env, reachableUrl, setEnv } from "../../lib/env.ts";
import { metrics, setScrape } from "../../lib/metrics.ts";
import { requireReady, sayStopping } from "../../lib/services/system/health.ts";
import { unlessAborted } from "../../lib/unlessAborted.ts";
import { runProgram } from "../lifecycle.ts";
import { claimOperationsPort, type Operations, serveOperations } from "../operations.ts";
import { after, StopDeadline } from "../stopping.ts";
import { runAsOne } from "./one.ts";
import { Primary } from "./primary.ts";
import { type Address, endLingerMs, type ServerProgram, type Started } from "./program.ts";
import { type Pulse, usualPulse } from "./pulse.ts";
import { watchOver } from "./watch.ts";

// Of what a stop may take, so much is the primary's: to see the others end.
const primarysMs = 500;

/** `pulse`: how this process is looked after, where it is one that works alone or the first. */
export async function runProcesses<Settled>(program: ServerProgram<Settled>, pulse: Pulse = usualPulse): Promise<void> {
  if (cluster.isWorker) runAsOne(program);
  else
    await runProgram(async (asked) => {
      await Promise.all([program.claim(), claimOperationsPort()]);
      const stop = await run(program, program.processes() > 1 ? new InOthers(program) : new InThisProcess(program), asked);
      watchOver(pulse);
      return stop;
    });
}

/** Where the work is done. */
type Work = {
  /** Rejects with the signal's reason when that comes; `stop` then ends what has begun. */
  begin: (asked: AbortSignal) => Promise<Address | null>;
  /** Says that it will soon stop, and goes on. */
  sayClosing: () => void;
  stop: (deadline: StopDeadline) => Promise<void>;
  /** Rejects if it is not to be given any. */
  requireReady: () => Promise<void>;
};

class InThisProcess implements Work {
  readonly #program: Pick<ServerProgram<unknown>, "open" | "start">;
  #started: Started | null = null;

  constructor(program: Pick<ServerProgram<unknown>, "open" | "start">) {
    this.#program = program;
    // What fails now fails again when it starts.
    program.open().catch(() => undefined);
  }

  async begin(): Promise<Address | null> {
    this.#started = await this.#program.start();
    metrics().processes.set(1);
    return this.#started.address;
  }

  sayClosing(): void {
    this.#started?.sayClosing();
  }

  async stop(deadline: StopDeadline): Promise<void> {
    await this.#started?.stop(deadline, endLingerMs);
  }

  requireReady(): Promise<void> {
    return requireReady();
  }
}

class InOthers implements Work {
  readonly #primary: Primary;

  constructor({ file, processes }: Pick<ServerProgram<unknown>, "file" | "processes">) {
    this.#primary = new Primary({ file, count: processes(), leaveWithinMs: env().stopMs });
    // However this process ends, as by a second Ctrl-C.
    process.once("exit", () => this.#primary.kill());
  }

  async begin(asked: AbortSignal): Promise<Address | null> {
    const address = await unlessAborted(asked, this.#primary.begin());
    setScrape(() => this.#primary.scrape());
    return address;
  }

  sayClosing(): void {
    this.#primary.sayClosing();
  }

  stop(deadline: StopDeadline): Promise<void> {
    return this.#primary.stop(Math.max(primarysMs, deadline.leftMs - primarysMs));
  }

  async requireReady(): Promise<void> {
    this.#primary.requireWorking();
    await requireReady();
  }
}

async function run<Settled>(program: ServerProgram<Settled>, work: Work, asked: AbortSignal): Promise<() => Promise<void>> {
  const ground = await program.prepare(asked);
  let operations: Operations | null = null;
  let address: Address | null = null;
  const stop = async (): Promise<void> => {
    const { stopDelayMs, stopMs } = env();
    sayStopping();
    work.sayClosing();
    if (stopDelayMs > 0 && address !== null && (await outdated()) === null) await after(stopDelayMs);
    const deadline = new StopDeadline(stopMs);
    await work.stop(deadline);
    operations?.close();
    await deadline.step("database", ground.stop(), true);
  };
  try {
    const settled = await unlessAborted(asked, program.settle());
    address = await work.begin(asked);
    know(address);
    operations = await serveOperations(() => work.requireReady());
    program.greet({ ground, settled, operations, processes: program.processes() });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** Where it listens is also where links lead, unless something else is set. */
function know(address: Address | null): void {
  if (address === null) return;
  const publicUrl = reachableUrl({ ...env(), port: address.port });
  setEnv({ ...env(), ...address, publicUrl });
  tellAddress(env().dataDir, publicUrl);
}

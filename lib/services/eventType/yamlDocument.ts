/** A document that somebody wrote in YAML, or in JSON, which is YAML too, as JSON values with exact numbers. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { InTurn } from "../../inTurn.ts";
import { singleton } from "../../singleton.ts";
import { parseJson } from "../../webhooks/body/json.ts";

/** A megabyte takes a second or two. */
const mostMs = 30_000;
const mostMemoryMb = 512;
/** They leave processors to the others. */
const mostTogether = Math.max(1, Math.floor(availableParallelism() / 2));
const mostWaitingOfTenant = 5;

/**
 * Reads a document, in the tenant's turn and on a thread of its own. Throws an Error that says what is wrong with it, and AppError
 * `unavailable` where too many of the tenant's wait already.
 */
export async function parseYaml(text: string, tenant: string): Promise<unknown> {
  const json = await turns().run({ tenant, owner: tenant }, () => jsonOf(text));
  return parseJson(json);
}

const turns = (): InTurn =>
  singleton(
    "yaml",
    () =>
      new InTurn({
        most: () => ({ together: mostTogether, perTenant: 1, perOwner: 1 }),
        waitingOfTenant: mostWaitingOfTenant,
        patienceMs: mostMs,
      }),
  );

type Told = { json: string } | { fault: string };

function jsonOf(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = start(text);
    const end = (told: Told): void => {
      clearTimeout(timer);
      void worker.terminate();
      if ("json" in told) resolve(told.json);
      else reject(new Error(told.fault));
    };
    const timer = setTimeout(() => end({ fault: `It takes longer than ${mostMs / 1000} s to read: give it as JSON` }), mostMs);
    worker.once("message", end);
    worker.once("error", (error: NodeJS.ErrnoException) =>
      end({ fault: error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "It takes too much memory to read: give it as JSON" : error.message }),
    );
  });
}

/** Not imported, as the sandbox's processes are not: Turbopack would look for the program among its own modules. */
function start(text: string): Worker {
  const beside: string | undefined = import.meta.dirname;
  const program = join(beside ?? join(process.cwd(), "lib", "services", "eventType"), "yamlWorker.mjs");
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  return new Worker(program, {
    workerData: text,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
  });
}

/**
 * Looks after the process that nobody else looks after: the lone one, or the first of several. It keeps its port, its connections and its
 * leases while it hangs, and whoever would start it again sees that it runs.
 */
import inspector from "node:inspector";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Pulse } from "./pulse.ts";

/** From now on, this process is killed once it has not come round for so many looks of a thread's. Ends with it. */
export function watchOver({ everyMs, mostSilences }: Pulse): void {
  const signs = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const sign = (): void => {
    Atomics.store(signs, 0, 0);
    Atomics.store(signs, 1, inspector.url() === undefined ? 0 : 1);
  };
  sign();
  setInterval(sign, everyMs).unref();
  const thread = new Worker(join(import.meta.dirname, "watchman.mjs"), {
    workerData: { signs, everyMs, mostSilences },
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  });
  thread.unref();
}

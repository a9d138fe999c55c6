/** The server as bin/processes/ runs it, in one process or in several. */
import { requireNoOwner } from "../../lib/db/dataDirectory.ts";
import { prepareDatabase } from "../../lib/db/prepare.ts";
import { env, requireKnownUrl } from "../../lib/env.ts";
import { ensureBootstrap } from "../../lib/services/team/bootstrap.ts";
import { heedUncaught } from "../../lib/uncaught.ts";
import { say } from "../lifecycle.ts";
import { runProcesses } from "../processes/run.ts";
import { greet } from "./greeting.ts";
import type { Flags, Port } from "./port.ts";

/** Loaded by those processes alone that do the work. */
const serving = () => import("./serving.ts");

/** `file`: which each of several processes runs. */
export function runServer(file: string, { isDev, hasPages }: Flags, port: Port): Promise<void> {
  // In development Next.js goes on, and shows what it was.
  if (!isDev) heedUncaught();
  return runProcesses({
    file,
    processes: () => (isDev ? 1 : env().processes),
    claim: async () => {
      const { roles, processes, databaseUrl, dataDir } = env();
      if (!roles.web) return;
      try {
        await (isDev || processes > 1 ? port.probe() : port.open());
      } catch (error) {
        // It is said most clearly if it has this one's data too.
        if (databaseUrl === null) requireNoOwner(dataDir);
        throw error;
      }
    },
    prepare: async (signal) => {
      if (!env().roles.web) requireKnownUrl(env());
      return prepareDatabase({ attach: false, onProgress: say, signal });
    },
    settle: async () => (await ensureBootstrap(env())).setupToken,
    load: serving,
    open: async () => {
      // Next.js would be loaded with it, and keep the process from everything else.
      await Promise.all([serving(), !isDev && env().roles.web ? port.tryOpen() : null]);
    },
    start: async () => (await serving()).begin(port),
    greet: ({ ground, settled: setupToken, operations, processes }) =>
      greet({ ground, setupToken, operations, processes, hasPages: hasPages && env().roles.web }),
  });
}

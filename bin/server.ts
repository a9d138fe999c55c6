/**
 * Webster: the API, Next.js behind it, the delivery engine beside it, as WEBSTER_ROLES says, in one process or in several behind
 * one port (WEBSTER_PROCESSES).
 *   --dev            Next.js in development mode, in one process
 *   --no-pages       the API without the pages
 *   --no-fast-lane   everything through Next.js, the API too
 */
import { fileURLToPath } from "node:url";
import { prepareDatabase } from "../lib/db/prepare.ts";
import { env, requireKnownUrl } from "../lib/env.ts";
import { ensureBootstrap } from "../lib/services/team/bootstrap.ts";
import { say } from "./lifecycle.ts";
import { runProcesses } from "./processes/run.ts";
import { greet } from "./server/greeting.ts";
import type { Opened } from "./server/serving.ts";

const flags = new Set(process.argv.slice(2));
const isDev = flags.has("--dev");
const hasPages = !flags.has("--no-pages");

/** Loaded by those processes alone that do the work. */
const serving = () => import("./server/serving.ts");
let opening: Promise<Opened> | null = null;
const opened = (): Promise<Opened> =>
  (opening ??= serving().then(({ openServer }) => openServer({ isDev, hasPages, fastLane: !flags.has("--no-fast-lane") })));

await runProcesses({
  file: fileURLToPath(import.meta.url),
  processes: () => (isDev ? 1 : env().processes),
  prepare: async () => {
    if (!env().roles.web) requireKnownUrl(env());
    return prepareDatabase({ attach: false, onProgress: say });
  },
  settle: async () => (await ensureBootstrap(env())).setupToken,
  load: serving,
  // Next.js would be loaded with it, and keep the process from everything else.
  open: isDev ? serving : opened,
  start: async () => (await opened()).begin(),
  greet: ({ ground, settled: setupToken, operations, processes }) =>
    greet({ ground, setupToken, operations, processes, hasPages: hasPages && env().roles.web }),
});

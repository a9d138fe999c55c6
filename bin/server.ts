/**
 * Webster: the API, Next.js behind it, the delivery engine beside it, as WEBSTER_ROLES says, in one process or in several behind
 * one port (WEBSTER_PROCESSES).
 *   --dev            Next.js in development mode, in one process
 *   --no-pages       the API without the pages
 *   --no-fast-lane   everything through Next.js, the API too
 */
import cluster from "node:cluster";
import { fileURLToPath } from "node:url";
import { env } from "../lib/env.ts";
import { Port } from "./server/port.ts";

const given = new Set(process.argv.slice(2));
const flags = { isDev: given.has("--dev"), hasPages: !given.has("--no-pages"), fastLane: !given.has("--no-fast-lane") };

const port = new Port(flags);
if (servesAlone()) await port.tryOpen();
// The rest is ten times as much to load.
const { runServer } = await import("./server/program.ts");
await runServer(fileURLToPath(import.meta.url), flags, port);

/** Whether this process is all of the server. Settings that are wrong are told of later. */
function servesAlone(): boolean {
  try {
    return !flags.isDev && !cluster.isWorker && env().processes === 1 && env().roles.web;
  } catch {
    return false;
  }
}

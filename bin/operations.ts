/** The port for probes and Prometheus (WEBSTER_OPERATIONS_PORT), beside what a program does. */
import type { AddressInfo } from "node:net";
import { StartError } from "../lib/db/startError.ts";
import { env } from "../lib/env.ts";
import { createOperationsServer } from "../lib/http/operations.ts";
import { scrape } from "../lib/metrics.ts";
import { requireReady } from "../lib/services/system/health.ts";
import { probePort } from "./server/listening.ts";

export type Operations = { url: string; close: () => void };

/** Throws StartError if somebody else listens at WEBSTER_OPERATIONS_PORT. */
export async function claimOperationsPort(): Promise<void> {
  const { operationsPort, host } = env();
  if (operationsPort === null) return;
  await probePort(host, operationsPort).catch((error: NodeJS.ErrnoException) => {
    throw explain(error, operationsPort);
  });
}

/** Listens at WEBSTER_OPERATIONS_PORT; null if there is none. `ready` rejects if there should be no work. Throws StartError if the port can't be had. */
export async function serveOperations(ready: () => Promise<void> = requireReady): Promise<Operations | null> {
  const { operationsPort, host } = env();
  if (operationsPort === null) return null;
  const server = createOperationsServer({ ready, metrics: scrape });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, operationsPort)));
    server.listen(operationsPort, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`, close };
}

const explain = (error: NodeJS.ErrnoException, port: number): Error =>
  error.code === "EADDRINUSE" || error.code === "EACCES"
    ? new StartError(`WEBSTER_OPERATIONS_PORT=${port} can't be had: ${error.message}.`, "Take another port, or leave it unset.")
    : error;

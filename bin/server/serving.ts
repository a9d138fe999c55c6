/** What each process of the server does: serve HTTP, deliver, or both. */
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createApi } from "../../lib/api/app.ts";
import { express } from "../../lib/api/express.ts";
import { startBackground } from "../../lib/background/table.ts";
import { type Engine, startEngine } from "../../lib/delivery/engine.ts";
import { env, reachableUrl, setEnv } from "../../lib/env.ts";
import { type Pages, pagesOnDemand } from "../../lib/http/pages.ts";
import { Gate } from "../../lib/http/gate.ts";
import { createFrontServer, type FrontServer } from "../../lib/http/server.ts";
import { listenDoor } from "../../lib/listening/door.ts";
import { relay } from "../../lib/listening/relay.ts";
import { log } from "../../lib/log.ts";
import type { Loop } from "../../lib/loop.ts";
import { closeEventStreams } from "../../lib/services/eventStream/eventStream.ts";
import { stopPendingRequests } from "../../lib/services/receivedRequest/pendingRequests.ts";
import type { Address, Started } from "../processes/program.ts";
import type { StopDeadline } from "../stopping.ts";
import { startTraces, stopTraces } from "../telemetry.ts";
import { explainListen } from "./listening.ts";

export type Flags = { isDev: boolean; hasPages: boolean; fastLane: boolean };

const root = join(import.meta.dirname, "..", "..");
const requestGraceMs = 10_000;

export type Opened = {
  /** Starts the work on a database that is ready. Throws StartError. */
  begin: () => Promise<Started>;
};

/** Listens at once: what comes before the work begins waits for it. A port that can't be had is asked for again then. */
export async function openServer(flags: Flags): Promise<Opened> {
  const gate = new Gate(false);
  const front = env().roles.web ? createServer(flags, gate) : null;
  const early = front === null ? null : await listen(front).catch(() => null);
  return { begin: () => begin(front, early, gate) };
}

async function begin(front: FrontServer | null, early: Address | null, gate: Gate): Promise<Started> {
  const { roles, attemptTimeoutMs } = env();
  let engine: Engine | null = null;
  let background: Loop | null = null;
  const stop = async (deadline: StopDeadline, lingerMs: number): Promise<void> => {
    closeEventStreams();
    relay().closeAll();
    await deadline.step("requests", front?.close(Math.min(requestGraceMs, deadline.leftMs), lingerMs));
    // A process that only receives runs transformations of what it has received, too.
    await deadline.step("background", Promise.all([background?.stop(), stopPendingRequests()]));
    await deadline.step("attempts", engine?.drain(Math.min(attemptTimeoutMs + 2_000, deadline.leftMs)));
    await deadline.step("engine", engine?.stop());
    await deadline.step("traces", stopTraces());
  };
  await startTraces();
  const address = early ?? (front === null ? null : await listen(front));
  if (address !== null) setEnv({ ...env(), ...address, publicUrl: reachableUrl({ ...env(), port: address.port }) });
  if (roles.worker) {
    engine = startEngine();
    background = startBackground();
  }
  gate.open();
  return { address, sayClosing: () => front?.sayClosing(), stop };
}

function createServer({ isDev, hasPages, fastLane }: Flags, gate: Gate): FrontServer {
  const api = createApi();
  const pages: Pages | null = hasPages ? pagesOnDemand({ root, isDev }) : null;
  return createFrontServer({
    api: (request, bindings) => api.fetch(request, bindings),
    express,
    next: pages?.handler ?? null,
    fastLane,
    upgrades: [listenDoor(relay()), ...(pages?.upgrades ?? [])],
    anyPageBody: isDev,
    trustedProxies: env().trustedProxies,
    gate,
  });
}

/** Resolves to where it listens. Throws StartError. */
async function listen({ server }: FrontServer): Promise<Address> {
  const { host, port } = env();
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(explainListen(error, host, port));
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      // A connection that could not be accepted, as when files have run out, must not end the process.
      server.on("error", (error) => log.error({ error: error.message }, "http.accept_failed"));
      resolve();
    });
  });
  const { address, port: bound } = server.address() as AddressInfo;
  return { host: address, port: bound };
}

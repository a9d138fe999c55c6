/** What each process of the server does: serve HTTP, deliver, or both. */
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createApi } from "../../lib/api/app.ts";
import { express } from "../../lib/api/express.ts";
import { startBackground } from "../../lib/background/table.ts";
import { type Engine, startEngine } from "../../lib/delivery/engine.ts";
import { env, reachableUrl, setEnv } from "../../lib/env.ts";
import { type Pages, pagesOnDemand } from "../../lib/http/pages.ts";
import { createFrontServer, type FrontServer } from "../../lib/http/server.ts";
import { listenDoor } from "../../lib/listening/door.ts";
import { relay } from "../../lib/listening/relay.ts";
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

/** Starts it on a database that is ready. Throws StartError. */
export async function startServing(flags: Flags): Promise<Started> {
  const { roles, attemptTimeoutMs } = env();
  let engine: Engine | null = null;
  let background: Loop | null = null;
  let front: FrontServer | null = null;
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
  if (roles.web) front = createServer(flags);
  const address = front === null ? null : await listen(front);
  if (roles.worker) {
    engine = startEngine();
    background = startBackground();
  }
  return { address, sayClosing: () => front?.sayClosing(), stop };
}

function createServer({ isDev, hasPages, fastLane }: Flags): FrontServer {
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
  });
}

/** From then on env() knows where this process listens. */
async function listen({ server }: FrontServer): Promise<Address> {
  const { host, port } = env();
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(explainListen(error, host, port)));
    server.listen(port, host, resolve);
  });
  const { address, port: bound } = server.address() as AddressInfo;
  setEnv({ ...env(), host: address, port: bound, publicUrl: reachableUrl({ ...env(), port: bound }) });
  return { host: address, port: bound };
}

/** What each process of the server does: serve HTTP, deliver, or both. */
import { createApi } from "../../lib/api/app.ts";
import { express } from "../../lib/api/express.ts";
import { startBackground } from "../../lib/background/table.ts";
import { type Engine, startEngine } from "../../lib/delivery/engine.ts";
import { env, reachableUrl, setEnv } from "../../lib/env.ts";
import { listenDoor } from "../../lib/listening/door.ts";
import { relay } from "../../lib/listening/relay.ts";
import type { Loop } from "../../lib/loop.ts";
import { closeEventStreams } from "../../lib/services/eventStream/eventStream.ts";
import { stopPendingRequests } from "../../lib/services/receivedRequest/pendingRequests.ts";
import type { Started } from "../processes/program.ts";
import { stopEngine, unlessDatabaseSilent } from "../silence.ts";
import type { StopDeadline } from "../stopping.ts";
import { startTraces, stopTraces } from "../telemetry.ts";
import type { Port } from "./port.ts";

const requestGraceMs = 10_000;

/** Starts the work on a database that is ready. Throws StartError. */
export async function begin(port: Port): Promise<Started> {
  const { roles } = env();
  let engine: Engine | null = null;
  let background: Loop | null = null;
  const stop = async (deadline: StopDeadline, lingerMs: number): Promise<void> => {
    const unlessSilent = unlessDatabaseSilent();
    closeEventStreams();
    relay().closeAll();
    await deadline.step("requests", port.front?.close(Math.min(requestGraceMs, deadline.leftMs), lingerMs));
    // A process that only receives runs transformations of what it has received, too.
    await deadline.step("background", unlessSilent(Promise.all([background?.stop(), stopPendingRequests()])));
    if (engine !== null) await stopEngine(engine, deadline, unlessSilent);
    await deadline.step("traces", stopTraces());
  };
  await startTraces();
  const api = roles.web ? createApi() : null;
  const address = roles.web ? await port.open() : null;
  if (address !== null) setEnv({ ...env(), ...address, publicUrl: reachableUrl({ ...env(), port: address.port }) });
  if (roles.worker) {
    engine = startEngine();
    background = startBackground();
  }
  if (api !== null) port.serve({ api: (request, bindings) => api.fetch(request, bindings), express, listen: listenDoor(relay()).take });
  return { address, sayClosing: () => port.front?.sayClosing(), stop };
}

/**
 * Webster in one process: the API, Next.js behind it, the delivery engine beside it, as WEBSTER_ROLES says.
 *   --dev            Next.js in development mode
 *   --no-pages       the API without the pages
 *   --no-fast-lane   everything through Next.js, the API too
 */
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createApi } from "../lib/api/app.ts";
import { startBackground } from "../lib/background/table.ts";
import { type Ground, prepareDatabase } from "../lib/db/prepare.ts";
import { StartError } from "../lib/db/startError.ts";
import { type Engine, startEngine } from "../lib/delivery/engine.ts";
import { describeTargets, env, reachableUrl, requireKnownUrl, setEnv } from "../lib/env.ts";
import { type Pages, pagesOnDemand } from "../lib/http/pages.ts";
import { express } from "../lib/api/express.ts";
import { createFrontServer, type FrontServer } from "../lib/http/server.ts";
import { listenDoor } from "../lib/listening/door.ts";
import { relay } from "../lib/listening/relay.ts";
import type { Loop } from "../lib/loop.ts";
import { sayStopping } from "../lib/services/system/health.ts";
import { ensureBootstrap } from "../lib/services/team/bootstrap.ts";
import { closeEventStreams } from "../lib/services/eventStream/eventStream.ts";
import { stopPendingRequests } from "../lib/services/receivedRequest/pendingRequests.ts";
import { runProgram, say } from "./lifecycle.ts";
import { type Operations, serveOperations } from "./operations.ts";
import { startTraces, stopTraces } from "./telemetry.ts";
import { after, StopDeadline } from "./stopping.ts";

const root = join(import.meta.dirname, "..");
const arguments_ = new Set(process.argv.slice(2));
const requestGraceMs = 10_000;

await runProgram(async () => {
  const { roles } = env();
  if (!roles.web) requireKnownUrl(env());
  await startTraces();
  const ground = await prepareDatabase({ attach: false, onProgress: say });
  const engine = { current: null as Engine | null };
  const background = { current: null as Loop | null };
  const front = { current: null as FrontServer | null };
  const operations = { current: null as Operations | null };
  const stop = async (): Promise<void> => {
    const { stopDelayMs, stopMs, attemptTimeoutMs } = env();
    sayStopping();
    if (stopDelayMs > 0 && front.current !== null) await after(stopDelayMs);
    const deadline = new StopDeadline(stopMs);
    closeEventStreams();
    relay().closeAll();
    await deadline.step("requests", front.current?.close(Math.min(requestGraceMs, deadline.leftMs)));
    // A process that only receives runs transformations of what it has received, too.
    await deadline.step("background", Promise.all([background.current?.stop(), stopPendingRequests()]));
    await deadline.step("attempts", engine.current?.drain(Math.min(attemptTimeoutMs + 2_000, deadline.leftMs)));
    await deadline.step("engine", engine.current?.stop());
    operations.current?.close();
    await deadline.step("traces", stopTraces());
    await deadline.step("database", ground.stop(), true);
  };
  try {
    const { setupToken } = await ensureBootstrap(env());
    if (roles.worker) {
      engine.current = startEngine();
      background.current = startBackground();
    }
    const hasPages = roles.web && !arguments_.has("--no-pages");
    if (roles.web) front.current = await serve(hasPages ? pagesOnDemand({ root, isDev: arguments_.has("--dev") }) : null);
    operations.current = await serveOperations();
    greet(ground, setupToken, hasPages, operations.current);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
});

async function serve(pages: Pages | null): Promise<FrontServer> {
  const api = createApi();
  const front = createFrontServer({
    api: (request, bindings) => api.fetch(request, bindings),
    express,
    next: pages?.handler ?? null,
    fastLane: !arguments_.has("--no-fast-lane"),
    upgrades: [listenDoor(relay()), ...(pages?.upgrades ?? [])],
    anyPageBody: arguments_.has("--dev"),
    trustedProxies: env().trustedProxies,
  });
  const { host, port } = env();
  await new Promise<void>((resolve, reject) => {
    front.server.once("error", (error) => reject(explainListen(error, host, port)));
    front.server.listen(port, host, resolve);
  });
  const { address, port: bound } = front.server.address() as AddressInfo;
  setEnv({ ...env(), host: address, port: bound, publicUrl: reachableUrl({ ...env(), port: bound }) });
  return front;
}

function explainListen(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new StartError(
        `Port ${port} on ${host} is in use by another program.`,
        `Stop that one, or take another port: PORT=${port + 1} npm start`,
      );
    case "EACCES":
      return new StartError(
        `This user may not listen on port ${port}.`,
        "Take a port above 1023, such as PORT=3000, and put a proxy in front.",
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StartError(
        `HOST=${host} is not an address of this machine.`,
        "Set HOST to 127.0.0.1 (this machine only) or 0.0.0.0 (every network).",
      );
    case undefined:
    default:
      return error;
  }
}

function greet(ground: Ground, setupToken: string | null, hasPages: boolean, operations: Operations | null): void {
  const { publicUrl, roles } = env();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const parts = [roles.web ? "the API" : "", hasPages ? "the pages" : "", roles.worker ? "deliveries" : ""].filter(Boolean);
  const lines = [`\nWebster ${version} is running: ${parts.join(", ")}.\n`];
  if (hasPages) lines.push(`  Open       ${publicUrl}`);
  if (roles.web) lines.push(`  API        ${publicUrl}/api/v1`);
  if (operations !== null) lines.push(`  Operations ${operations.url}/health/ready and /metrics`);
  lines.push(`  Data       ${ground.location}`);
  if (roles.worker) lines.push(`  Targets    ${describeTargets(env())}`);
  if (roles.web) lines.push("  Try        npm run demo, in another terminal");
  lines.push("  Stop       Ctrl-C\n");
  if (setupToken !== null && roles.web)
    lines.push(
      "There is no owner yet. This link creates one (once, within a day; each start prints a new one):",
      `  ${publicUrl}/setup#token=${setupToken}\n`,
    );
  say(lines.join("\n"));
}

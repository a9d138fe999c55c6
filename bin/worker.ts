/**
 * The delivery engine alone, as many as you like: beside a running `npm start` on this machine, or anywhere on
 * the same DATABASE_URL and WEBSTER_SECRET.
 */
import { startBackground } from "../lib/background/table.ts";
import { prepareDatabase } from "../lib/db/prepare.ts";
import { startEngine } from "../lib/delivery/engine.ts";
import { describeTargets, env, requireKnownUrl } from "../lib/env.ts";
import { sayStopping } from "../lib/services/system/health.ts";
import { runProgram, say } from "./lifecycle.ts";
import { serveOperations } from "./operations.ts";
import { startTraces, stopTraces } from "./telemetry.ts";
import { StopDeadline } from "./stopping.ts";

await runProgram(async () => {
  requireKnownUrl(env());
  await startTraces();
  const ground = await prepareDatabase({ attach: true, onProgress: say });
  const engine = startEngine();
  const background = startBackground();
  const operations = await serveOperations();
  const lines = [
    "\nA Webster worker is running: deliveries only.\n",
    `  Data       ${ground.location}`,
    `  Targets    ${describeTargets(env())}`,
    ...(operations === null ? [] : [`  Operations ${operations.url}/health/ready and /metrics`]),
    "  Stop       Ctrl-C\n",
  ];
  say(lines.join("\n"));
  return async () => {
    const deadline = new StopDeadline(env().stopMs);
    sayStopping();
    await deadline.step("background", background.stop());
    await deadline.step("attempts", engine.drain(Math.min(env().attemptTimeoutMs + 2_000, deadline.leftMs)));
    await deadline.step("engine", engine.stop());
    operations?.close();
    await deadline.step("traces", stopTraces());
    await deadline.step("database", ground.stop(), true);
  };
});

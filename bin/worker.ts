/**
 * The delivery engine alone, as many as you like: beside a running `npm start` on this machine, or anywhere on
 * the same DATABASE_URL and WEBSTER_SECRET; each in as many processes as WEBSTER_PROCESSES says.
 */
import { fileURLToPath } from "node:url";
import { startBackground } from "../lib/background/table.ts";
import { prepareDatabase } from "../lib/db/prepare.ts";
import { startEngine } from "../lib/delivery/engine.ts";
import { describeTargets, env, requireKnownUrl } from "../lib/env.ts";
import { heedUncaught } from "../lib/uncaught.ts";
import { say } from "./lifecycle.ts";
import { runProcesses } from "./processes/run.ts";
import { stopEngine, unlessDatabaseSilent } from "./silence.ts";
import { startTraces, stopTraces } from "./telemetry.ts";

heedUncaught();
await runProcesses({
  file: fileURLToPath(import.meta.url),
  processes: () => env().processes,
  claim: () => Promise.resolve(),
  prepare: (signal) => {
    requireKnownUrl(env());
    return prepareDatabase({ attach: true, onProgress: say, signal });
  },
  settle: () => Promise.resolve(null),
  load: () => Promise.resolve(),
  open: () => Promise.resolve(),
  start: async () => {
    await startTraces();
    const engine = startEngine();
    const background = startBackground();
    return {
      address: null,
      sayClosing: () => undefined,
      stop: async (deadline) => {
        const unlessSilent = unlessDatabaseSilent();
        await deadline.step("background", unlessSilent(background.stop()));
        await stopEngine(engine, deadline, unlessSilent);
        await deadline.step("traces", stopTraces());
      },
    };
  },
  greet: ({ ground, operations, processes }) =>
    say(
      [
        "\nA Webster worker is running: deliveries only.\n",
        `  Data       ${ground.location}`,
        ...(processes > 1 ? [`  Processes  ${processes}`] : []),
        `  Targets    ${describeTargets(env())}`,
        ...(operations === null ? [] : [`  Operations ${operations.url}/health/ready and /metrics`]),
        "  Stop       Ctrl-C\n",
      ].join("\n"),
    ),
});

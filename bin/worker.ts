/**
 * The delivery engine alone, as many as you like: beside a running `npm start` on this machine, or anywhere on
 * the same DATABASE_URL and WEBSTER_SECRET.
 */
import { prepareDatabase } from "../lib/db/prepare.ts";
import { startEngine } from "../lib/delivery/engine.ts";
import { describeTargets, env, requireKnownUrl } from "../lib/env.ts";
import { startAlerts } from "../lib/services/incident/alerts.ts";
import { startBackgroundTasks } from "../lib/background/taskRunner.ts";
import { startOperationalWebhooks } from "../lib/services/operationalWebhook/operationalEvents.ts";
import { startProcessing } from "../lib/services/receivedRequest/pendingRequests.ts";
import { runProgram, say } from "./lifecycle.ts";

await runProgram(async () => {
  requireKnownUrl(env());
  const ground = await prepareDatabase({ attach: true, onProgress: say });
  const engine = startEngine();
  const tasks = startBackgroundTasks();
  const loops = [startOperationalWebhooks(), startAlerts(), startProcessing()];
  say(
    `\nA Webster worker is running: deliveries only.\n\n  Data       ${ground.location}\n  Targets    ${describeTargets(env())}\n  Stop       Ctrl-C\n`,
  );
  return async () => {
    await Promise.all([tasks.stop(), ...loops.map((loop) => loop.stop())]);
    await engine.drain(env().attemptTimeoutMs + 2_000);
    await engine.stop();
    await ground.stop();
  };
});

/**
 * The delivery engine alone, as many as you like: beside a running `npm start` on this machine, or anywhere on
 * the same DATABASE_URL and WEBSTER_SECRET.
 */
import { startBackground } from "../lib/background/table.ts";
import { prepareDatabase } from "../lib/db/prepare.ts";
import { startEngine } from "../lib/delivery/engine.ts";
import { describeTargets, env, requireKnownUrl } from "../lib/env.ts";
import { runProgram, say } from "./lifecycle.ts";

await runProgram(async () => {
  requireKnownUrl(env());
  const ground = await prepareDatabase({ attach: true, onProgress: say });
  const engine = startEngine();
  const background = startBackground();
  say(
    `\nA Webster worker is running: deliveries only.\n\n  Data       ${ground.location}\n  Targets    ${describeTargets(env())}\n  Stop       Ctrl-C\n`,
  );
  return async () => {
    await background.stop();
    await engine.drain(env().attemptTimeoutMs + 2_000);
    await engine.stop();
    await ground.stop();
  };
});

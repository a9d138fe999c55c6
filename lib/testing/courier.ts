/**
 * A process that accepts and delivers, to be killed: `courier.ts <environment> <application> <messages> <at a time>`.
 * It prints "ready", "accepted <id>" for what it may no longer lose, and "unavailable" where a client would see a 503.
 */
import { AppError } from "../errors.ts";
import { startEngine } from "../delivery/engine.ts";
import type { ApplicationId, EnvironmentId } from "../ids.ts";
import { post } from "./sending.ts";

const [environment = "", id = "", messages = "0", together = "1"] = process.argv.slice(2);
// The test that starts this process made both.
const [environmentId, applicationId] = [environment as EnvironmentId, id as ApplicationId];
const application = { environmentId, applicationId, endpointIds: [], secrets: [] };

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const engine = startEngine();
process.once("SIGTERM", () => {
  void engine
    .drain(10_000)
    .then(() => engine.stop())
    .then(() => process.exit(0));
});
say("ready");

let left = Number(messages);
await Promise.all(
  Array.from({ length: Number(together) }, async () => {
    while (left-- > 0) {
      try {
        const { id, result } = await post(application);
        say(`${result.kind} ${id}`);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== "unavailable") throw error;
        say("unavailable");
      }
    }
  }),
);
say("done");

/** The receiver in TypeScript that newcomers copy; those in other languages are run by `npm run examples`. */
import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { exampleSecret, judgeReceiver, judgeWithoutSecret } from "./exampleReceiver.ts";

test("the example verifies, handles each message once, and refuses what is too large", async () => {
  const faults = await judgeReceiver((port) =>
    spawn(process.execPath, ["--import", "tsx", "examples/typescript/receiver.ts"], {
      env: { ...process.env, WEBHOOK_SECRET: exampleSecret, PORT: String(port) },
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    }),
  );
  expect(faults).toEqual([]);
});

test("without a secret, by which anybody could sign, it says what is missing", async () => {
  const { WEBHOOK_SECRET: _, ...env } = process.env;
  const start = () =>
    spawn(process.execPath, ["--import", "tsx", "examples/typescript/receiver.ts"], { env, stdio: ["ignore", "ignore", "pipe"] });
  expect(await judgeWithoutSecret(start)).toEqual([]);
});

/** Starts Webster as a user does, each time on a data directory and a port of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../lib/testing/freePort.ts";
import { argumentsOf } from "../../lib/testing/program.ts";

export type Webster = {
  /** Without a trailing slash. */
  url: string;
  /** The one-time link for creating the owner, as printed; null if there is an owner. */
  setupUrl: () => string | null;
  stop: () => Promise<void>;
};

const root = join(import.meta.dirname, "../..");
const startTimeoutMs = 150_000;

/** What a test sees follows from what it does: no retry comes in between. */
const noRetrySoon = "3600,3600,7200,18000,36000,36000,36000";

/** Resolves once it is ready. `env` is all that it sees of Webster's configuration. */
export async function startWebster(env: Record<string, string> = {}, flags: string[] = []): Promise<Webster> {
  const directory = await mkdtemp(join(tmpdir(), "webster-e2e-"));
  // As root the database runs as another user, who has to get in.
  await chmod(directory, 0o755);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(process.execPath, [...argumentsOf("bin/server.ts"), ...flags], {
    cwd: root,
    env: {
      ...withoutOurs(process.env),
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      PORT: String(port),
      WEBSTER_PROCESSES: "1",
      WEBSTER_DATA_DIR: join(directory, "data"),
      WEBSTER_RETRY_SCHEDULE: noRetrySoon,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = once(server, "exit");

  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) server.kill("SIGTERM");
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await Promise.race([
      untilReady(url),
      exited.then(() => {
        throw new Error("It ended while starting.");
      }),
    ]);
  } catch (error) {
    await stop();
    throw new Error(`Webster did not start. ${(error as Error).message}\n${output}`, { cause: error });
  }
  return { url, setupUrl: () => /https?:\S+\/setup#token=[\w-]+/.exec(output)?.[0] ?? null, stop };
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    const response = await fetch(`${url}/api/v1/health`).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`It was not ready after ${startTimeoutMs} ms.`);
}

const withoutOurs = (env: NodeJS.ProcessEnv): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(WEBSTER_.*|DATABASE_URL|REDIS_URL|PORT|HOST)$/.test(name)));

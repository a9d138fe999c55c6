/** The Webster that the demo talks to: the one you name, the one that runs here, or one of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { newApiKey } from "../../lib/auth/apiKeys.ts";
import { closeDatabase, prisma } from "../../lib/db/client.ts";
import { addressOfOwner, databaseDirectory, lockOwner } from "../../lib/db/dataDirectory.ts";
import { attachEmbedded } from "../../lib/db/embedded.ts";
import { env, foreignEnvironment, reachableUrl, setEnv } from "../../lib/env.ts";
import { newId } from "../../lib/ids.ts";
import { ensureFirstEnvironment } from "../../lib/services/team/bootstrap.ts";

export type Target = {
  /** Without a trailing slash. */
  url: string;
  apiKey: string;
  /** The Webster in words, for people. */
  description: string;
  /** Whether the Webster is there for the demo alone, and gone afterwards. */
  temporary: boolean;
  /** The page where its applications are seen; null where there are no pages, or nobody here knows whose the key is. */
  page: string | null;
  /** Whether somebody can sign in to see that page. */
  hasOwner: boolean;
  stop(): Promise<void>;
};

const keyLifetimeMs = 3_600_000;
const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;

export async function findTarget(): Promise<Target> {
  const { apiKey, publicUrl } = env();
  if (apiKey !== null && publicUrl !== null)
    return {
      url: publicUrl,
      apiKey,
      description: `the Webster at ${publicUrl}`,
      temporary: false,
      page: null,
      hasOwner: true,
      stop: nothing,
    };
  return (await attachToRunning()) ?? (await startOwn());
}

/** Attaches to the Webster that runs here; null: none does. Whoever may reach its database may make a key; this one expires. */
async function attachToRunning(): Promise<Target | null> {
  const { dataDir, databaseUrl: configured } = env();
  const isLocked = configured === null && lockOwner(dataDir) !== null;
  const databaseUrl = configured ?? (isLocked ? (attachEmbedded(databaseDirectory(dataDir))?.url ?? null) : null);
  // Started with other settings, it says itself where it serves.
  const url = (isLocked ? addressOfOwner(dataDir) : null) ?? reachableUrl(env());
  if (databaseUrl === null || !(await isHealthy(url))) {
    if (isLocked) throw new Error(silent(url));
    return null;
  }
  setEnv({ ...env(), databaseUrl });
  try {
    const { organizationId, environmentId, hasOwner } = await ensureFirstEnvironment();
    const { text, prefix, hash } = newApiKey();
    const expiresAt = new Date(Date.now() + keyLifetimeMs);
    await prisma().apiKey.create({ data: { id: newId("apiKey"), environmentId, name: "Demo", prefix, hash, expiresAt } });
    const page = `${url}/${organizationId}/${environmentId}/applications`;
    const description = `the Webster that is running here, at ${url}`;
    return { url, apiKey: text, description, temporary: false, page, hasOwner, stop: nothing };
  } finally {
    await closeDatabase();
  }
}

const silent = (url: string): string =>
  `A Webster runs here, but nothing answers at ${url}.

What to do: wait until it is ready.`;

/** The real server on a database of its own in a temporary directory. */
export async function startOwn(): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), "webster-demo-"));
  // PostgreSQL runs as another user if we are root.
  chmodSync(directory, 0o711);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const apiKey = newApiKey().text;
  const logFile = join(directory, "server.log");
  const output = openSync(logFile, "a");
  const child = spawn(process.execPath, [...serverProgram(), "--no-pages"], {
    // The server is not the user's, so it gets nothing of their configuration.
    env: {
      ...foreignEnvironment(),
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      PORT: String(port),
      WEBSTER_DATA_DIR: join(directory, "data"),
      WEBSTER_BOOTSTRAP_API_KEY: apiKey,
    },
    stdio: ["ignore", output, output],
    // A Ctrl-C in the terminal is for the demo, which stops the server itself.
    detached: true,
  });
  closeSync(output);
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(directory, { recursive: true, force: true });
  };
  const deadline = performance.now() + startTimeoutMs;
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      const text = readFileSync(logFile, "utf8");
      await stop();
      throw new Error(`The server did not start:\n${text.slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const description = "a Webster of its own, on an empty database";
  return { url, apiKey, description, temporary: true, page: null, hasOwner: false, stop };
}

/** The server's program: the bundle beside this one's, or its source. */
const serverProgram = (): string[] =>
  import.meta.url.endsWith(".mjs")
    ? [fileURLToPath(new URL("server.mjs", import.meta.url))]
    : ["--import", import.meta.resolve("tsx"), join(import.meta.dirname, "../server.ts")];

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  await exited;
  clearTimeout(force);
}

const isHealthy = (url: string): Promise<boolean> =>
  fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ status }) => status === 204,
    () => false,
  );

const nothing = (): Promise<void> => Promise.resolve();

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** A backup of a Webster that is at work, with an external and with the embedded database, and the Webster that goes on from it. */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { newCli } from "../../lib/testing/cli.ts";
import { emptyDatabase, workerUrl } from "../../lib/testing/database.ts";
import type { Program } from "../../lib/testing/program.ts";
import { programsOfEachTest } from "../../lib/testing/programs.ts";
import { startReceiver } from "../../lib/testing/receiver.ts";
import { testSecret } from "../../lib/testing/settings.ts";

// Each of these tests starts whole programs, on machines that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const apiKey = "a-key-for-scripts-0123456789";
const programs = programsOfEachTest();

async function serve(env: Record<string, string>): Promise<{ program: Program; call: (path: string, body?: object) => Promise<Called> }> {
  const program = programs.start("bin/server.ts", ["--no-pages"], {
    WEBSTER_BOOTSTRAP_API_KEY: apiKey,
    WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8",
    // For longer than any of this takes, nothing is given up.
    WEBSTER_RETRY_SCHEDULE: Array.from({ length: 30 }, () => "6").join(","),
    ...env,
  });
  const [, url] = await program.waitFor(/API +(http:\S+)\/api\/v1/);
  const call = async (path: string, body?: object): Promise<Called> => {
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
    const init = body === undefined ? { headers } : { headers, method: "POST", body: JSON.stringify(body) };
    const response = await fetch(`${url}/api/v1${path}`, init);
    return { status: response.status, json: (await response.json()) as Called["json"] };
  };
  return { program, call };
}

type Called = { status: number; json: { id?: string; data?: { status: number }[] } };

const stopped = async (program: Program): Promise<void> => {
  program.kill("SIGTERM");
  expect((await program.exited).code).toBe(0);
};

/** Posts and is backed up meanwhile; answers which messages had been accepted before that began. */
async function backedUpAtWork(
  server: Awaited<ReturnType<typeof serve>>,
  backup: () => Promise<unknown>,
  receiver: string,
): Promise<string[]> {
  const { call } = server;
  const app = (await call("/app", { name: "Café" })).json.id;
  await call(`/app/${app}/endpoint`, { url: `${receiver}/refusing` });
  await call(`/app/${app}/endpoint`, { url: `${receiver}/taking` });
  const accepted: string[] = [];
  let before: number | null = null;
  const done = new AbortController();
  const poster = async (): Promise<void> => {
    while (!done.signal.aborted) {
      const { status, json } = await call(`/app/${app}/msg`, { eventType: "cafe.closed", payload: { n: accepted.length } });
      expect(status).toBe(202);
      accepted.push(`/app/${app}/msg/${json.id}`);
      if (accepted.length === 40 && before === null) {
        before = accepted.length;
        void backup().finally(() => done.abort());
      }
    }
  };
  await Promise.all([poster(), poster(), poster()]);
  expect(accepted.length).toBeGreaterThan(before ?? Infinity);
  return accepted.slice(0, before ?? 0);
}

const idOf = (path: string): string => path.split("/").at(-1) ?? "";

async function newRefuser() {
  let refuses = true;
  const taken = new Set<string>();
  const receiver = await startReceiver((request, response, hit) => {
    const takes = hit.url === "/taking" || !refuses;
    if (takes) taken.add(`${hit.url} ${hit.headers["webhook-id"]}`);
    response.writeHead(takes ? 204 : 503).end();
  });
  return { receiver, taken, takeAll: () => void (refuses = false) };
}

test("what was accepted before the backup began is there after the restore, and what was pending is delivered", async () => {
  const { receiver, taken, takeAll } = await newRefuser();
  const [sourceUrl, targetUrl] = [await emptyDatabase(), await emptyDatabase()];
  const settings = (ownerUrl: string) => ({
    DATABASE_URL: workerUrl(ownerUrl),
    DATABASE_OWNER_URL: ownerUrl,
    WEBSTER_SECRET: testSecret,
  });
  const cli = newCli({});
  const run = async (ownerUrl: string, ...args: string[]): Promise<void> => {
    const { status, err } = await cli.run(args, { environment: settings(ownerUrl) });
    expect([status, err]).toEqual([0, expect.stringContaining("rows")]);
  };
  const first = await serve(settings(sourceUrl));
  let backup = Promise.resolve();
  const before = await backedUpAtWork(first, () => (backup = run(sourceUrl, "backup", "load.backup")), receiver.url);
  await backup;
  await stopped(first.program);
  await run(targetUrl, "restore", "load.backup");
  takeAll();
  taken.clear();
  const second = await serve(settings(targetUrl));
  await expect.poll(() => before.filter((path) => !taken.has(`/refusing ${idOf(path)}`))).toEqual([]);
  const succeeded = async (path: string): Promise<number> =>
    ((await second.call(path.replace("/msg/", "/attempt/msg/"))).json.data ?? []).filter(({ status }) => status === 0).length;
  for (const path of before.slice(-5)) await expect.poll(() => succeeded(path)).toBe(2);
  await stopped(second.program);
  await cli.close();
  await receiver.close();
});

test("the embedded database is backed up while it runs, and restored into another data directory with the secret of then", async () => {
  const { receiver } = await newRefuser();
  const [here, there] = ["data", "other"].map((name) => join(programs.directory, name)) as [string, string];
  const cli = newCli({});
  const run = (dataDir: string, ...args: string[]) => cli.run(args, { environment: { WEBSTER_DATA_DIR: dataDir } });
  const first = await serve({});
  let backup = Promise.resolve({ status: 1, err: "" });
  const file = join(programs.directory, "embedded.backup");
  const before = await backedUpAtWork(first, () => (backup = run(here, "backup", file)), receiver.url);
  expect(await backup).toMatchObject({ status: 0, err: expect.stringContaining(join(here, "secret")) });
  await stopped(first.program);
  mkdirSync(there, { mode: 0o711 });
  expect(await run(there, "restore", file)).toMatchObject({ status: 1, err: expect.stringMatching(/needs the secret[^]*other\/secret/) });
  cpSync(join(here, "secret"), join(there, "secret"));
  expect(await run(there, "restore", file)).toMatchObject({ status: 0, err: expect.stringContaining("rows") });
  // With nobody at work, a backup starts the database and ends it again.
  const again = await run(there, "backup", join(programs.directory, "again.backup"));
  const rowsOf = ({ err }: { err: string }) => /\d+ rows of \d+ tables/.exec(err)?.[0] ?? "none";
  expect([again.status, rowsOf(again)]).toEqual([0, rowsOf(await backup)]);
  expect(before).toHaveLength(40);
  await cli.close();
  await receiver.close();
});

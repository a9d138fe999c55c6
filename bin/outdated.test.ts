/** A server of before, which runs on while a newer version brings the tables up to date. */
import pg from "pg";
import { afterEach, expect, it, vi } from "vitest";
import { emptyDatabase } from "../lib/testing/database.ts";
import type { Program } from "../lib/testing/program.ts";
import { programsOfEachTest } from "../lib/testing/programs.ts";
import { startReceiver } from "../lib/testing/receiver.ts";
import { testSecret } from "../lib/testing/settings.ts";

// Whole programs, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000 });

const apiKey = "a-key-for-scripts-0123456789";
const programs = programsOfEachTest();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** What a newer version may do: attempts can no longer be recorded as before. Whole or not at all, as migrations are. */
const newerMigration = `begin;
  alter table "attempt" rename column "durationMs" to "tookMs";
  insert into "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count)
    values ('1', '', '20991231000000_newer', now(), 1);
  commit`;

async function upgrade(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(newerMigration);
  await client.end();
}

async function ask(program: Program, path: string, body: object): Promise<number> {
  const [, url] = await program.waitFor(/API +(http:\S+)\/api\/v1/);
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  return (await fetch(`${url}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) })).status;
}

it.each(["1", "2"])("a server of %s ends, and says why, before it sends again what it can't record", async (processes) => {
  const DATABASE_URL = await emptyDatabase();
  const env = { DATABASE_URL, WEBSTER_SECRET: testSecret, WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8", WEBSTER_LEASE_SECONDS: "2" };
  const start = (): Program =>
    programs.start("bin/server.ts", ["--no-pages"], { ...env, WEBSTER_PROCESSES: processes, WEBSTER_BOOTSTRAP_API_KEY: apiKey });
  const program = start();
  const receiver = await startReceiver();
  ends.push(() => receiver.close());
  expect(await ask(program, "/app", { name: "A", uid: "a" })).toBe(201);
  expect(await ask(program, "/app/a/endpoint", { url: receiver.url })).toBe(201);
  await upgrade(DATABASE_URL);
  expect(await ask(program, "/app/a/msg", { eventType: "t", payload: {} })).toBe(202);
  const sentAgain = receiver.waitForHits(2, 250_000).catch(() => []);
  const end = await Promise.race([program.exited, sentAgain]);
  expect([end, receiver.hits.length]).toEqual([{ code: 3, signal: null }, 1]);
  expect(program.output()).toMatch(/"level":"fatal".*"migration":"20991231000000_newer".*"msg":"database\.outdated"/);
  expect(program.output()).toMatch(/changed by a newer Webster \(migration 20991231000000_newer\)[^]*\n\nWhat to do: Start that version/);
  expect(program.output()).not.toContain("process.ended");
  // Whoever starts it again is told at once.
  const again = start();
  expect((await again.exited).code).toBe(1);
  expect(again.output()).toContain("changed by a newer Webster (migration 20991231000000_newer)");
});

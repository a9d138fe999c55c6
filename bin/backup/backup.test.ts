/** A backup holds everything, a restore brings all of it back or says what is wrong, and nobody works on half of one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../../lib/api/app.ts";
import { grant } from "../../lib/db/grants.ts";
import { migrate, readMigrations } from "../../lib/db/migrate.ts";
import { makePastDays } from "../../lib/db/partitions.ts";
import { announceKeys } from "../../lib/db/sealKeys.ts";
import { StartError } from "../../lib/db/startError.ts";
import { makeClient } from "../../lib/db/connection.ts";
import { newCli } from "../../lib/testing/cli.ts";
import { emptyDatabase, type TestDatabase, testDatabase, workerUrl } from "../../lib/testing/database.ts";
import { furnish } from "../../lib/testing/furnish.ts";
import { post, newApplication } from "../../lib/testing/sending.ts";
import { testSecret } from "../../lib/testing/settings.ts";
import { tableDigests } from "../../lib/testing/tableDigests.ts";
import { writeBackup } from "./backup.ts";
import { readBackup, restoreBackup } from "./restore.ts";
import { sessionOfCopies } from "./session.ts";

/** What does not outlive a crash of PostgreSQL either. */
const passing = ["listener", "listen_request", "throttle"];
const awkward = 'tab\there, \\N, \\., "quotes", \r\nlines, \u2028, 😀, ünïcödé';

let database: TestDatabase;
let bytes: Buffer;
beforeAll(async () => {
  database = await testDatabase();
  await announceKeys(null);
  await furnish(createApi());
  await makePastDays(new Date(Date.now() - 3 * 86_400_000));
  const application = await newApplication([{ url: "http://127.0.0.1:9/", headers: { "x-secret": awkward } }]);
  const payload = Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256));
  await post(application, { payload, contentType: "application/octet-stream", leaseId: null });
  await database.pool.query(`update application set name = $1 where id = $2`, [awkward, application.applicationId]);
  bytes = await backupOf(database.url);
});
afterAll(() => database.close());

async function backupOf(url: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await writeBackup(url, new Writable({ write: (chunk: Buffer, _encoding, done) => (chunks.push(chunk), done()) }));
  return Buffer.concat(chunks);
}

const streamOf = (all: Buffer): Readable => Readable.from([all.subarray(0, 1000), all.subarray(1000)]);
const restoreTo = (url: string, all = bytes, known = readMigrations()) => restoreBackup(url, streamOf(all), () => undefined, known);

async function asked<Row>(url: string, sql: string): Promise<Row[]> {
  const client = makeClient(url, {});
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

const shapeOf = (url: string) =>
  asked(
    url,
    `select 'constraint' as kind, conrelid::regclass::text as "table", conname as name, pg_get_constraintdef(oid) as text from pg_constraint
       where connamespace = 'public'::regnamespace
     union all select 'index', tablename, indexname, indexdef from pg_indexes where schemaname = 'public'
     union all select 'grant', table_name, grantee, privilege_type from information_schema.role_table_grants where table_schema = 'public'
     order by 1, 2, 3, 4`,
  );

test("every row of every table comes back as it was, with constraints, days and grants; sequences go on", async () => {
  const ownerUrl = await emptyDatabase();
  const { rows, end } = await restoreTo(ownerUrl);
  const url = workerUrl(ownerUrl);
  await grant(ownerUrl, url);
  expect(rows).toBeGreaterThan(40);
  const before = await tableDigests(database.pool, { without: passing });
  const other = makeClient(url, {});
  await other.connect();
  const after = await tableDigests(other as never, { without: passing });
  await other.end();
  expect(after).toEqual(before);
  expect(await shapeOf(ownerUrl)).toEqual(await shapeOf(database.url.replace("webster_app", "webster_owner")));
  for (const { name, value } of end.sequences) {
    const [next] = await asked<{ value: string }>(url, `select nextval('"${name}"')::text as value`);
    expect(Number(next?.value)).toBeGreaterThanOrEqual(Number(value));
  }
  await expect(asked(url, "update audit_entry set id = id")).rejects.toThrow("permission denied");
  await expect(asked(ownerUrl, "delete from audit_entry")).rejects.toThrow(/append|audit/);
  expect(await migrate(ownerUrl)).toEqual([]);
});

test("a backup of before an upgrade is restored as it was, and then brought up to date", async () => {
  const all = readMigrations();
  const then = all.slice(
    0,
    all.findIndex(({ name }) => name.endsWith("_relative_views")),
  );
  const source = await emptyDatabase();
  await migrate(source, then);
  await asked(
    source,
    `insert into organization (id, name) values ('org_1', 'Cafés'); insert into environment (id, "organizationId", name) values ('env_1', 'org_1', 'P');
     select make_day('attempt', '2026-01-01');
     insert into attempt (id, "createdAt", "environmentId", "applicationId", "messageId", "endpointId", "eventType", "attemptNumber", trigger,
       status, url, "responseStatusCode", "durationMs")
     values ('atmpt_1', '2026-01-01 10:00Z', 'env_1', 'app_1', 'msg_1', 'ep_1', 't', 1, 'scheduled', 'failed', 'https://example.com/', 500, 3)`,
  );
  const old = await backupOf(source);
  const target = await emptyDatabase();
  const { migrated } = await restoreTo(target, old);
  expect(migrated).toEqual(all.slice(then.length).map(({ name }) => name));
  expect(await asked(target, `select e.id, a."responseStatusCode" as status from environment e, attempt a`)).toEqual([
    { id: "env_1", status: 500 },
  ]);
  const newer = await restoreTo(await emptyDatabase(), bytes, then).catch((error: unknown) => error);
  expect(newer).toMatchObject({ name: "StartError", message: expect.stringMatching(/newer Webster, \d[^]*_relative_views/) });
});

test("no limit that a role is given ends a copy", async () => {
  const limits = ["statement_timeout", "lock_timeout", "transaction_timeout", "idle_in_transaction_session_timeout"];
  const client = await database.pool.connect();
  for (const limit of limits) await client.query(`set ${limit} = '1min'`);
  await client.query(`begin; ${sessionOfCopies}`);
  for (const limit of limits) expect((await client.query(`show ${limit}`)).rows).toEqual([{ [limit]: "0" }]);
  client.release(true);
});

test.each([10, 2_000])(
  "what can't be written ends a backup, from byte %i on",
  async (room) => {
    const full = Object.assign(new Error("no room"), { code: "ENOSPC" });
    let left = room;
    const out = new Writable({
      highWaterMark: 16,
      write: (chunk: Buffer, _encoding, done) => setImmediate(() => done((left -= chunk.length) < 0 ? full : null)),
    });
    out.on("error", () => undefined);
    await expect(writeBackup(database.url, out)).rejects.toBe(full);
    const gone = new Writable();
    gone.destroy();
    await expect(writeBackup(database.url, gone)).rejects.toThrow("closed before it was whole");
  },
  20_000,
);

test("whatever byte is changed and wherever it is cut off, it is told, and no cut is taken for the whole", async () => {
  const step = Math.max(1, Math.floor(bytes.length / 150));
  for (let at = 0; at < bytes.length; at += step) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0x20;
    await expect(readBackup(streamOf(changed)), `byte ${at}`).rejects.toThrow(StartError);
    await expect(readBackup(streamOf(bytes.subarray(0, at))), `cut at ${at}`).rejects.toThrow(at < 17 ? "no backup" : "cut off");
  }
  await expect(readBackup(streamOf(Buffer.concat([bytes, Buffer.from("x")])))).rejects.toThrow("damaged");
  expect((await readBackup(streamOf(bytes))).head.keyIds).toHaveLength(1);
});

test("a restore that is broken off leaves a database that no program works on, and begins anew when it is run again", async () => {
  const url = await emptyDatabase();
  const broken = Buffer.from(bytes);
  // In the middle of some table's compressed rows.
  broken.fill(0, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 40);
  for (const part of [bytes.subarray(0, Math.floor(bytes.length * 0.7)), broken]) {
    await expect(restoreTo(url, part)).rejects.toThrow(/cut off|damaged/);
    await expect(migrate(url)).rejects.toThrow("holds half of a backup");
    await expect(backupOf(url)).rejects.toThrow("holds half of a backup");
  }
  await restoreTo(url);
  expect(await migrate(url)).toEqual([]);
});

test("a pipe that nobody reads to its end has no backup in it, and that is told", async () => {
  const command = [resolve("bin/webster.mjs"), "backup", "-"];
  const child = spawn(process.execPath, command, {
    env: { ...process.env, DATABASE_URL: database.url, WEBSTER_SECRET: testSecret },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  const [told, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect([code, told]).toEqual([1, expect.stringMatching(/^The output can't be written: EPIPE\.\n\nWhat to do: /)]);
});

test("the commands say what is wrong before anything is changed, and what to do", async () => {
  const DATABASE_OWNER_URL = await emptyDatabase();
  const DATABASE_URL = workerUrl(DATABASE_OWNER_URL);
  const cli = newCli({ DATABASE_URL: database.url, WEBSTER_SECRET: testSecret });
  const there = { DATABASE_URL, DATABASE_OWNER_URL };
  const run = (args: string[], environment: Record<string, string> = {}, stdin: Buffer = Buffer.alloc(0)) =>
    cli.run(args, { environment, stdin });
  try {
    expect(await run(["backup", "one.backup"])).toMatchObject({ status: 0, err: expect.stringMatching(/rows of[^]*WEBSTER_SECRET/) });
    expect(await run(["backup", "one.backup"])).toMatchObject({ status: 1, err: expect.stringContaining("is there already") });
    expect(await run(["backup", "none/one.backup"])).toMatchObject({ status: 1, err: expect.stringContaining("ENOENT") });
    expect(await run(["restore", "none.backup"], there)).toMatchObject({ status: 1, err: expect.stringContaining("ENOENT") });
    expect(await run(["restore", "one.backup", "--check"])).toMatchObject({ status: 0, out: expect.stringContaining("whole") });
    expect(await run(["restore", "one.backup"])).toMatchObject({ status: 1, err: expect.stringContaining("is not empty") });
    const stranger = await run(["restore", "one.backup"], { ...there, WEBSTER_SECRET: `${testSecret}, another` });
    expect(stranger).toMatchObject({ status: 1, err: expect.stringMatching(/another WEBSTER_SECRET[^]*What to do/) });
    expect(await run(["restore", "-"], there, Buffer.from("PGDMP or anything else"))).toMatchObject({
      status: 1,
      err: expect.stringContaining("no backup"),
    });
    const empty = await run(["backup", "two.backup"], { DATABASE_URL });
    expect(empty).toMatchObject({ status: 1, err: expect.stringContaining("nothing of Webster's") });
    // Through a pipe, into the database that all of these have left empty.
    const { bytes: piped, err } = await run(["backup", "-"]);
    expect(await run(["restore", "-"], there, piped)).toMatchObject({ status: 0, err: expect.stringContaining("Restored into database") });
    expect(`${err}${stranger.err}`).not.toContain(testSecret);
  } finally {
    await cli.close();
  }
});

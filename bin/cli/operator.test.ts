/** The commands for who runs Webster: `config` and `doctor`. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from "vitest";
import { type Cli, newCli } from "../../lib/testing/cli.ts";
import { startConnectProxy } from "../../lib/testing/connectProxy.ts";
import { warnOfNarrowness } from "../../lib/db/room.ts";
import { warnOfRisks } from "../../lib/db/durability.ts";
import { startEmbedded } from "../../lib/db/embedded.ts";
import { log } from "../../lib/log.ts";
import { temporaryDirectory } from "../../lib/testing/program.ts";
import { onServer, type TestDatabase, testDatabase } from "../../lib/testing/database.ts";
import { testSecret } from "../../lib/testing/settings.ts";

let database: TestDatabase;
let cli: Cli | null = null;
beforeAll(async () => (database = await testDatabase()));
afterAll(() => database.close());
afterEach(() => cli?.close());

const run = (environment: Record<string, string>, ...args: string[]) => {
  cli = newCli(environment);
  return cli.run(args);
};

test("config shows what is set and hides what is secret", async () => {
  const settings = {
    DATABASE_URL: "postgresql://ada:hunter2@db.example.com/hooks?password=sesame",
    WEBSTER_SECRET: testSecret,
    WEBSTER_EGRESS_PROXY: "http://ada:hunter3@proxy.example.com:3128",
    WEBSTER_RETENTON_DAYS: "7",
  };
  const { out, err, status } = await run(settings, "config");
  expect(status).toBe(0);
  expect(out).toContain("DATABASE_URL=postgresql://(hidden)@db.example.com/hooks?password=(hidden)\n");
  expect(out).toContain("WEBSTER_SECRET=(hidden)\n");
  expect(out).not.toMatch(/hunter|sesame|RETENTION/);
  expect(err).toContain("WEBSTER_RETENTON_DAYS is no setting; did you mean WEBSTER_RETENTION_DAYS?");
  const all = await run(settings, "config", "--all");
  expect(all.out).toContain("WEBSTER_RETENTION_DAYS=90  # default\n");
  const { out: json } = await run(settings, "config", "--json");
  expect(JSON.parse(json)).toMatchObject({ PORT: { value: "3000", from: "default" }, WEBSTER_SECRET: { value: "(hidden)", from: "set" } });
});

test("config tells what is wrong, after it has printed what there is; a URL that is none is hidden whole", async () => {
  const { out, err, status } = await run({ PORT: "many", DATABASE_URL: "ada:hunter2@db" }, "config");
  expect(status).toBe(1);
  expect(out).toContain("PORT=many");
  expect(out).toContain("DATABASE_URL=(hidden)");
  expect(err).toContain('PORT: "many" is not a whole number');
});

test("doctor finds all well, or says what to do", async () => {
  const server = createServer((request, response) => response.writeHead(request.url === "/health" ? 204 : 404).end()).listen(
    0,
    "127.0.0.1",
  );
  await once(server, "listening");
  const proxy = await startConnectProxy({ port: (server.address() as AddressInfo).port });
  // One that writes to the disk: the tests' own server does not.
  const [directory, remove] = temporaryDirectory();
  const embedded = await startEmbedded(join(directory, "postgres"), { settings: { shared_buffers: "16MB" } });
  const settings = {
    DATABASE_URL: embedded.ownerUrl,
    WEBSTER_SECRET: testSecret,
    WEBSTER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    WEBSTER_EGRESS_PROXY: proxy.url,
  };
  const well = await run(settings, "doctor");
  expect([well.out, well.status]).toEqual([
    expect.stringMatching(/✓ Database {2}PostgreSQL \d+[^]*✓ Commits[^]*✓ Clock[^]*✓ Address[^]*✓ Proxy[^]*– Mail/),
    0,
  ]);
  proxy.refuseWith("HTTP/1.1 407 Proxy Authentication Required");
  const { out, status } = await run(
    {
      ...settings,
      WEBSTER_URL: "http://127.0.0.1:1",
      DATABASE_REPLICA_URL: inject("databaseServerUrl"),
      WEBSTER_SMTP_URL: "smtp://127.0.0.1:1",
      WEBSTER_MAIL_FROM: "a@b.example",
    },
    "doctor",
  );
  expect(status).toBe(1);
  for (const name of ["Replica", "Address", "Proxy", "Mail"]) expect(out).toMatch(new RegExp(`✗ ${name} [^\\n]*\\n {2}What to do: `));
  const gone = await run({ DATABASE_URL: "postgresql://ada:hunter2@127.0.0.1:1/hooks", WEBSTER_SECRET: testSecret }, "doctor");
  expect(gone.out).toMatch(/✗ Database {2}PostgreSQL can't be reached at 127\.0\.0\.1:1/);
  expect(gone.out).not.toContain("hunter2");
  await proxy.close();
  server.close();
  await embedded.stop();
  remove();
});

test("doctor, and a start, say that a database has too few connections for all processes", async () => {
  const name = new URL(database.url).pathname.slice(1);
  const settings = { DATABASE_URL: database.url, WEBSTER_SECRET: testSecret, WEBSTER_PROCESSES: "1" };
  expect((await run(settings, "doctor")).out).toMatch(/✓ Sessions {2}There is room for the 23 connections/);
  await onServer(`alter database "${name}" connection limit 22`);
  const { out, status } = await run(settings, "doctor");
  expect(out).toMatch(
    /✗ Sessions {2}Webster may open 23 connections, and database "\w+" has room for 22\.\n {2}What to do: ALTER DATABASE "/,
  );
  expect(status).toBe(1);
  const warn = vi.spyOn(log, "warn").mockReturnValue();
  await warnOfNarrowness(database.pool, 22);
  expect(warn).not.toHaveBeenCalled();
  await warnOfNarrowness(database.pool, 23);
  expect(warn).toHaveBeenCalledWith(
    expect.objectContaining({ hint: expect.stringContaining("CONNECTION LIMIT") }),
    "database.few_connections",
  );
  await warnOfNarrowness(database.pool, 100_000);
  expect(warn).toHaveBeenCalledTimes(2);
  warn.mockRestore();
  await onServer(`alter database "${name}" connection limit -1`);
});

test("doctor says whose the tables are", async () => {
  const settings = { DATABASE_URL: database.url, WEBSTER_SECRET: testSecret, WEBSTER_PROCESSES: "1" };
  const told = async (): Promise<string | undefined> => (await run(settings, "doctor")).out.split("\n✓ Sessions")[0];
  expect(await told()).toMatch(/^✓ Database {2}PostgreSQL [^\n]*, with this version's tables$/);
  await database.asOwner(
    `insert into "_prisma_migrations" (id, checksum, migration_name, finished_at) values ('later', 'x', '29990101000000_later', now())`,
  );
  expect(await told()).toMatch(/^✗ Database {2}The database was changed by a newer Webster [^\n]*\n {2}What to do: Start that version/);
  await database.asOwner(`delete from "_prisma_migrations" where id = 'later'`);
  const [last] = (
    await database.asOwner(
      `update "_prisma_migrations" set finished_at = null
     where migration_name = (select max(migration_name) from "_prisma_migrations") returning migration_name as name`,
    )
  ).rows;
  expect(await told()).toMatch(/, with tables that the next start brings up to date \(migrations: 1\)$/);
  await database.asOwner(`update "_prisma_migrations" set finished_at = now() where migration_name = '${(last as { name: string }).name}'`);
});

test("doctor, and a start, say that a database may lose what it has committed", async () => {
  const { out, status } = await run({ DATABASE_URL: database.url, WEBSTER_SECRET: testSecret }, "doctor");
  expect(out).toMatch(
    /✗ Commits {3}fsync, full_page_writes and synchronous_commit are off: what was accepted can be lost[^\n]*\n {2}What to do: /,
  );
  expect(status).toBe(1);
  const warn = vi.spyOn(log, "warn").mockReturnValue();
  const client = await database.pool.connect();
  await client.query("set synchronous_commit = remote_write");
  await warnOfRisks(client);
  expect(warn).toHaveBeenCalledWith(expect.objectContaining({ settings: ["fsync", "full_page_writes"] }), "database.may_lose_commits");
  warn.mockRestore();
  client.release(true);
});

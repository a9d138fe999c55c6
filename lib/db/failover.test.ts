/** A primary and its standby, both real: which of them is written to and read from, before and after one takes over. */
import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { parseDatabaseUrl } from "../databaseUrl.ts";
import { temporaryDirectory } from "../testing/program.ts";
import { connectionOptions } from "./connection.ts";
import { type Embedded, startEmbedded } from "./embedded.ts";
import { grant } from "./grants.ts";
import { migrate } from "./migrate.ts";
import { Replica } from "./replica.ts";
import { findReplicaFault } from "./replicaFitness.ts";

const [directory, remove] = temporaryDirectory();
const settings = { shared_buffers: "16MB", max_connections: "30", fsync: "off" };
const running = new Set<Embedded>();
let primary: Embedded;
let standby: Embedded;
let both = "";

async function start(name: string, more: Record<string, string> = {}): Promise<Embedded> {
  const server = await startEmbedded(join(directory, name), { settings: { ...settings, ...more } });
  running.add(server);
  return server;
}

const socketOf = (server: Embedded): string => new URL(server.url).searchParams.get("host") ?? "";

beforeAll(async () => {
  const first = await start("one");
  await first.stop();
  cpSync(join(directory, "one"), join(directory, "two"), { recursive: true, preserveTimestamps: true });
  writeFileSync(join(directory, "two", "standby.signal"), "");
  // The copy is ours; the server runs as another user if we are root.
  execFileSync("chown", ["-R", `--reference=${join(directory, "one")}`, join(directory, "two")]);
  primary = await start("one");
  standby = await start("two", { primary_conninfo: `host=${socketOf(primary)} port=5432 user=webster` });
  both = `postgresql://webster@/webster?host=${socketOf(standby)},${socketOf(primary)}&target_session_attrs=read-write`;
});
afterAll(async () => {
  for (const server of running) await server.stop();
  remove();
});

test("a start at the standby says where to go", async () => {
  await expect(migrate(standby.url)).rejects.toMatchObject({
    message: expect.stringContaining("is a standby, which takes no writes"),
    remedy: expect.stringContaining("target_session_attrs=read-write"),
  });
});

test("lists are read from the standby while it is near enough behind, and from the primary when it is not", async () => {
  const [first, second] = [primary, standby].map(({ superuserUrl }) => new pg.Pool({ connectionString: superuserUrl, max: 1 })) as [
    pg.Pool,
    pg.Pool,
  ];
  const replica = new Replica(() => first, second, 300);
  const looked = async (): Promise<boolean> => {
    await replica.look();
    return replica.pool !== null;
  };
  await expect.poll(looked).toBe(true);
  expect(replica.state).toEqual({ lagSeconds: expect.any(Number), isUsed: true });
  await second.query("select pg_wal_replay_pause()");
  await first.query("create table before as select 1 as n");
  await expect.poll(looked).toBe(false);
  expect(replica.state.lagSeconds).toBeGreaterThan(0.2);
  await second.query("select pg_wal_replay_resume()");
  await expect.poll(looked).toBe(true);
  await first.end();
  await replica.stop();
});

const named = (url: string, name: string): string => {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
};

test("what is no replica of this database is told, with what to do, and never read from", async () => {
  const admin = new pg.Client({ connectionString: primary.superuserUrl });
  await admin.connect();
  await admin.query("drop table before");
  await migrate(primary.ownerUrl);
  await grant(primary.ownerUrl, primary.url);
  const faultOf = (url: string, of: string = primary.url) => findReplicaFault(of, url, 5_000);
  await expect.poll(() => faultOf(standby.url)).toBeNull();
  expect(await faultOf(primary.url)).toMatchObject({ message: expect.stringContaining("is no standby: it takes writes of its own") });
  expect(await faultOf(standby.url, inject("databaseServerUrl"))).toMatchObject({
    message: expect.stringContaining("is a standby of another server than the one of DATABASE_URL"),
  });
  const unreachable = await faultOf("postgresql://ada:hunter2@127.0.0.1:1/webster");
  expect(unreachable).toMatchObject({
    message: expect.stringContaining("can't be reached"),
    remedy: expect.stringContaining("DATABASE_REPLICA_URL"),
  });
  expect(JSON.stringify([unreachable?.message, unreachable?.remedy])).not.toMatch(/hunter2|DATABASE_URL/);

  await admin.query("create database other");
  await admin.query("create role stranger login");
  await admin.end();
  const stranger = new URL(standby.url);
  stranger.username = "stranger";
  await expect.poll(() => faultOf(stranger.href)).toMatchObject({ message: expect.stringContaining('User "stranger" may not read') });
  const other = named(standby.superuserUrl, "other");
  await expect
    .poll(() => faultOf(other))
    .toMatchObject({
      message: expect.stringContaining('The database "other"'),
      remedy: expect.stringContaining('"webster"'),
    });

  const [first, second] = [primary.superuserUrl, other].map((url) => new pg.Pool({ connectionString: url, max: 1 })) as [pg.Pool, pg.Pool];
  const replica = new Replica(() => first, second, 60_000);
  for (let i = 0; i < 3; i++) await replica.look();
  expect([replica.pool, replica.state]).toEqual([null, { lagSeconds: null, isUsed: false }]);
  await first.end();
  await replica.stop();
});

test("with both hosts in the URL the primary is found, and the standby when it has taken over", async () => {
  const pool = new pg.Pool({ ...connectionOptions(both, { statement_timeout: "5000" }), connectionTimeoutMillis: 10_000, max: 2 });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  await pool.query("create table written (n int)");
  expect((await pool.query("show statement_timeout")).rows).toEqual([{ statement_timeout: "5s" }]);
  const old = new pg.Client({ connectionString: primary.superuserUrl });
  await old.connect();
  const { rows } = await old.query<{ at: string }>("select pg_current_wal_flush_lsn()::text as at");
  await old.end();
  const promoting = new pg.Client({ connectionString: standby.superuserUrl });
  await promoting.connect();
  const caughtUp = async () => (await promoting.query("select pg_last_wal_replay_lsn() >= $1::pg_lsn as ok", [rows[0]?.at])).rows;
  await expect.poll(caughtUp).toEqual([{ ok: true }]);
  await primary.stop();
  running.delete(primary);
  await promoting.query("select pg_promote()");
  await promoting.end();
  const write = () =>
    pool.query("insert into written values (1)").then(
      ({ rowCount }) => rowCount,
      () => null,
    );
  await expect.poll(write).toBe(1);
  await pool.end();
});

test("where no host fits, each says why", async () => {
  const url = `postgresql://webster@127.0.0.1:1/webster?host=127.0.0.1,${socketOf(standby)}&port=1,5432&target_session_attrs=standby`;
  expect(parseDatabaseUrl(url)?.hosts).toHaveLength(2);
  await expect(migrate(url)).rejects.toMatchObject({
    message: expect.stringMatching(/none of 127\.0\.0\.1:1, \S+ is standby \(.*ECONNREFUSED.*is the primary/),
  });
});

import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { onServer, type TestDatabase, testDatabase } from "../testing/database.ts";
import { hotPool, logPool, pool, prisma, readShort } from "./client.ts";

let database: TestDatabase;

beforeAll(async () => (database = await testDatabase()));
afterAll(() => database.close());

it.each([
  ["ordinary", pool],
  ["hot", hotPool],
  ["log", logPool],
])("a connection of the %s pool that breaks between two statements fails the next, not the process", async (_name, poolOf) => {
  const client = await poolOf().connect();
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  const ended = new Promise<void>((resolve) => client.once("end", resolve));
  await onServer(`select pg_terminate_backend(${rows[0]?.pid})`);
  await ended;
  await expect(client.query("select 1")).rejects.toThrow("not queryable");
  client.release(true);
  expect((await poolOf().query<{ one: number }>("select 1 as one")).rows).toEqual([{ one: 1 }]);
});

const pidOf = async (poolOf: () => pg.Pool): Promise<number | undefined> =>
  (await poolOf().query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid;

it.each([
  ["ordinary", pool],
  ["hot", hotPool],
  ["log", logPool],
])("a statement that the %s pool's database refuses costs no connection", async (_name, poolOf) => {
  const pid = await pidOf(poolOf);
  await expect(poolOf().query(`select from "delivery_20010101"`)).rejects.toMatchObject({ code: "42P01" });
  await expect(poolOf().query("select $1::int", ["many"])).rejects.toMatchObject({ code: "22P02" });
  expect(await pidOf(poolOf)).toBe(pid);
});

it("nor does a row that Prisma's database refuses", async () => {
  const [pid] = await prisma().$queryRaw<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const setting = { name: "refused", value: Buffer.from("once") };
  await prisma().setting.create({ data: setting });
  await expect(prisma().setting.create({ data: setting })).rejects.toMatchObject({ code: "P2002" });
  expect(await prisma().$queryRaw`select pg_backend_pid() as pid`).toEqual([pid]);
});

it("a connection is not asked again on which a prepared statement is out of date", async () => {
  const query = { name: "late", text: `select * from "late"`, values: [] };
  await database.asOwner(`create table "late" ("one" int); grant select on "late" to public`);
  await pool().query(query);
  await database.asOwner(`alter table "late" add "two" int`);
  await expect(pool().query(query)).rejects.toMatchObject({ code: "0A000" });
  expect((await pool().query(query)).rows).toEqual([]);
});

it("whatever time limits the database sets for its sessions, none is ended while it is idle, and locks are waited for", async () => {
  const name = new URL(database.url).pathname.slice(1);
  for (const limit of ["idle_session_timeout", "lock_timeout"]) await onServer(`alter database "${name}" set ${limit} = '1h'`);
  await database.endConnections();
  const query = { text: `select current_setting('idle_session_timeout') as "idle", current_setting('lock_timeout') as "lock"`, values: [] };
  for (const poolOf of [pool, hotPool, logPool]) expect((await poolOf().query(query)).rows).toEqual([{ idle: "0", lock: "0" }]);
  expect((await readShort({ name: "limits", ...query })).rows).toEqual([{ idle: "0", lock: "0" }]);
});

it("whatever the database sets for its sessions, what is written and read is what was meant", async () => {
  const name = new URL(database.url).pathname.slice(1);
  const query = {
    text: String.raw`select $1::int[] as "list", 1796051234567.125::float8 as "number", 'a\b' as "text", $2::bytea as "bytes", null = null as "unknown"`,
    values: [[1, null], Buffer.from("\\000")],
  };
  const others = ["array_nulls = off", "extra_float_digits = -10", "standard_conforming_strings = off", "bytea_output = 'escape'"];
  for (const setting of [...others, "transform_null_equals = on"]) await onServer(`alter database "${name}" set ${setting}`);
  await database.endConnections();
  const expected = { list: [1, null], number: 1796051234567.125, text: "a\\b", bytes: query.values[1], unknown: null };
  for (const poolOf of [pool, hotPool, logPool]) expect((await poolOf().query(query)).rows).toEqual([expected]);
  expect((await readShort({ name: "meant", ...query })).rows).toEqual([expected]);
});

it("whatever the database sets for its sessions, moments are those that were meant, and each statement sees what is committed", async () => {
  const name = new URL(database.url).pathname.slice(1);
  const at = new Date("2026-04-03T02:01:00.005Z");
  const query = {
    name: "moment",
    text: `select $1::timestamptz as "at", interval '90 minutes' as "long", current_setting('transaction_isolation') as "isolation"`,
    values: [at],
  };
  const others = ["timezone = 'America/St_Johns'", "datestyle = 'SQL, DMY'", "intervalstyle = 'sql_standard'"];
  for (const setting of [...others, "default_transaction_isolation = 'serializable'"])
    await onServer(`alter database "${name}" set ${setting}`);
  await database.endConnections();
  const expected = { at, long: { hours: 1, minutes: 30 }, isolation: "read committed" };
  for (const poolOf of [pool, hotPool, logPool]) expect((await poolOf().query(query)).rows).toEqual([expected]);
  expect((await readShort(query)).rows).toEqual([expected]);
  const byPrisma = await prisma().$queryRaw`select ${at}::timestamptz as "at", extract(epoch from ${at}::timestamptz)::float8 as "seconds"`;
  expect(byPrisma).toEqual([{ at, seconds: at.getTime() / 1000 }]);
});

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

import { afterAll, beforeAll, expect, it } from "vitest";
import { onServer, type TestDatabase, testDatabase } from "../testing/database.ts";
import { hotPool, logPool, pool } from "./client.ts";

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

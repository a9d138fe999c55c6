import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { setSingleton } from "../singleton.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { hotPool, pool, prisma } from "./client.ts";
import { readMigrations } from "./migrate.ts";
import { knowMigrations, outdated } from "./outdated.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  setSingleton("outdated", undefined);
  knowMigrations(readMigrations().map(({ name }) => name));
  await database.asOwner(`delete from "_prisma_migrations" where migration_name like '2099%'`);
});
afterAll(() => database.close());

const newer = (finishedAt: string, rolledBackAt = "null"): Promise<pg.QueryResult> =>
  database.asOwner(`insert into "_prisma_migrations" (id, checksum, migration_name, finished_at, rolled_back_at)
    values ('newer', '', '20990101000000_newer', ${finishedAt}, ${rolledBackAt})`);

const failed = async (statement: string): Promise<string | undefined> => {
  await pool()
    .query(statement)
    .catch(() => undefined);
  return (await outdated())?.message;
};

test.each([
  [`select "gone" from "application"`, 'column "gone" does not exist'],
  [`select from "gone"`, 'relation "gone" does not exist'],
  [`select gone()`, "function gone() does not exist"],
  [`select null::gone`, 'type "gone" does not exist'],
  [
    `insert into "environment" (id) values ('env_1') on conflict (name) do nothing`,
    "there is no unique or exclusion constraint matching the ON CONFLICT specification",
  ],
])("%s, after a newer migration", async (statement, fault) => {
  await newer("now()");
  expect(await failed(statement)).toBe(
    `The database was changed by a newer Webster (migration 20990101000000_newer) while this one worked, and lacks what this one needs: ${fault}.`,
  );
});

test("whoever asks: a transaction of the hot pool, or Prisma", async () => {
  await newer("now()");
  const client = await hotPool().connect();
  await client.query("begin");
  await expect(client.query("select gone()")).rejects.toMatchObject({ code: "42883" });
  await client.query("rollback");
  client.release();
  expect(await outdated()).not.toBeNull();
  setSingleton("outdated", undefined);
  knowMigrations(readMigrations().map(({ name }) => name));
  await expect(prisma().$transaction((inside) => inside.$queryRawUnsafe("select gone()"))).rejects.toThrow(
    "function gone() does not exist",
  );
  expect(await outdated()).not.toBeNull();
});

test("nothing less ends a process", async () => {
  // Whatever it is, no version has changed anything.
  expect(await failed(`select "gone" from "application"`)).toBeUndefined();
  await newer("null");
  expect(await failed(`select "gone" from "application"`)).toBeUndefined();
  await database.asOwner(`update "_prisma_migrations" set finished_at = now(), rolled_back_at = now() where id = 'newer'`);
  expect(await failed(`select "gone" from "application"`)).toBeUndefined();
  await database.asOwner(`update "_prisma_migrations" set rolled_back_at = null where id = 'newer'`);
  // A version has, and this one can go on: a day is past retention, a row is refused, a statement is too late.
  expect(await failed(`select from "delivery_20010101"`)).toBeUndefined();
  expect(await failed(`insert into "environment" (id) values (null)`)).toBeUndefined();
  expect(await failed(`set statement_timeout = 1; select pg_sleep(1)`)).toBeUndefined();
  expect(await failed(`select "gone" from "application"`)).toContain("20990101000000_newer");
});

test("a program that has not looked at the tables is not held to them", async () => {
  setSingleton("outdated", undefined);
  await newer("now()");
  expect(await failed(`select "gone" from "application"`)).toBeUndefined();
});

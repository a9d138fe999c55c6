import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { maintainPartitions, partitionName } from "./partitions.ts";
import { dayMs } from "../words/duration.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ WEBSTER_RETENTION_DAYS: "30" });
});
afterAll(() => database.close());

const today = Math.floor(Date.now() / dayMs) * dayMs;

it("makes the days from yesterday to a week ahead, once", async () => {
  await database.asOwner(`drop table "${partitionName("message", today + 7 * dayMs)}"`);
  expect((await maintainPartitions()).created).toEqual([partitionName("message", today + 7 * dayMs)]);
  expect((await maintainPartitions()).created).toEqual([]);
});

it("drops the days past retention and keeps the last one within", async () => {
  for (const age of [30, 31]) {
    const [from, to] = [today - age * dayMs, today - (age - 1) * dayMs].map((ms) => new Date(ms).toISOString());
    await database.asOwner(
      `create table "${partitionName("attempt", today - age * dayMs)}" partition of attempt for values from ('${from}') to ('${to}')`,
    );
  }
  expect((await maintainPartitions()).dropped).toEqual([partitionName("attempt", today - 31 * dayMs)]);
});

it("leaves a day that somebody reads for later, rather than to wait for them with the table locked", async () => {
  const day = today - 40 * dayMs;
  await database.pool.query("select make_day('message', $1)", [new Date(day).toISOString().slice(0, 10)]);
  const reader = await database.pool.connect();
  await reader.query("begin");
  await reader.query(`select from "${partitionName("message", day)}"`);
  expect((await maintainPartitions()).dropped).toEqual([]);
  await reader.query("commit");
  reader.release();
  expect((await maintainPartitions()).dropped).toEqual([partitionName("message", day)]);
});

it("lets several processes do it at the same time", async () => {
  for (const table of ["message", "delivery", "attempt"]) await database.asOwner(`drop table "${partitionName(table, today)}"`);
  const done = await Promise.all([maintainPartitions(), maintainPartitions(), maintainPartitions()]);
  expect(done.flatMap(({ created }) => created)).toHaveLength(3);
});

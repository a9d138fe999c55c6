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

it("lets several processes do it at the same time", async () => {
  for (const table of ["message", "delivery", "attempt"]) await database.asOwner(`drop table "${partitionName(table, today)}"`);
  const done = await Promise.all([maintainPartitions(), maintainPartitions(), maintainPartitions()]);
  expect(done.flatMap(({ created }) => created)).toHaveLength(3);
});

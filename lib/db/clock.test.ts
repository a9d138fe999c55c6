import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { databaseNowMs, synchroniseClock } from "./clock.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const databaseMs = async (): Promise<number> =>
  Number((await database.pool.query("select extract(epoch from clock_timestamp()) * 1000 as ms")).rows[0].ms);

test("it follows the database's clock, wherever this machine's own jumps", async () => {
  vi.spyOn(Date, "now").mockReturnValue(Date.now() - 2 * 3_600_000);
  const beganMs = performance.now();
  await synchroniseClock();
  // No answer was on its way for longer, and so no measurement is further off.
  const uncertainMs = 1 + performance.now() - beganMs;
  const [before, there, after] = [databaseNowMs(), await databaseMs(), databaseNowMs()];
  expect(there).toBeGreaterThan(before - uncertainMs);
  expect(there).toBeLessThan(after + uncertainMs);
});

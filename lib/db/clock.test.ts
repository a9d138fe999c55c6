import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { setSingleton } from "../singleton.ts";
import { databaseNowMs, synchroniseClock } from "./clock.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
afterEach(() => {
  vi.restoreAllMocks();
  setSingleton("clock", undefined);
});

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

test("a measurement that was late never takes it back: what comes later is later", async () => {
  const elapsed = performance.now.bind(performance);
  const lateBy = (ms: number) => vi.spyOn(performance, "now").mockImplementation(() => elapsed() - ms);
  lateBy(300);
  await synchroniseClock();
  vi.restoreAllMocks();
  const before = databaseNowMs();
  await synchroniseClock();
  const after = databaseNowMs();
  expect(after).toBeGreaterThanOrEqual(before);
  // It stands for as long as it was ahead, and then goes on with the database's.
  lateBy(-400);
  expect(databaseNowMs()).toBeGreaterThan(after);
});

test("a clock that was far ahead is set back", async () => {
  const elapsed = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => elapsed() - 3_600_000);
  await synchroniseClock();
  vi.restoreAllMocks();
  const before = databaseNowMs();
  await synchroniseClock();
  expect(before - databaseNowMs()).toBeGreaterThan(3_500_000);
});

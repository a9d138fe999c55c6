import { afterAll, beforeAll, expect, test } from "vitest";
import { accept } from "../db/sql/hot/accept.ts";
import { startEngine } from "../delivery/engine.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { startReceiver } from "../testing/receiver.ts";
import { newApplication, newMessage } from "../testing/sending.ts";
import { newTenant } from "../testing/tenant.ts";
import { until } from "../testing/until.ts";
import { startTaskRunner } from "./taskRunner.ts";
import { get } from "../services/backgroundTask/backgroundTasks.ts";
import { firstPacePerSecond } from "../services/backgroundTask/task.ts";
import { nextPace } from "./taskPace.ts";
import { replayMissing } from "../services/delivery/resends.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("it goes faster as long as all is well, holds what is not taken, and goes slower when it fails", () => {
  const well = { waiting: 0, attempts: 10, failed: 0 };
  expect(nextPace(10, well)).toEqual({ pace: 15, hold: false });
  expect(nextPace(1_000, well).pace).toBe(1_000);
  expect(nextPace(10, { ...well, waiting: 15 })).toEqual({ pace: 10, hold: false });
  expect(nextPace(10, { ...well, waiting: 21 })).toEqual({ pace: 10, hold: true });
  expect(nextPace(10, { ...well, failed: 1 }).pace).toBe(15);
  expect(nextPace(10, { ...well, failed: 2 }).pace).toBe(5);
  expect(nextPace(1, { ...well, failed: 10 }).pace).toBe(1);
});

test("an endpoint that has just come back gets a few at first, then more, each once", async () => {
  const { actor } = await newTenant();
  const receiver = await startReceiver();
  const cafe = { ...(await newApplication([{ url: receiver.url }])) };
  const mine = { ...actor, environmentId: cafe.environmentId };
  await Promise.all(Array.from({ length: 60 }, () => accept(newMessage(cafe, { endpointIds: [] }))));
  const engine = startEngine();
  const since = new Date(Date.now() - 60_000).toISOString();
  const begun = await replayMissing(mine, cafe.applicationId, cafe.endpointIds[0] ?? "", { since }, false);
  if (!("task" in begun)) throw new Error("It was only counted");
  expect(begun.task).toMatchObject({ pace: firstPacePerSecond });
  const tasks = startTaskRunner();
  const paces = new Set<number>();
  await until("the task to end", async () => {
    const task = await get(mine, begun.task.id);
    if (task.pace !== undefined) paces.add(task.pace);
    return task.status === "finished";
  });
  await receiver.waitForHits(60);
  expect(new Set(receiver.hits.map(({ headers }) => headers["webhook-id"])).size).toBe(60);
  expect(Math.max(...paces)).toBeGreaterThan(firstPacePerSecond);
  const [first] = receiver.hits;
  const inFirstHalfSecond = receiver.hits.filter(({ at }) => at.getTime() - (first?.at.getTime() ?? 0) < 500);
  expect(inFirstHalfSecond.length).toBeLessThanOrEqual(firstPacePerSecond);
  await tasks.stop();
  await engine.stop();
  await receiver.close();
});

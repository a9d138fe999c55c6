import { afterAll, beforeAll, expect, test } from "vitest";
import { accepted, url } from "../testing/attempts.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newApplication } from "../testing/sending.ts";
import { Claimer } from "./claimer.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("where there is little room, what is due is not asked for again at once", async () => {
  const application = await newApplication(Array.from({ length: 12 }, () => ({ url })));
  await accepted(application, 1);
  const takenAtMs: number[] = [];
  let claimer: Claimer | undefined;
  await new Promise<void>((resolve) => {
    claimer = new Claimer({
      lanes: () => [],
      room: () => 3,
      take: (claimed) => {
        expect(claimed).toHaveLength(3);
        if (takenAtMs.push(performance.now()) === 4) resolve();
        return Promise.resolve();
      },
    });
    claimer.start();
  });
  await claimer?.stop();
  const pauses = takenAtMs.slice(1).map((atMs, i) => atMs - (takenAtMs[i] ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThan(45);
});

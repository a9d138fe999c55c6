import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "../../ids.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newTenant } from "../../testing/tenant.ts";
import { outcomeOf } from "./outcome.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const minuteMs = 60_000;

it("counts how those ended that a task was for and that were attempted since it began", async () => {
  const { environmentId } = (await newTenant()).actor;
  const startMs = Date.now();
  const created = new Date(startMs - 30 * minuteMs);
  const begun = new Date(startMs - 20 * minuteMs);
  const [endpointId, otherEndpointId] = [newId("endpoint"), newId("endpoint")];
  const deliveries: [endpointId: string, status: string, attemptedMs: number][] = [
    [endpointId, "succeeded", startMs - 10 * minuteMs],
    [endpointId, "succeeded", startMs - 11 * minuteMs],
    [endpointId, "failed", startMs - 12 * minuteMs],
    [endpointId, "cancelled", startMs - 13 * minuteMs],
    // Before the task began: what it was for, perhaps, but not what came of it.
    [endpointId, "succeeded", startMs - 25 * minuteMs],
    [endpointId, "failed", startMs - 25 * minuteMs],
    [otherEndpointId, "succeeded", startMs - 10 * minuteMs],
  ];
  for (const [endpoint, status, attemptedMs] of deliveries)
    await database.pool.query(
      `insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "status", "attemptCount",
         "nextAttemptAt", "lastAttemptAt", "lastStatusCode")
       values ($1, $2, $3, $4, $5, 'a.b', $6, 2, null, $7, 200)`,
      [newId("message", created.getTime()), endpoint, created, environmentId, newId("application"), status, new Date(attemptedMs)],
    );
  const range = { since: new Date(startMs - 60 * minuteMs).toISOString(), until: begun.toISOString() };
  const task = { environmentId, endpointId: null, createdAt: begun };
  const filter = { environmentId, status: ["failed"], endpointIds: [endpointId], ...range };
  expect(await outcomeOf({ ...task, task: "delivery.bulk-resend", input: { ...range, filter } })).toEqual({ succeeded: 2, failed: 2 });
  expect(await outcomeOf({ ...task, endpointId, task: "endpoint.recover", input: range })).toEqual({ succeeded: 2, failed: 2 });
  expect(await outcomeOf({ ...task, endpointId, task: "application.stats", input: range })).toBeNull();
});

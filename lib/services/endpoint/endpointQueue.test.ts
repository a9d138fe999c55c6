import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logPool } from "../../db/client.ts";
import { queueSql } from "../../db/sql/figures/endpointQueue.ts";
import { newId } from "../../ids.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newTenant } from "../../testing/tenant.ts";
import * as endpointQueue from "./endpointQueue.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const nothing = { due: 0, oldestDueAt: null, held: 0, later: 0, nextAt: null, lined: 0 };
const quiet = { attempts: 60, timedOut: 0, overloaded: 0, meanMs: 50, medianMs: 40 };

describe("why an endpoint's deliveries go as fast as they go", () => {
  const cases: [string, Partial<endpointQueue.Signs>][] = [
    ["disabled", { isDisabled: true, queue: { ...nothing, due: 3 } }],
    ["idle", {}],
    ["throttled", { queue: { ...nothing, due: 100 }, throttledMs: 5_000 }],
    ["flowing", { queue: { ...nothing, due: 100 }, throttledMs: 300 }],
    ["paused", { queue: { ...nothing, due: 100 }, recent: { ...quiet, attempts: 6, timedOut: 6 } }],
    ["overloaded", { queue: { ...nothing, due: 100 }, recent: { ...quiet, overloaded: 10 } }],
    ["slow", { queue: { ...nothing, held: 2 }, recent: { ...quiet, medianMs: 2_400 } }],
    ["ordered", { queue: { ...nothing, held: 1, lined: 20 } }],
    ["retrying", { queue: { ...nothing, later: 5 } }],
    ["flowing", { queue: { ...nothing, held: 5 } }],
  ];
  it.each(cases)("%s", (state, signs) => {
    expect(endpointQueue.stateOf({ queue: nothing, recent: quiet, isDisabled: false, throttledMs: 0, ...signs })).toBe(state);
  });
});

it("counts what is due, held, planned and in line; of the actor's own endpoint alone, by the index of what is due", async () => {
  const { actor } = await newTenant();
  const { actor: stranger } = await newTenant();
  const { environmentId } = actor;
  const [applicationId, endpointId] = [newId("application"), newId("endpoint")];
  await database.prisma.application.create({ data: { id: applicationId, environmentId, name: "Café", throttleRate: 7 } });
  await database.prisma.endpoint.create({
    data: { id: endpointId, applicationId, environmentId, url: "https://example.com/", eventTypes: [], channels: [] },
  });
  const insert = (dueAt: string, leaseId: string | null) =>
    database.pool.query(
      `insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "status", "attemptCount", "nextAttemptAt", "leaseId")
       values ($1, $2, now(), $3, $4, 't', 'pending', 0, ${dueAt}, $5)`,
      [newId("message"), endpointId, environmentId, applicationId, leaseId],
    );
  await insert("now() - interval '5 minutes'", null);
  await insert("now() - interval '1 minute'", "a lease that ran out");
  await insert("now() + interval '5 minutes'", "a lease");
  await insert("now() + interval '5 minutes'", "+in hand");
  await insert("now() + interval '1 hour'", null);
  await insert("'9999-01-01T00:00:00Z'", null);
  const queue = await endpointQueue.get(actor, applicationId, endpointId);
  const one = { count: 1, capped: false };
  expect(queue).toMatchObject({
    due: { count: 2, capped: false },
    held: { count: 2, capped: false },
    later: one,
    inLine: one,
    state: "ordered",
  });
  expect(queue.throttle).toEqual({ endpoint: null, application: 7 });
  expect(Date.parse(queue.oldestDueAt ?? "")).toBeLessThan(Date.now() - 4 * 60_000);
  await expect(endpointQueue.get(stranger, applicationId, endpointId)).rejects.toThrow("not found");

  const { rows } = await logPool().query<{ "QUERY PLAN": string }>(`explain ${queueSql}`, [endpointId, 100]);
  expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).not.toMatch(/Seq Scan on delivery/);
});

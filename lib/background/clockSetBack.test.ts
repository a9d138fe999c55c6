// Work on all that there is takes what has a moment of the future too: a clock may have been set back since.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { newId } from "../ids.ts";
import * as applications from "../services/application/applications.ts";
import * as resends from "../services/delivery/resends.ts";
import * as endpoints from "../services/endpoint/endpoints.ts";
import { countMissed } from "../services/endpoint/missingMessages.ts";
import { expungeAll } from "../services/message/bulkExpunge.ts";
import * as overview from "../services/statistics/overview.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newTenant } from "../testing/tenant.ts";
import { hourMs } from "../words/duration.ts";
import { workOnOne } from "./taskRunner.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** An endpoint, and two messages that were accepted before the clock was set back by three hours: one failed there, one it never got. */
async function setBack() {
  const { actor } = await newTenant();
  const { application } = await applications.create(actor, { name: "A", metadata: {} });
  const input = { url: "https://example.com/", description: "", disabled: false, metadata: {} };
  const { id: endpointId } = await endpoints.create(actor, application.id, input);
  const failed = await store(actor, application.id);
  await store(actor, application.id);
  await database.pool.query(
    `insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "status", "attemptCount")
     select "id", $2, "createdAt", "environmentId", "applicationId", "eventType", 'failed', 8 from message where "id" = $1`,
    [failed, endpointId],
  );
  return { actor, applicationId: application.id, endpointId };
}

async function store(actor: Actor, applicationId: string, atMs = Date.now() + 3 * hourMs): Promise<string> {
  const id = newId("message", atMs);
  await database.pool.query(
    `insert into message ("id", "createdAt", "environmentId", "applicationId", "eventType", "payload", "payloadBytes")
     values ($1, $2, $3, $4, 't', '{}', 2)`,
    [id, new Date(atMs), actor.environmentId, applicationId],
  );
  return id;
}

test("sending again", async () => {
  const { actor, applicationId, endpointId } = await setBack();
  const since = new Date(Date.now() - hourMs).toISOString();
  const one = { counted: { count: 1, capped: false } };
  expect(await resends.recover(actor, applicationId, endpointId, { since }, true)).toEqual(one);
  expect(await resends.bulkReplay(actor, applicationId, endpointId, { since }, true)).toEqual(one);
  expect(await resends.bulkResend(actor, { filter: {}, dryRun: true })).toEqual(one);
  expect(await resends.replayMissing(actor, applicationId, endpointId, { since }, true)).toEqual(one);
  expect(await countMissed(actor, applicationId, endpointId, since)).toMatchObject({ count: 1 });
});

test("counting what waits", async () => {
  const { actor } = await setBack();
  await database.pool.query(`update delivery set "status" = 'pending', "nextAttemptAt" = now() where "environmentId" = $1`, [
    actor.environmentId,
  ]);
  expect(await overview.get(actor, {})).toMatchObject({ retrying: { count: 1 }, backlog: { pending: 1 } });
});

test("deleting an application's payloads, and none of those that come after", async () => {
  const { actor, applicationId } = await setBack();
  await expungeAll(actor, applicationId);
  const later = await store(actor, applicationId, Date.now() + 4 * hourMs);
  expect(await workOnOne(() => false)).toBe(true);
  const { rows } = await database.pool.query<{ id: string }>(
    `select "id" from message where "applicationId" = $1 and "payload" is not null`,
    [applicationId],
  );
  expect(rows).toEqual([{ id: later }]);
});

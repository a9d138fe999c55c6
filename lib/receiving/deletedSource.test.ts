/** What a source has received and not yet passed on when it is deleted. */
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdNothing } from "../services/receivedRequest/heldRequests.ts";
import { startPendingRequests, stopPendingRequests } from "../services/receivedRequest/pendingRequests.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { clientOf, type Door, newSource, openDoor, sendTo } from "../testing/sources.ts";
import { until } from "../testing/until.ts";

let database: TestDatabase;
let door: Door;

beforeAll(async () => {
  database = await testDatabase();
  door = await openDoor();
});

afterAll(async () => {
  await stopPendingRequests();
  await door.close();
  await database.close();
});

test("what waits for the code of a source that fed a shared application is rejected, instead of waiting for ever", async () => {
  const me = await clientOf(door);
  const application = await me.call<{ id: string }>("POST", "/api/v1/app", { name: "Shared" });
  const dedupe = { by: "none" as const, value: null, windowSeconds: 60 };
  const source = await newSource(me, { applicationId: application.id, dedupe });
  const code = "function handler(webhook) { return webhook }";
  expect((await me.call("PATCH", `/api/v1/source/${source.id}/transformation`, { code, enabled: true })).status).toBe(204);
  await stopPendingRequests();
  for (let n = 0; n < 2; n++) expect((await sendTo(door, source.path, { body: "waits" })).status).toBe(200);
  expect((await me.call("DELETE", `/api/v1/source/${source.id}`)).status).toBe(204);
  holdNothing();
  startPendingRequests();
  const rejected = { verdict: "rejected", reason: "disabled", detail: "The source was deleted before its transformation had run" };
  await until("both have a verdict", async () => {
    const { rows } = await database.pool.query(`select verdict, reason, detail from received_request where "sourceId" = $1`, [source.id]);
    return rows.length === 2 && rows.every((row) => isDeepStrictEqual(row, rejected));
  });
});

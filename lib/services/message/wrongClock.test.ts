/** A machine whose clock is hours off: what ends at a moment ends by the database's clock. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { forgetAccess } from "../../auth/apiKeys.ts";
import { databaseNowMs, synchroniseClock } from "../../db/clock.ts";
import { accept } from "../../db/sql/hot/accept.ts";
import { setSingleton } from "../../singleton.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newMessage } from "../../testing/sending.ts";
import { actorOf, newApplicationId, newTenant } from "../../testing/tenant.ts";
import { stringify } from "../shared/rawJson.ts";
import * as messages from "./messages.ts";

const hourMs = 3_600_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await synchroniseClock();
});
afterEach(() => void vi.useRealTimers());
afterAll(async () => {
  setSingleton("clock", undefined);
  await database.close();
});

test.each([
  ["ahead", 2 * hourMs, 60_000, true],
  ["behind", -2 * hourMs, -1_000, false],
])("hours %s: a key and a payload are good until their moment", async (_, offMs, endsInMs, isGood) => {
  const { actor, apiKey } = await newTenant();
  const application = { environmentId: actor.environmentId, applicationId: newApplicationId(), endpointIds: [], secrets: [] };
  await database.prisma.application.create({
    data: { id: application.applicationId, environmentId: actor.environmentId, name: "Café", endpointsVersion: 1 },
  });
  const ends = new Date(databaseNowMs() + endsInMs);
  const message = newMessage(application, { payloadExpiresAt: ends });
  expect(await accept(message)).toMatchObject({ kind: "accepted" });
  await database.prisma.apiKey.update({ where: { id: actor.id }, data: { expiresAt: ends } });
  await forgetAccess(actor.id);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + offMs });
  const shown = isGood ? { profit: 42 } : { expired: true };
  const list = await messages.list(actor, application.applicationId, { limit: 10, with_content: true });
  expect(JSON.parse(list)).toMatchObject({ data: [{ payload: shown }] });
  const one = await messages.get(actor, application.applicationId, message.id, true);
  expect(JSON.parse(stringify(one))).toMatchObject({ payload: shown });
  const entered = await actorOf(`Bearer ${apiKey}`).then(
    () => true,
    () => false,
  );
  expect(entered).toBe(isGood);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newTenant } from "../testing/tenant.ts";
import { announcePayloadRules, knownPayloadRules, loadPayloadRules } from "./payloadRules.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("many share one reading, and who asks after a change never one that began before it", async () => {
  const { environmentId } = await newTenant();
  const before = loadPayloadRules(environmentId);
  expect(loadPayloadRules(environmentId)).toBe(before);
  await database.prisma.environment.update({ where: { id: environmentId }, data: { payloadValidation: "reject" } });
  // Of a reading that takes as long as the change, nobody can say which of the two it saw.
  const during = loadPayloadRules(environmentId);
  const announced = announcePayloadRules(environmentId);
  expect(knownPayloadRules(environmentId)).toBeUndefined();
  const after = loadPayloadRules(environmentId);
  expect(after).not.toBe(during);
  expect((await after).mode).toBe("reject");
  await Promise.all([before, during, announced]);
});

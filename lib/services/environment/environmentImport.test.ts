import { afterAll, beforeAll, expect, test } from "vitest";
import { prisma } from "../../db/client.ts";
import { newId } from "../../ids.ts";
import { openAuthentication, sealAuthentication } from "../endpoint/authentication.ts";
import { importOpenApi } from "../eventType/eventTypeImport.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newApplicationId, newTenant } from "../../testing/tenant.ts";
import { importEnvironment } from "./environmentSettings.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const eventType = (name: string, description: string, more = {}) => ({ name, description, archived: false, deprecated: false, ...more });

const numbered = (count: number, description: string) => Array.from({ length: count }, (_, n) => eventType(`type.${n}`, description));

const documentOf = (count: number, description: string) => ({
  webhooks: Object.fromEntries(Array.from({ length: count }, (_, n) => [`type.${n}`, { post: { description } }])),
});

async function environment() {
  const { actor } = await newTenant();
  const { organizationId, environmentId } = actor;
  const told = async () => {
    const entries = await prisma().auditEntry.findMany({ where: { organizationId }, orderBy: { id: "asc" } });
    return entries.map(({ action, targetKind, targetId, changes }) => [action, targetKind, targetId, changes]);
  };
  /** By how many statements the rows have been made. */
  const statements = async (table: string, by: string, id: string) =>
    Number(
      (await database.pool.query(`select count(distinct (xmin::text, cmin::text)) from "${table}" where "${by}" = $1`, [id])).rows[0].count,
    );
  const ofTypes = () => statements("event_type", "environmentId", environmentId);
  const ofAudits = () => statements("audit_entry", "organizationId", organizationId);
  const stored = () => prisma().eventType.findMany({ where: { environmentId }, orderBy: { createdAt: "asc" } });
  const take = (eventTypes: object[], dryRun = false) => {
    const bytes = Buffer.from(JSON.stringify(eventTypes));
    return importEnvironment(actor, { eventTypes: eventTypes as ReturnType<typeof eventType>[] }, bytes, dryRun);
  };
  const describe = (spec: Record<string, unknown>, replaceAll = false) =>
    importOpenApi(actor, { dryRun: false, replaceAll, spec }, Buffer.from(JSON.stringify(spec)));
  return { actor, told, statements, ofTypes, ofAudits, stored, take, describe };
}

test("event types are stored in few statements, and each is told in its order", async () => {
  const { told, ofTypes, ofAudits, stored, take } = await environment();
  const schemas = { 2: { type: "object", examples: [{ price: 1.0 }] } };
  const more = { schemas, groupName: "group", featureFlags: ["b", "a, \"{}'"], deprecated: true };
  await take([...numbered(200, "first"), eventType("z.last", "whole", more), eventType("a.name", "", { archived: true })]);
  expect(await ofTypes()).toBeLessThan(5);
  const first = await stored();
  expect(first.find(({ name }) => name === "z.last")).toMatchObject({ ...more, schemas: JSON.stringify(schemas), description: "whole" });
  expect(first).toHaveLength(201);
  await take([eventType("new", ""), ...numbered(200, "second")]);
  const second = await stored();
  expect(second.slice(0, -1).map(({ createdAt }) => createdAt)).toEqual(first.map(({ createdAt }) => createdAt));
  const changed = Array.from({ length: 200 }, (_, n) => `type.${n}`);
  const entry = (action: string, name: string) => [`eventType.${action}`, "eventType", name, { from: "import" }];
  expect(await told()).toEqual([
    ...[...changed, "z.last"].map((name) => entry("created", name)),
    entry("created", "new"),
    ...changed.map((name) => entry("updated", name)),
  ]);
  expect([await ofTypes(), await ofAudits()]).toEqual([expect.toSatisfy((count) => count < 5), expect.toSatisfy((count) => count < 5)]);
});

test("an OpenAPI document's are, too, and what it archives", async () => {
  const { told, ofTypes, ofAudits, stored, describe } = await environment();
  await describe(documentOf(100, "first"));
  await describe({ webhooks: { new: { post: {} }, ...documentOf(90, "second").webhooks } }, true);
  expect((await stored()).filter(({ archived }) => archived)).toHaveLength(10);
  const entries = await told();
  expect(entries).toHaveLength(201);
  expect(entries.slice(100, 102)).toEqual([
    ["eventType.created", "eventType", "new", { from: "OpenAPI" }],
    ["eventType.updated", "eventType", "type.0", { from: "OpenAPI" }],
  ]);
  expect(entries.slice(191).map(([action]) => action)).toEqual(Array.from({ length: 10 }, () => "eventType.archived"));
  expect(await ofTypes()).toBeLessThan(5);
  expect(await ofAudits()).toBeLessThan(5);
});

test("imports of the same names at once, in whatever order, are all done", async () => {
  const { stored, take, describe } = await environment();
  const types = numbered(60, "same");
  const turned = Object.fromEntries(Object.entries(documentOf(60, "same").webhooks).toReversed());
  await Promise.all([take(types), take(types.toReversed()), describe({ webhooks: turned }), take(types), take(types.toReversed())]);
  expect(await stored()).toHaveLength(60);
});

test.each([true, false])("others have their turn between the schemas of an import; only what would change: %s", async (dryRun) => {
  const { take } = await environment();
  const properties = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`field${n}`, { type: "string", pattern: `^${n}.*$` }]));
  const types = numbered(10, "").map((type) => ({ ...type, schemas: { 1: { properties } } }));
  let turns = 0;
  const turn = (): void => {
    turns += 1;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  const refused = eventType("last", "", { schemas: { 1: { type: "none" } } });
  // What is refused begins no transaction.
  await expect(take([...types, refused], dryRun)).rejects.toMatchObject({ code: "validation_error" });
  clearImmediate(next);
  expect(turns).toBeGreaterThanOrEqual(11);
});

test("a hundred thousand setups of endpoints are looked for together", { timeout: 7_000 }, async () => {
  const { actor } = await environment();
  await prisma().application.create({ data: { id: `app_${actor.id}`, environmentId: actor.environmentId, name: "A", uid: "a" } });
  const endpoints = Array.from({ length: 100_000 }, (_, n) => ({ application: n % 2 === 0 ? "a" : "b", endpoint: `e${n}` }));
  const { endpoints: told } = await importEnvironment(actor, { endpoints }, null, true);
  expect(told.unknown).toHaveLength(100_000);
});

test("thousands of setups are stored in few statements, and each is told in its order", async () => {
  const { actor, told, statements } = await environment();
  const { environmentId } = actor;
  const ids = { a: newApplicationId(), b: newApplicationId() };
  await prisma().application.createMany({
    data: Object.entries(ids).map(([uid, id]) => ({ id, environmentId, name: uid, uid })),
  });
  const rows = Array.from(
    { length: 60 },
    (_, n) => ({ id: newId("endpoint"), uid: `e${n}`, application: n % 2 === 0 ? "a" : "b" }) as const,
  );
  const password = { kind: "basic", username: "before", password: "kept" } as const;
  await prisma().endpoint.createMany({
    data: rows.map(({ id, uid, application }, n) => ({
      id,
      environmentId,
      applicationId: ids[application],
      url: "http://127.0.0.1:9/",
      uid,
      sealedAuthentication: n === 1 ? sealAuthentication(id, password) : null,
    })),
  });
  const authentication = { kind: "basic", username: "after" } as const;
  const style = { style: "stripe", signatureHeader: "X-Signed" } as const;
  const endpoints = rows.map(({ uid, application }, n) =>
    n === 1 ? { application, endpoint: uid, authentication } : { application, endpoint: uid, signature: style },
  );
  await importEnvironment(actor, { endpoints: endpoints.toReversed() }, null, false);
  expect(await told()).toEqual(
    rows.toReversed().map(({ id, uid }) => {
      const setup = uid === "e1" ? { signature: { style: "standard" }, authentication } : { signature: style };
      return ["endpoint.updated", "endpoint", id, { from: "import", ...setup }];
    }),
  );
  const stored = await prisma().endpoint.findMany({ where: { environmentId }, orderBy: { id: "asc" } });
  expect(stored.map(({ signature }) => signature)).toEqual(rows.map((_, n) => (n === 1 ? null : style)));
  expect(stored.filter(({ signatureChangedAt }) => signatureChangedAt === null).map(({ uid }) => uid)).toEqual(["e1"]);
  expect(stored[1] && openAuthentication(stored[1])).toEqual({ ...password, ...authentication });
  const applications = await prisma().application.findMany({ where: { environmentId } });
  expect(applications.every(({ endpointsVersion }) => endpointsVersion > 0)).toBe(true);
  expect(await statements("endpoint", "environmentId", environmentId)).toBe(1);
  await importEnvironment(
    actor,
    { endpoints: endpoints.map((one) => ({ ...one, signature: { style: "standard" as const } })) },
    null,
    false,
  );
  const back = await prisma().endpoint.findMany({ where: { environmentId } });
  expect(back.every(({ signature }) => signature === null)).toBe(true);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConnectorIn } from "../../contract/connector.ts";
import { prisma } from "../../db/client.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newTenant } from "../../testing/tenant.ts";
import { importConnectors } from "./connectorImport.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const connector = (name: string, more: Partial<ConnectorIn> = {}): ConnectorIn => ({
  name,
  description: "",
  kind: "Custom",
  instructions: "",
  transformation: "(webhook) => webhook",
  ...more,
});

async function environment() {
  const { actor } = await newTenant();
  const { organizationId, environmentId } = actor;
  const take = (inputs: ConnectorIn[], dryRun = false) =>
    prisma().$transaction((tx) => importConnectors(actor, tx, inputs, new Set(["a", "b"]), dryRun), { timeout: 60_000 });
  const stored = () => prisma().connector.findMany({ where: { environmentId }, orderBy: { id: "asc" } });
  const told = () => prisma().auditEntry.findMany({ where: { organizationId }, orderBy: { id: "asc" } });
  /** By how many statements the rows have been made. */
  const statements = async (table: string, by: string, id: string) =>
    Number((await database.pool.query(`select count(distinct cmin::text) from "${table}" where "${by}" = $1`, [id])).rows[0].count);
  return { actor, take, stored, told, statements };
}

test("thousands are held against thousands of others at once", { timeout: 4_000 }, async () => {
  const { take } = await environment();
  const named = (prefix: string) => Array.from({ length: 2_500 }, (_, n) => connector(`${prefix}${n}`));
  await take(named("before"));
  const { created } = await take(named("after"), true);
  expect(created).toHaveLength(2_500);
});

test("thousands are changed in few statements, and each change is told in its order", async () => {
  const { actor, take, stored, told, statements } = await environment();
  const names = Array.from({ length: 300 }, (_, n) => `connector ${n}`);
  await take(names.map((name) => connector(name)));
  const before = await stored();
  const changed = names.map((name, n) => connector(name, { description: "new", ...(n === 0 ? { transformation: "(w) => w" } : {}) }));
  expect((await take([...changed, connector("one more")])).changed).toEqual(names);
  const after = await stored();
  expect(after.map(({ id }) => id).slice(0, -1)).toEqual(before.map(({ id }) => id));
  const moved = after.filter(({ transformationUpdatedAt }, n) => +transformationUpdatedAt !== +(before[n]?.transformationUpdatedAt ?? 0));
  expect(moved.map(({ name }) => name)).toEqual(["connector 0", "one more"]);
  expect((await told()).map(({ action, targetId, changes }) => [action, targetId, changes])).toEqual([
    ...before.map(({ id, name }) => ["connector.created", id, { name, from: "import" }]),
    ...after.map(({ id, name }, n) => [n < 300 ? "connector.updated" : "connector.created", id, { name, from: "import" }]),
  ]);
  expect(await statements("connector", "environmentId", actor.environmentId)).toBeLessThan(10);
  expect(await statements("audit_entry", "organizationId", actor.organizationId)).toBeLessThan(10);
});

test("those of one name are recognised by what they are, then by their order; those with a uid by it alone", async () => {
  const { take, stored } = await environment();
  const first = [
    connector("same", { description: "1" }),
    connector("same", { description: "2", allowedEventTypes: ["a", "b"] }),
    connector("same", { description: "2", allowedEventTypes: ["a", "b"] }),
    connector("same", { description: "3", uid: "third", featureFlags: ["x"] }),
  ];
  await take(first);
  const before = await stored();
  // In another order, two of them changed, and one more than there are.
  const again = [
    connector("same", { description: "5" }),
    connector("same", { description: "2", allowedEventTypes: ["a", "b", "a"] }),
    connector("same", { description: "4" }),
    connector("renamed", { description: "3", uid: "third", featureFlags: ["x"] }),
    connector("same", { description: "6" }),
    connector("same", { description: "7", uid: "other" }),
  ];
  expect(await take(again)).toEqual({ created: ["same", "same"], changed: ["same", "same", "renamed"], unchanged: ["same"] });
  const after = await stored();
  expect(after.map(({ id, name, description }) => [before.findIndex((row) => row.id === id), name, description])).toEqual([
    [0, "same", "5"],
    [1, "same", "2"],
    [2, "same", "4"],
    [3, "renamed", "3"],
    [-1, "same", "6"],
    [-1, "same", "7"],
  ]);
  expect(await take(again)).toMatchObject({ created: [], changed: [] });
});

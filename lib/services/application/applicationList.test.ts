import { afterAll, beforeAll, expect, test } from "vitest";
import { prisma } from "../../db/client.ts";
import { newId } from "../../ids.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newTenant, type Tenant } from "../../testing/tenant.ts";
import { list } from "./applicationList.ts";
import { create } from "./applications.ts";

let database: TestDatabase;
let tenant: Tenant;
const ids: string[] = [];
const names = ["Café 100%", "Café 100", "snake_case", "snakeXcase", "back\\slash", "last"];

const usual = {
  limit: 50,
  order: "ascending",
  exclude_apps_with_no_endpoints: false,
  exclude_apps_with_disabled_endpoints: false,
  with_endpoint_counts: false,
  with_sources: false,
} as const;

beforeAll(async () => {
  database = await testDatabase();
  tenant = await newTenant();
  const other = await newTenant();
  await create(other.actor, { name: "Café of others", uid: null, metadata: {} });
  for (const [i, name] of names.entries())
    ids.push((await create(tenant.actor, { name, uid: `UID-${i}`, throttleRate: i + 1, metadata: { n: String(i) } })).application.id);
  const endpoint = (applicationId: string, more: object) => ({
    id: newId("endpoint"),
    applicationId,
    environmentId: tenant.environmentId,
    url: "https://example.com",
    ...more,
  });
  const [one = "", two = "", three = ""] = ids;
  const now = new Date();
  await prisma().endpoint.createMany({
    data: [
      endpoint(one, {}),
      endpoint(one, { failingSince: now }),
      endpoint(two, { disabledAt: now, disabledReason: "manual" }),
      endpoint(three, { deletedAt: now }),
    ],
  });
});
afterAll(() => database.close());

const listed = async (query: Partial<Parameters<typeof list>[1]>): Promise<string[]> =>
  (await list(tenant.actor, { ...usual, ...query })).data.map(({ id }) => names[ids.indexOf(id)] ?? id);

test("a page holds the environment's applications, whole, and no others", async () => {
  const page = await list(tenant.actor, usual);
  expect(page.data.map(({ id }) => id)).toEqual(ids);
  const [row] = await prisma().application.findMany({ where: { id: ids[0] ?? "" } });
  expect(page.data[0]).toEqual({
    id: ids[0],
    sourceId: null,
    uid: "UID-0",
    name: names[0],
    throttleRate: 1,
    rateLimit: 1,
    metadata: { n: "0" },
    createdAt: row?.createdAt,
    updatedAt: row?.updatedAt,
  });
});

test("pages lead on and back, in both orders", async () => {
  for (const order of ["ascending", "descending"] as const) {
    const all = order === "ascending" ? ids : ids.toReversed();
    const first = await list(tenant.actor, { ...usual, order, limit: 4 });
    expect([first.data.map(({ id }) => id), first.done]).toEqual([all.slice(0, 4), false]);
    const second = await list(tenant.actor, { ...usual, order, limit: 4, iterator: first.iterator });
    expect([second.data.map(({ id }) => id), second.done]).toEqual([all.slice(4), true]);
    const back = await list(tenant.actor, { ...usual, order, limit: 2, iterator: second.prevIterator });
    expect([back.data.map(({ id }) => id), back.done]).toEqual([all.slice(2, 4), false]);
  }
});

test.each([
  ["100%", ["Café 100%"]],
  ["CAF", ["Café 100%", "Café 100"]],
  ["e_c", ["snake_case"]],
  ["k\\s", ["back\\slash"]],
  ["uid-5", ["last"]],
  ["  last ", ["last"]],
  ["nothing", []],
])("is searched by name and uid, and no character means another: %s", async (search, found) => {
  expect(await listed({ search })).toEqual(found);
});

test("an id finds its row, of this environment alone; endpoints and their states are counted and asked for", async () => {
  expect(await listed({ search: ids[2] ?? "" })).toEqual(["snake_case"]);
  expect(await listed({ search: newId("application") })).toEqual([]);
  expect(await listed({ exclude_apps_with_no_endpoints: true })).toEqual(["Café 100%", "Café 100"]);
  expect(await listed({ exclude_apps_with_disabled_endpoints: true })).toEqual(["Café 100%"]);
  const { data } = await list(tenant.actor, { ...usual, with_endpoint_counts: true, limit: 3 });
  expect(data.map((application) => ("endpoints" in application ? application.endpoints : null))).toEqual([
    { total: 2, failing: 1, disabled: 0 },
    { total: 1, failing: 0, disabled: 1 },
    { total: 0, failing: 0, disabled: 0 },
  ]);
});

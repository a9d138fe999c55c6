import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey } from "../testing/furnish.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const api = createApi();

async function caller() {
  const { apiKey } = await newTenant();
  return async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const init = { method, headers: { "content-type": "application/json", ...withKey(apiKey) } };
    const response = await api.request(`/api/v1${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    return (await response.json()) as Record<string, unknown>;
  };
}

/** Half of what all filters may look at, of the payload below. */
const dear = { or: Array.from({ length: 45 }, (_, i) => ({ path: "payload.items", contains: `no ${i}` })) };
const payload = { items: Array.from({ length: 100_000 }, () => 0) };

test("endpoints whose filters are beyond what all may look at get the message, and it says so", async () => {
  const call = await caller();
  await call("POST", "/app", { name: "A", uid: "a" });
  const ids: unknown[] = [];
  for (let i = 0; i < 4; i++)
    ids.push((await call("POST", "/app/a/endpoint", { url: `https://example.com/${i}`, filter: dear, disabled: i === 1 }))["id"]);
  const small = await call("POST", "/app/a/msg", { eventType: "one", payload: { items: [] } });
  const large = await call("POST", "/app/a/msg", { eventType: "one", payload });
  expect(await call("GET", `/msg/${String(small["id"])}`)).toMatchObject({ unjudgedBy: [], deliveries: { pending: 0 } });
  const told = await call("GET", `/msg/${String(large["id"])}`);
  expect(told["unjudgedBy"]).toHaveLength(1);
  expect(ids).toContain((told["unjudgedBy"] as string[])[0]);
  const { data } = (await call("GET", `/delivery?message_id=${String(large["id"])}`)) as { data: { endpointId: string }[] };
  expect(data.map(({ endpointId }) => endpointId)).toEqual(told["unjudgedBy"]);
});

test("a filter that is beyond it for itself says so when it is tried", async () => {
  const call = await caller();
  await call("POST", "/app", { name: "A", uid: "a" });
  await call("POST", "/app/a/msg", { eventType: "one", payload: { items: [] } });
  await call("POST", "/app/a/msg", { eventType: "one", payload: { items: [...payload.items, ...payload.items, ...payload.items] } });
  expect(await call("POST", "/app/a/filter/dry-run", { filter: dear })).toMatchObject({
    looked: 2,
    matched: 1,
    data: [
      { matched: true, refusedBy: null, unjudged: true },
      { matched: false, refusedBy: "filter", unjudged: false },
    ],
  });
});

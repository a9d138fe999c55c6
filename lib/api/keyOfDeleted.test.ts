/** An Idempotency-Key belongs to the application that its message went to, not to whichever has its uid now. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Tenant, newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let tenant: Tenant;
const api = createApi();

beforeAll(async () => {
  database = await testDatabase();
  tenant = await newTenant();
});
afterAll(() => database.close());

async function send(method: string, path: string, body?: object, key?: string): Promise<{ status: number; body: unknown }> {
  const headers = {
    authorization: `Bearer ${tenant.apiKey}`,
    "content-type": "application/json",
    ...(key === undefined ? {} : { "idempotency-key": key }),
  };
  const answer = await api.request(`/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : (JSON.parse(text) as unknown) };
}

const message = (n: number) => ({ eventType: "order.paid", eventId: `order-${n}`, payload: { n } });

/** Deletes the application of this uid, and makes another one of it. */
async function makeAnew(uid: string): Promise<void> {
  expect((await send("DELETE", `/app/${uid}`)).status).toBe(204);
  expect((await send("POST", "/app", { name: "Café", uid })).status).toBe(201);
}

const stored = async (uid: string): Promise<unknown[]> =>
  ((await send("GET", `/app/${uid}/msg`)).body as { data: { payload: unknown }[] }).data.map(({ payload }) => payload);

test("a message to an application that was made anew under its uid is accepted, whatever its key was used for before", async () => {
  await send("POST", "/app", { name: "Café", uid: "anew" });
  const first = await send("POST", "/app/anew/msg", message(1), "paid-1");
  await makeAnew("anew");
  // The same request, as tests and imports send it, and another one with the same key.
  const again = await Promise.all(Array.from({ length: 5 }, () => send("POST", "/app/anew/msg", message(1), "paid-1")));
  for (const answer of again) expect([answer.status, answer.body]).toEqual([202, again[0]?.body]);
  expect(again[0]?.body).not.toEqual(first.body);
  expect(await stored("anew")).toEqual([{ n: 1 }]);
  await makeAnew("anew");
  expect(await send("POST", "/app/anew/msg", message(2), "paid-1")).toMatchObject({ status: 202, body: { payload: { n: 2 } } });
  expect(await stored("anew")).toEqual([{ n: 2 }]);
});

test("so are the messages of a batch", async () => {
  await send("POST", "/app", { name: "Café", uid: "batch" });
  const batch = { messages: [message(1), message(2)] };
  await send("POST", "/app/batch/msg/batch", batch, "batch-1");
  await makeAnew("batch");
  const again = await send("POST", "/app/batch/msg/batch", batch, "batch-1");
  expect(await stored("batch")).toEqual([{ n: 2 }, { n: 1 }]);
  expect(await send("POST", "/app/batch/msg/batch", batch, "batch-1")).toEqual(again);
  expect(await stored("batch")).toHaveLength(2);
});

test("so is whatever else is asked for an application that was made anew", async () => {
  await send("POST", "/app", { name: "Café", uid: "endpoints" });
  const url = "http://127.0.0.1:9/";
  const create = () => send("POST", "/app/endpoints/endpoint", { url }, "endpoint-1");
  const first = await create();
  expect(await create()).toEqual(first);
  await makeAnew("endpoints");
  const again = await create();
  expect(again).toMatchObject({ status: 201, body: { url } });
  expect(await create()).toEqual(again);
  expect(await send("GET", "/app/endpoints/endpoint")).toMatchObject({ body: { data: [{ id: (again.body as { id: string }).id }] } });
});

test("an answer that made its own application is that one's", async () => {
  const open = () => send("POST", "/auth/app-portal-access/opened", { application: { name: "Café", uid: "opened" } }, "opened-1");
  const first = await open();
  expect(first.status).toBe(200);
  expect(await open()).toEqual(first);
});

test("an application that is renamed keeps its keys", async () => {
  await send("POST", "/app", { name: "Café", uid: "kept" });
  const first = await send("POST", "/app/kept/msg", message(1), "kept-1");
  expect((await send("PATCH", "/app/kept", { name: "Café Central" })).status).toBe(200);
  expect(await send("POST", "/app/kept/msg", message(1), "kept-1")).toEqual(first);
});

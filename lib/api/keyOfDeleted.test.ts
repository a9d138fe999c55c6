/** An Idempotency-Key belongs to what its request was about, not to whichever has its uid now. */
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
  const answer = await api.request(path.startsWith("/ingest") ? path : `/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
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

/** Where each is made, a request about it, and where it shows what that changes. */
const madeAnew = [
  {
    what: "an endpoint",
    at: "/app/shop/endpoint",
    body: { url: "http://127.0.0.1:9/", uid: "main" },
    about: "/app/shop/endpoint/main/secret/rotate",
    read: "/app/shop/endpoint/main/secret",
  },
  {
    what: "a destination",
    at: "/app/shop/destination",
    body: { type: "fifoEndpoint", config: { url: "http://127.0.0.1:9/" }, uid: "line" },
    about: "/app/shop/destination/line/secret/rotate",
    read: "/app/shop/endpoint/line/secret",
  },
  {
    what: "an endpoint of operational webhooks",
    at: "/operational-webhook/endpoint",
    body: { url: "http://127.0.0.1:9/", uid: "ops" },
    about: "/operational-webhook/endpoint/ops/secret/rotate",
    read: "/operational-webhook/endpoint/ops/secret",
  },
  {
    what: "a source",
    at: "/ingest/api/v1/source",
    body: { name: "Till", type: "generic-webhook", uid: "till" },
    about: "/ingest/api/v1/source/till/token/rotate",
    read: "/ingest/api/v1/source/till",
  },
  {
    what: "an endpoint of a source",
    at: "/ingest/api/v1/source/desk/endpoint",
    body: { url: "http://127.0.0.1:9/", uid: "relay" },
    about: "/ingest/api/v1/source/desk/endpoint/relay/secret/rotate",
    read: "/ingest/api/v1/source/desk/endpoint/relay/secret",
  },
];

test.each(madeAnew)("what is asked for $what that was made anew is done", async ({ at, body, about, read }) => {
  await send("PUT", "/app/shop", { name: "Café", uid: "shop" });
  await send("POST", "/ingest/api/v1/source", { name: "Desk", type: "generic-webhook", uid: "desk" });
  const make = async (): Promise<void> => expect((await send("POST", at, body)).status).toBe(201);
  /** Whether asking with this key has changed what is read. */
  const changes = async (key: string): Promise<boolean> => {
    const before = await send("GET", read);
    expect((await send("POST", about, {}, key)).status).toBeLessThan(300);
    return JSON.stringify(before) !== JSON.stringify(await send("GET", read));
  };
  await make();
  expect([await changes("rotate-1"), await changes("rotate-1")]).toEqual([true, false]);
  expect((await send("DELETE", `${at}/${body.uid}`)).status).toBe(204);
  await make();
  expect([await changes("rotate-1"), await changes("rotate-1")]).toEqual([true, false]);
});

test("a test that is sent to an endpoint goes to the one that has its uid now", async () => {
  await send("PUT", "/app/tests", { name: "Café", uid: "tests" });
  const make = () => send("POST", "/app/tests/endpoint", { url: "http://127.0.0.1:9/", uid: "main" });
  const sendTest = () => send("POST", "/app/tests/endpoint/main/send-test", { eventType: "order.paid", payload: { n: 1 } }, "test-1");
  await make();
  const first = await sendTest();
  expect(await sendTest()).toEqual(first);
  await send("DELETE", "/app/tests/endpoint/main");
  await make();
  const again = await sendTest();
  expect(again.status).toBe(202);
  expect(again.body).not.toEqual(first.body);
  expect(await sendTest()).toEqual(again);
});

/** PostgreSQL goes away under a running API: 503 and Retry-After, nothing else, and all is well when it is back. */
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

const requests: [string, string, object?][] = [
  ["POST", "/app/a/msg", { eventType: "t", payload: {} }],
  ["GET", "/app"],
  ["POST", "/app", { name: "B" }],
  ["GET", "/app/a"],
  ["PATCH", "/app/a", { name: "C" }],
  ["POST", "/app/a/endpoint", { url: "http://127.0.0.1:9/" }],
  ["GET", "/app/a/msg"],
  ["GET", "/event-type"],
  ["POST", "/portal/exchange", { code: "x" }],
  ["GET", "/health"],
];

const send = ([method, path, body]: (typeof requests)[number], key?: string): Promise<Response> =>
  Promise.resolve(
    api.request(`/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tenant.apiKey}`,
        "content-type": "application/json",
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );

test("503 with Retry-After while it is away, then back to work", async () => {
  const made = await send(["POST", "/app", { name: "A", uid: "a" }]);
  expect(made.status).toBe(201);
  // The key and the application are remembered: requests get as far as they can.
  expect((await send(["POST", "/app/a/msg", { eventType: "t", payload: {} }])).status).toBe(202);
  const source = (await (await send(["POST", "/source", { name: "S", provider: "bearer", secrets: ["token"] }])).json()) as { url: string };
  const receive = (token: string) =>
    api.request(new URL(source.url).pathname, { method: "POST", headers: { authorization: `Bearer ${token}` }, body: String(bodies++) });
  let bodies = 0;
  expect((await receive("token")).status).toBe(200);
  await database.takeAway();
  try {
    // Whoever sends again later loses nothing, whether it would have been accepted or rejected.
    for (const token of ["token", "other"]) {
      const response = await receive(token);
      expect([response.status, Number(response.headers.get("retry-after"))]).toEqual([503, 1]);
    }
    for (const request of requests) {
      const response = await send(request, "away");
      const what = [request[0], request[1]];
      expect([...what, response.status, await response.json()]).toEqual([
        ...what,
        503,
        { code: "unavailable", detail: expect.any(String) },
      ]);
      expect([...what, Number(response.headers.get("retry-after"))]).toEqual([...what, 1]);
    }
  } finally {
    await database.giveBack();
  }
  await expect.poll(async () => (await send(["GET", "/health"])).status).toBe(204);
  for (const request of requests) {
    const response = await send(request, "away");
    expect([request[1], response.status < 300 || request[1] === "/portal/exchange"]).toEqual([request[1], true]);
  }
  expect([(await receive("token")).status, (await receive("other")).status]).toEqual([200, 401]);
  const received = (await (await send(["GET", "/received-request"])).json()) as { data: { verdict: string }[] };
  expect(received.data.map(({ verdict }) => verdict)).toEqual(["rejected", "accepted", "accepted"]);
  // The message whose answer was 503 was not stored: there is one of before, and one of now.
  const list = (await (await send(["GET", "/app/a/msg"])).json()) as { data: unknown[] };
  expect(list.data).toHaveLength(2);
});

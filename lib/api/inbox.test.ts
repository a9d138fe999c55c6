import { afterAll, beforeAll, expect, it } from "vitest";
import type { InboxOut, InboxRequestOut } from "../contract/inbox.ts";
import type { EndpointOut } from "../contract/endpoint.ts";
import { env, setEnv } from "../env.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Tenant, newTenant } from "../testing/tenant.ts";
import { parseSecret, sign } from "../webhooks/signature.ts";
import { createApi } from "./app.ts";

const origin = "http://127.0.0.1:3000";
const api = createApi();

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  setEnv({ ...env(), publicUrl: origin });
});
afterAll(() => database.close());

async function call({ apiKey }: Tenant, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await api.request(`${origin}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

const newInbox = async (tenant: Tenant, statusCode = 200) =>
  (await call(tenant, "POST", "/inbox", { name: "Playground", statusCode })).body as InboxOut;

const requestsOf = async (tenant: Tenant, { id }: InboxOut) =>
  ((await call(tenant, "GET", `/inbox/${id}/request`)).body as { data: InboxRequestOut[] }).data;

it("keeps what it is sent, answers as told, and tells nobody else", async () => {
  const [tenant, stranger] = [await newTenant(), await newTenant()];
  const inbox = await newInbox(tenant, 503);
  expect(inbox.url).toMatch(/^http:\/\/127\.0\.0\.1:3000\/inbox\/[\w-]{32}$/);
  const response = await api.request(`${inbox.url}?a=1`, {
    method: "PUT",
    body: "<script>alert(1)</script>\0",
    headers: { "x-note": "ü", cookie: "webster-session=secret" },
  });
  expect([response.status, response.headers.get("content-type")]).toEqual([503, "text/plain"]);
  const [request] = await requestsOf(tenant, inbox);
  expect(request).toMatchObject({ method: "PUT", body: "<script>alert(1)</script>\0", bodyBytes: 26 });
  expect(request?.path).toMatch(/\?a=1$/);
  expect(request?.headers["x-note"]).toBe("ü");
  expect(request?.headers["cookie"]).toBeUndefined();
  expect(request?.signature).toMatchObject({ verified: false, headers: [] });

  expect((await call(stranger, "GET", "/inbox")).body).toMatchObject({ data: [] });
  for (const [method, path] of [
    ["GET", `/inbox/${inbox.id}/request`],
    ["PATCH", `/inbox/${inbox.id}`],
    ["DELETE", `/inbox/${inbox.id}`],
  ] as const)
    expect((await call(stranger, method, path, method === "PATCH" ? { statusCode: 200 } : undefined)).status).toBe(404);
});

it("verifies with the secret of the endpoint that has its URL", async () => {
  const tenant = await newTenant();
  const inbox = await newInbox(tenant);
  expect(inbox.refusal).toBeNull();
  const application = (await call(tenant, "POST", "/app", { name: "Playground" })).body as { id: string };
  const endpoint = (await call(tenant, "POST", `/app/${application.id}/endpoint`, { url: inbox.url })).body as EndpointOut;
  const secret = await call(tenant, "GET", `/app/${application.id}/endpoint/${endpoint.id}/secret`);
  const { key } = secret.body as { key: string };

  const body = '{"a":1}';
  const seconds = Math.floor(Date.now() / 1000);
  const send = (signature: string) =>
    api.request(inbox.url, {
      method: "POST",
      body,
      headers: { "webhook-id": "msg_1", "webhook-timestamp": String(seconds), "webhook-signature": signature },
    });
  await send(sign([parseSecret(key)], "msg_1", seconds, Buffer.from("other")));
  await send(sign([parseSecret(key)], "msg_1", seconds, Buffer.from(body)));
  const [good, forged] = await requestsOf(tenant, inbox);
  expect(good?.signature).toEqual({
    verified: true,
    reason: null,
    endpointId: endpoint.id,
    headers: ["webhook-id", "webhook-timestamp", "webhook-signature"],
  });
  expect(forged?.signature).toMatchObject({ verified: false, reason: "no matching signature" });
});

it("is bounded in size, rate and number, and gone when deleted", async () => {
  const tenant = await newTenant();
  const inbox = await newInbox(tenant, 204);
  expect((await api.request(inbox.url, { method: "POST", body: "x".repeat(262_145) })).status).toBe(413);
  const statuses = await Promise.all(Array.from({ length: 150 }, async () => (await api.request(inbox.url, { method: "POST" })).status));
  expect(statuses).toContain(429);
  expect(statuses).toContain(204);
  for (let made = 1; made < 10; made++) await newInbox(tenant);
  expect((await call(tenant, "POST", "/inbox", { name: "One more" })).status).toBe(409);
  expect((await call(tenant, "DELETE", `/inbox/${inbox.id}`)).status).toBe(204);
  expect((await api.request(inbox.url, { method: "POST" })).status).toBe(404);
  expect((await api.request(`${origin}/inbox/unknown`, { method: "POST" })).status).toBe(404);
});

it("says why no endpoint may have its URL", async () => {
  const tenant = await newTenant();
  setEnv({ ...env(), publicUrl: "http://10.0.0.7:3000" });
  const inbox = await newInbox(tenant);
  setEnv({ ...env(), publicUrl: origin });
  expect(inbox.refusal).toContain("private");
});

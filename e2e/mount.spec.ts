import { apiClient } from "./support/api.ts";
import { expect, test } from "./support/fixtures.ts";
import { startWebster, type Webster } from "./support/server.ts";

// The same API, reached through Next.js as on hosts that don't run bin/server.ts.
const apiKey = "wk_mounted-tests-only-0123456789";
const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
let mounted: Webster;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  mounted = await startWebster({ WEBSTER_BOOTSTRAP_API_KEY: apiKey, WEBSTER_MAX_PAYLOAD_BYTES: "4096" }, ["--no-fast-lane"]);
});

test.afterAll(() => mounted.stop());

test("answers every method with the API's codes and shapes", async ({ request }) => {
  const v1 = `${mounted.url}/api/v1`;
  const call = async (method: string, path: string, data?: unknown) => {
    const response = await request.fetch(v1 + path, { method, headers, data });
    return { status: response.status(), body: await response.text() };
  };
  expect(await call("HEAD", "/health")).toEqual({ status: 204, body: "" });
  expect((await request.head(`${mounted.url}/health`)).status()).toBe(204);
  expect((await call("POST", "/app", { name: "Espresso Corner", uid: "corner" })).status).toBe(201);
  expect((await call("PATCH", "/app/corner", { name: "Corner" })).body).toContain('"Corner"');
  expect((await call("PUT", "/app/corner", { name: "Espresso", uid: "corner" })).status).toBe(200);
  expect((await call("GET", "/app?limit=1")).body).toContain('"Espresso"');
  expect((await call("POST", "/app", { name: "Again", uid: "corner" })).status).toBe(409);
  expect((await call("POST", "/app", { uid: "nameless" })).status).toBe(422);
  expect((await call("GET", "/app/nowhere")).status).toBe(404);
  expect(await call("DELETE", "/app/corner")).toEqual({ status: 204, body: "" });
  expect((await request.get(`${v1}/app`)).status()).toBe(401);
});

test("passes the body on byte for byte, and stops reading at the limit", async ({ request, receiver }) => {
  const api = apiClient(mounted.url, apiKey);
  const application = await api.createApplication("Bytes");
  await api.createEndpoint(application, receiver.url);
  const payload = '{"b": 1.0, "a": 12345678901234567890, "ü": "\\u00fc"}';
  const url = `${mounted.url}/api/v1/app/${application}/msg`;
  const sent = await request.post(url, { headers, data: Buffer.from(`{"eventType":"bytes","payload":${payload}}`) });
  expect(sent.status()).toBe(202);
  const [hit] = await receiver.waitForHits(1);
  expect(hit?.body.toString()).toBe(payload);

  const large = await request.post(url, { headers, data: { eventType: "large", payload: { text: "x".repeat(8192) } } });
  expect(large.status()).toBe(413);
});

test("an inbox and a source take every method there too", async ({ request }) => {
  const api = apiClient(mounted.url, apiKey);
  const inbox = await request.post(`${mounted.url}/api/v1/inbox`, { headers, data: { name: "Inbox" } });
  const { id, url } = (await inbox.json()) as { id: string; url: string };
  const source = await api.createSource({ name: "Any", provider: "none" });
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]) {
    const data = method === "GET" || method === "HEAD" ? {} : { data: Buffer.from(`sent by ${method}`) };
    expect([method, (await request.fetch(url, { method, ...data })).status()]).toEqual([method, 200]);
    const status = (await request.fetch(source.url, { method, ...data })).status();
    expect([method, status]).toEqual([method, method === "OPTIONS" ? 204 : 200]);
  }
  const kept = (await (await request.get(`${mounted.url}/api/v1/inbox/${id}/request`, { headers })).json()) as {
    data: { method: string }[];
  };
  expect(kept.data.map(({ method }) => method).toSorted()).toEqual(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);
  const received = await request.get(`${mounted.url}/api/v1/received-request?source_id=${source.id}`, { headers });
  const { data } = (await received.json()) as { data: { method: string; verdict: string }[] };
  expect(data.map(({ method }) => method).toSorted()).toEqual(["DELETE", "GET", "PATCH", "POST", "PUT"]);
  expect(new Set(data.map(({ verdict }) => verdict))).toEqual(new Set(["accepted"]));
});

test("takes a slash at the end without a redirect", async ({ request }) => {
  const response = await request.get(`${mounted.url}/api/v1/app/`, { headers, maxRedirects: 0 });
  expect(response.status()).toBe(200);
});

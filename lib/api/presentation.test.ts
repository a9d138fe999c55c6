/** How an environment's requests present themselves: User-Agent, and a header with the attempt's id. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { newMember } from "../testing/session.ts";
import { type Client, clientOf, type Door, newSource, openDoor, sendTo } from "../testing/sources.ts";
import { until } from "../testing/until.ts";

let database: TestDatabase;
let door: Door;
let engine: Engine;
let receiver: Receiver;
beforeAll(async () => {
  database = await testDatabase({ WEBSTER_RETRY_SCHEDULE: "0.05", WEBSTER_HTTPS_ONLY: "false" });
  door = await openDoor();
  engine = startEngine();
  receiver = await startReceiver();
});
afterAll(async () => {
  await engine.stop();
  await door.close();
  await receiver.close();
  await database.close();
});

const settings = "/api/v1/environment/settings";

type Detail = { attempts: { id: string; requestHeaders: { name: string; value: string | null }[] }[] };

async function detailOf({ tenant }: Client, messageId: string, endpointId: string, attempts: number): Promise<Detail> {
  const { cookie } = await newMember(tenant.organizationId, "member");
  const headers = { cookie, "webster-environment": tenant.environmentId, "sec-fetch-site": "same-origin" };
  return until(`${attempts} attempts`, async () => {
    const response = await fetch(`${door.url}/api/v1/delivery/${messageId}/${endpointId}`, { headers });
    const detail = (await response.json()) as Detail;
    return detail.attempts.length === attempts ? detail : null;
  });
}

test("receivers see the environment's User-Agent and each attempt's id, and the log shows that they do", async () => {
  const client = await clientOf(door);
  const { call } = client;
  expect(await call("GET", settings)).toMatchObject({ userAgent: null, idHeader: null, traceHeaders: false });
  const app = (await call<{ id: string }>("POST", "/api/v1/app", { name: "Café" })).id;
  const endpoint = (await call<{ id: string }>("POST", `/api/v1/app/${app}/endpoint`, { url: `${receiver.url}/${app}` })).id;
  const send = async (): Promise<string> =>
    (await call<{ id: string }>("POST", `/api/v1/app/${app}/msg`, { eventType: "cafe.closed", payload: {} })).id;
  receiver.respond([{ status: 204 }, { status: 500 }, { status: 204 }]);
  await send();
  const wanted = { userAgent: "Acme-Webhooks/1.0 (+https://acme.example)", idHeader: "X-Request-Id" };
  const [before] = await receiver.waitForHits(1);
  expect(before?.headers["user-agent"]).toMatch(/^Webster\//);
  expect(await call("PATCH", settings, wanted)).toMatchObject({ status: 200, ...wanted });
  const messageId = await send();
  const hits = (await receiver.waitForHits(3)).slice(1);
  const { attempts } = await detailOf(client, messageId, endpoint, 2);
  expect(new Set(hits.map(({ headers }) => `${headers["user-agent"]} ${headers["x-request-id"]}`))).toEqual(
    new Set(attempts.map(({ id }) => `${wanted.userAgent} ${id}`)),
  );
  for (const { id, requestHeaders } of attempts)
    expect(requestHeaders).toEqual(
      expect.arrayContaining([
        { name: "user-agent", value: wanted.userAgent },
        { name: "X-Request-Id", value: id },
      ]),
    );
  // Whoever is told such an id finds the message by it, and nobody else does.
  const found = await client.call<{ data: { messageId: string }[] }>("GET", `/api/v1/delivery?message_id=${attempts[1]?.id}`);
  expect(found.data.map((one) => one.messageId)).toEqual([messageId]);
  const stranger = await clientOf(door);
  expect(await stranger.call("GET", `/api/v1/delivery?message_id=${attempts[1]?.id}`)).toMatchObject({ status: 200, data: [] });
  // The endpoint's own header of that name wins.
  await call("PATCH", `/api/v1/app/${app}/endpoint/${endpoint}/headers`, { headers: { "x-request-id": "ours" } });
  const own = await send();
  const hit = (await receiver.waitForHits(4))[3];
  expect([hit?.headers["webhook-id"], hit?.headers["x-request-id"]]).toEqual([own, "ours"]);
});

test("what a provider has sent under the same name gives way to the attempt's id", async () => {
  const client = await clientOf(door);
  await client.call("PATCH", settings, { idHeader: "x-request-id" });
  const source = await newSource(client);
  await client.call("POST", `/api/v1/app/${source.application.id}/endpoint`, { url: `${receiver.url}/${source.id}` });
  receiver.respond({ status: 204 });
  const body = '{"type":"paid"}';
  await sendTo(door, source.path, {
    headers: { "x-request-id": "providers", "x-other": "kept", "content-type": "application/json" },
    body,
  });
  const hit = await until("the delivery", () => receiver.hits.find(({ url }) => url.startsWith(`/${source.id}`)));
  expect([hit.headers["x-request-id"], hit.headers["x-other"]]).toEqual([expect.stringMatching(/^atmpt_/), "kept"]);
});

test.each([
  ["idHeader", "webhook-id"],
  ["idHeader", "Svix-Id"],
  ["idHeader", "Content-Type"],
  ["idHeader", "content-md5"],
  ["idHeader", "Host"],
  ["idHeader", "Authorization"],
  ["idHeader", "cookie"],
  ["idHeader", "X-Api-Key"],
  ["idHeader", "transfer-encoding"],
  ["idHeader", "user-agent"],
  ["idHeader", "traceparent"],
  ["idHeader", "Stripe-Signature"],
  ["idHeader", "Idempotency-Key"],
  ["idHeader", "X Request"],
  ["idHeader", "x-id\r\nx-more"],
  ["idHeader", ""],
  ["idHeader", "x".repeat(65)],
  ["userAgent", ""],
  ["userAgent", "Café/1"],
  ["userAgent", "one\r\nx-more: two"],
  ["userAgent", "x".repeat(257)],
])("%s %j is refused, by the settings, by the environment and in an import", async (name, value) => {
  const { call, tenant } = await clientOf(door);
  const loc = (answer: unknown): unknown => (answer as { detail: { loc: string[] }[] }).detail[0]?.loc;
  const patched = await call("PATCH", settings, { [name]: value });
  expect([patched.status, loc(patched)]).toEqual([422, ["body", name]]);
  const imported = await call("POST", "/api/v1/environment/import", { settings: { [name]: value } });
  expect([imported.status, loc(imported)]).toEqual([422, ["body", "settings", name]]);
  const { cookie } = await newMember(tenant.organizationId, "admin");
  const response = await fetch(`${door.url}/api/v1/environment/${tenant.environmentId}`, {
    method: "PATCH",
    headers: { cookie, "webster-environment": tenant.environmentId, "sec-fetch-site": "same-origin", "content-type": "application/json" },
    body: JSON.stringify({ [name]: value }),
  });
  expect([response.status, loc(await response.json())]).toEqual([422, ["body", name]]);
});

test("an export brings them into another environment, and takes them away there", async () => {
  const [from, to] = [await clientOf(door), await clientOf(door)];
  const wanted = { userAgent: "Acme/1", idHeader: "X-Acme-Id", traceHeaders: true };
  await to.call("PATCH", settings, wanted);
  const plain = await from.call<{ settings: object }>("POST", "/api/v1/environment/export");
  expect((await to.call("POST", "/api/v1/environment/import", { settings: plain.settings })).status).toBe(204);
  expect(await to.call("GET", settings)).toMatchObject({ userAgent: null, idHeader: null, traceHeaders: false });
  await from.call("PATCH", settings, wanted);
  const full = await from.call<{ settings: object }>("POST", "/api/v1/environment/export");
  await to.call("POST", "/api/v1/environment/import", { settings: full.settings });
  expect(await to.call("GET", settings)).toMatchObject(wanted);
});

/** Applications and endpoints that are moved here from another server keep their ids, and the messages that it has sent are history. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { prisma } from "../db/client.ts";
import { newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";
import { dayMs } from "../words/duration.ts";

let database: TestDatabase;
const api = createApi();

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

type Json = Record<string, unknown>;
type Ask = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: Json }>;

async function tenantAsk(): Promise<Ask> {
  const { apiKey } = await newTenant();
  return askWith(apiKey);
}

const askWith =
  (token: string): Ask =>
  async (method, path, body) => {
    const init = { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" } };
    const response = await api.request(`/api/v1${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Json };
  };

const past = (daysAgo: number) => Date.now() - daysAgo * dayMs;

test("an application and an endpoint keep the ids that they had", async () => {
  const ask = await tenantAsk();
  const [app, endpoint] = [newId("application", past(400)), newId("endpoint", past(400))];
  expect((await ask("GET", `/app/${app}`)).status).toBe(404);
  expect(await ask("POST", `/app?id=${app}`, { name: "A", uid: "a" })).toMatchObject({ status: 201, body: { id: app, uid: "a" } });
  expect((await ask("GET", `/app/${app}`)).body).toMatchObject({ uid: "a" });
  const made = await ask("POST", `/app/${app}/endpoint?id=${endpoint}`, { url: "http://127.0.0.1:9/" });
  expect(made).toMatchObject({ status: 201, body: { id: endpoint } });
  expect((await ask("GET", `/app/a/endpoint/${endpoint}`)).status).toBe(200);
});

test("nobody gets an id that is in use or has been, here or elsewhere", async () => {
  const [ask, stranger] = [await tenantAsk(), await tenantAsk()];
  const app = newId("application", past(1));
  await ask("POST", `/app?id=${app}`, { name: "A" });
  const endpoint = (await ask("POST", `/app/${app}/endpoint`, { url: "http://127.0.0.1:9/" })).body["id"] as string;
  const own = (await stranger("POST", "/app", { name: "Own" })).body["id"] as string;
  const takes = async () => [
    (await stranger("POST", `/app?id=${app}`, { name: "Thief" })).status,
    (await stranger("POST", `/app/${own}/endpoint?id=${endpoint}`, { url: "http://127.0.0.1:9/" })).status,
    (await ask("POST", `/app?id=${app}`, { name: "Again" })).status,
  ];
  expect(await takes()).toEqual([409, 409, 409]);
  await ask("POST", `/app/${app}/msg`, { eventType: "t", payload: { private: true } });
  await ask("DELETE", `/app/${app}`);
  expect(await takes()).toEqual([409, 409, 409]);
  // As after the environment has been deleted too: the messages stay until they expire.
  await prisma().application.delete({ where: { id: app } });
  expect(await takes()).toEqual([409, 409, 409]);
});

test("an id that no server has made, or of the future, is refused, and so is a portal token's", async () => {
  const ask = await tenantAsk();
  const own = (await ask("POST", "/app", { name: "Own" })).body["id"] as string;
  for (const id of ["app_1", `ep_${own.slice(4)}`, `app_${"z".repeat(27)}`, newId("application", past(-30))])
    expect(await ask("POST", `/app?id=${id}`, { name: "A" })).toMatchObject({ status: 422, body: { detail: [{ loc: ["query", "id"] }] } });
  const { body: portal } = await ask("POST", `/auth/app-portal-access/${own}`, {});
  const create = askWith(String(portal["token"]))("POST", `/app/${own}/endpoint?id=${newId("endpoint", past(1))}`, {
    url: "http://127.0.0.1:9/",
  });
  expect((await create).status).toBe(403);
});

const messageOf = (daysAgo: number, more: Json = {}) => {
  const at = past(daysAgo);
  return { id: newId("message", at), timestamp: new Date(at).toISOString(), eventType: "t", rawPayload: '{"n": 1e2}', ...more };
};

test("imported messages are in the log under their ids and moments, byte for byte, and go to nobody", async () => {
  const ask = await tenantAsk();
  await ask("POST", "/app", { name: "A", uid: "a" });
  const { body: endpoint } = await ask("POST", "/app/a/endpoint", { url: "http://127.0.0.1:9/" });
  await ask("POST", "/app/a/destination", { type: "pollingEndpoint", uid: "p" });
  const [old, young] = [messageOf(40), messageOf(0.01, { eventId: "e-1", channels: ["c"], tags: ["x"] })];
  const gone = messageOf(2, { rawPayload: null });
  const messages = [old, young, gone];
  expect(await ask("POST", "/app/a/msg/import", { messages })).toEqual({ status: 200, body: { imported: 3, existing: 0, refused: [] } });
  expect((await ask("GET", `/app/a/msg/${old.id}`)).body).toMatchObject({ id: old.id, timestamp: old.timestamp, payload: { n: 100 } });
  expect((await ask("GET", "/app/a/msg/e-1")).body).toMatchObject({ id: young.id, channels: ["c"], tags: ["x"] });
  expect((await ask("GET", `/app/a/msg/${gone.id}`)).body).toMatchObject({ payload: { expired: true } });
  const stored = await prisma().message.findFirst({ where: { id: old.id } });
  expect(Buffer.from(stored?.payload ?? []).toString()).toBe('{"n": 1e2}');
  expect((await ask("GET", `/app/a/endpoint/${String(endpoint["id"])}/msg`)).body["data"]).toEqual([]);
  expect(await prisma().delivery.count({ where: { applicationId: stored?.applicationId ?? "" } })).toBe(0);
  expect((await ask("GET", "/app/a/poller/p")).body["data"]).toEqual([]);
  // Its eventId is taken, as if it had been sent here.
  expect((await ask("POST", "/app/a/msg", { eventType: "t", payload: {}, eventId: "e-1" })).status).toBe(409);
  expect((await ask("POST", `/app/a/msg/${old.id}/endpoint/${String(endpoint["id"])}/resend`, {})).status).toBe(202);
  // It is older than the environment that it was brought into.
  for (const filter of ["", `?message_id=${old.id}`, `?before=${new Date(past(30)).toISOString()}`])
    expect((await ask("GET", `/delivery${filter}`)).body["data"]).toMatchObject([{ messageId: old.id }]);
  expect((await ask("GET", "/delivery/count")).body).toMatchObject({ count: 1 });
});

test("the same import again changes nothing, and what can't be taken is told by message", async () => {
  const [ask, stranger] = [await tenantAsk(), await tenantAsk()];
  await ask("POST", "/app", { name: "A", uid: "a" });
  await stranger("POST", "/app", { name: "S", uid: "s" });
  const native = (await ask("POST", "/app/a/msg", { eventType: "t", payload: {}, eventId: "native" })).body;
  const good = messageOf(1);
  expect((await ask("POST", "/app/a/msg/import", { messages: [good, good] })).body).toMatchObject({ imported: 1, existing: 0 });
  const twin = { id: native["id"], timestamp: native["timestamp"], eventType: "t", rawPayload: "{}" };
  const messages = [
    good,
    twin,
    messageOf(1, { eventId: "native" }),
    messageOf(400),
    messageOf(-1),
    messageOf(1, { timestamp: new Date(past(2)).toISOString() }),
    messageOf(1, { rawPayload: "[]" }),
  ];
  const { body } = await ask("POST", "/app/a/msg/import", { messages });
  expect([body["imported"], body["existing"]]).toEqual([0, 3]);
  expect((body["refused"] as Json[]).map(({ id }) => id)).toEqual(messages.slice(3).map(({ id }) => id));
  const foreign = await stranger("POST", "/app/s/msg/import", { messages: [good] });
  expect(foreign.body).toMatchObject({ imported: 0, refused: [{ id: good.id }] });
  expect((await stranger("GET", `/app/s/msg/${good.id}`)).status).toBe(404);
});

/** Operational webhooks through the SDK: what happens in an environment reaches its owner, signed, once, and goes in no circle. */
import { Svix, Webhook } from "svix";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { capabilityFor, type Operation } from "../contract/operation.ts";
import { operations } from "../contract/operations.ts";
import { type Engine, startEngine } from "../delivery/engine.ts";
import type { Loop } from "../loop.ts";
import { startTaskRunner } from "../background/taskRunner.ts";
import { tellOfAttempts } from "../db/sql/hot/attemptLog.ts";
import { loops } from "../background/table.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type FetchServer, startFetchServer } from "../testing/fetchServer.ts";
import { fill, send, validBodies, withKey } from "../testing/furnish.ts";
import { type Hit, type Receiver, startReceiver } from "../testing/receiver.ts";
import { newMember } from "../testing/session.ts";
import { newTenant } from "../testing/tenant.ts";
import { until } from "../testing/until.ts";
import { createApi } from "./app.ts";

// Each test does much, one thing after the other.
let database: TestDatabase;
let engine: Engine;
let tasks: Loop;
let operational: Loop;
let server: FetchServer;
const receivers: Receiver[] = [];
const api = createApi();

beforeAll(async () => {
  database = await testDatabase({ WEBSTER_RETRY_SCHEDULE: "0.02,0.02,0.02,0.02,0.02" });
  engine = startEngine();
  tasks = startTaskRunner();
  operational = loops.operationalWebhooks();
  server = await startFetchServer((request) => api.fetch(request));
});
afterAll(async () => {
  await operational.stop();
  await tasks.stop();
  await engine.stop();
  await server.close();
  for (const receiver of receivers) await receiver.close();
  await database.close();
});

async function receive(...answer: Parameters<typeof startReceiver>): Promise<Receiver> {
  const receiver = await startReceiver(...answer);
  receivers.push(receiver);
  return receiver;
}

type Told = { type: string; data: Record<string, unknown> };

async function listening() {
  const tenant = await newTenant();
  const svix = new Svix(tenant.apiKey, { serverUrl: server.url });
  const ear = await receive();
  const endpoint = await svix.operationalWebhook.endpoint.create({ url: ear.url });
  const { key } = await svix.operationalWebhook.endpoint.getSecret(endpoint.id);
  const verified = ({ body, headers }: Hit): Told => {
    new Webhook(key).verify(body.toString(), headers);
    return JSON.parse(body.toString()) as Told;
  };
  /** What was told, once `count` of it have come. */
  const told = async (count: number): Promise<Told[]> => {
    await ear.waitForHits(count, 60_000);
    return ear.hits.map(verified);
  };
  const app = await svix.application.create({ name: "Café", uid: "cafe" });
  return { tenant, svix, ear, endpoint, told, app };
}

const typesOf = (all: Told[]): string[] => all.map(({ type }) => type).sort();

test("an endpoint's life is told: created, updated, disabled, enabled, deleted", async () => {
  const { svix, told, app, ear } = await listening();
  const made = await svix.endpoint.create("cafe", { url: "http://127.0.0.1:9/", uid: "main" });
  const place = { appId: app.id, appUid: "cafe", endpointId: made.id, endpointUid: "main" };
  expect(await told(1)).toEqual([{ type: "endpoint.created", data: place }]);
  await svix.endpoint.patch("cafe", "main", { description: "changed" });
  await svix.endpoint.rotateSecret("cafe", "main", {});
  await svix.endpoint.patchHeaders("cafe", "main", { headers: { "X-A": "1" } });
  await svix.endpoint.patch("cafe", "main", { disabled: true });
  await svix.endpoint.patch("cafe", "main", { disabled: false });
  // What changes nothing is not told.
  await svix.endpoint.patch("cafe", "main", { description: "changed" });
  await svix.application.delete("cafe");
  const all = await told(7);
  expect(typesOf(all)).toEqual(
    ["created", "deleted", "disabled", "enabled", "updated", "updated", "updated"].map((type) => `endpoint.${type}`),
  );
  expect(all.find(({ type }) => type === "endpoint.disabled")?.data).toEqual({ ...place, trigger: "manual", failSince: null });
  expect(all.find(({ type }) => type === "endpoint.deleted")?.data).toEqual(place);
  expect(ear.hits).toHaveLength(7);
});

test("a delivery that fails for the fourth time, is given up, recovers; an endpoint that is gone", async () => {
  const { svix, told } = await listening();
  const receiver = await receive({ status: 500 });
  const { id } = await svix.endpoint.create("cafe", { url: receiver.url });
  const message = await svix.message.create("cafe", { eventType: "t", eventId: "event-42", payload: {} });
  const failed = await told(3);
  expect(typesOf(failed)).toEqual(["endpoint.created", "message.attempt.exhausted", "message.attempt.failing"]);
  const data = { appUid: "cafe", endpointId: id, endpointUid: null, msgId: message.id, msgEventId: "event-42" };
  for (const type of ["message.attempt.failing", "message.attempt.exhausted"]) {
    const found = failed.find((one) => one.type === type)?.data ?? {};
    expect(found).toMatchObject({ ...data, lastAttempt: { responseStatusCode: 500 } });
    const { id: attemptId, timestamp } = found["lastAttempt"] as { id: string; timestamp: string };
    expect((await svix.messageAttempt.get("cafe", message.id, attemptId)).timestamp.toISOString()).toBe(timestamp);
  }
  receiver.respond({ status: 200 });
  await svix.messageAttempt.resend("cafe", message.id, id);
  expect((await told(4)).at(-1)).toMatchObject({
    type: "message.attempt.recovered",
    data: { ...data, lastAttempt: { responseStatusCode: 200 } },
  });
  // A second success recovers nothing; a first failure is no news.
  await svix.messageAttempt.resend("cafe", message.id, id);
  await svix.endpoint.recover("cafe", id, { since: new Date(Date.now() - 60_000) });
  expect((await told(5)).at(-1)).toMatchObject({
    type: "background_task.finished",
    data: { task: "endpoint.recover", status: "finished" },
  });
  receiver.respond({ status: 410 });
  await svix.message.create("cafe", { eventType: "t", payload: {} });
  const gone = (await told(7)).slice(5);
  expect(typesOf(gone)).toEqual(["endpoint.disabled", "message.attempt.exhausted"]);
  expect(gone.find(({ type }) => type === "endpoint.disabled")?.data).toMatchObject({ endpointId: id, trigger: "automatic" });
});

test("what happens behind a source is told in Svix's words too", async () => {
  const { svix, told } = await listening();
  const source = await svix.ingest.source.create({ name: "Source", type: "generic-webhook", uid: "src" });
  const receiver = await receive({ status: 500 });
  const { id } = await svix.ingest.endpoint.create("src", { url: receiver.url });
  const response = await api.request(new URL(source.ingestUrl ?? "").pathname, { method: "POST", body: "{}" });
  expect(response.status).toBeLessThan(300);
  const failed = await told(5);
  const kinds = ["exhausted", "failing"].map((kind) => `message.attempt.${kind}`);
  expect(typesOf(failed)).toEqual(["endpoint.created", ...kinds.map((kind) => `ingest.${kind}`), ...kinds]);
  const { data } = failed.find(({ type }) => type === "ingest.message.attempt.exhausted") ?? { data: {} };
  const msgId = expect.stringMatching(/^msg_/) as string;
  expect(data).toEqual({
    sourceId: source.id,
    endpointId: id,
    endpointUid: null,
    msgId,
    msgEventId: null,
    lastAttempt: expect.objectContaining({ responseStatusCode: 500 }) as object,
  });
  await svix.ingest.endpoint.upsert("src", id, { url: receiver.url, disabled: true });
  const disabled = (await told(7)).slice(5);
  expect(typesOf(disabled)).toEqual(["endpoint.disabled", "ingest.endpoint.disabled"]);
  expect(disabled.find(({ type }) => type.startsWith("ingest."))?.data).toMatchObject({
    sourceId: source.id,
    endpointId: id,
    trigger: "manual",
  });
});

test("every attempt is told to who asks for it by name, once, together, when none can be added", async () => {
  const { tenant, svix, app, ear } = await listening();
  const log = await receive();
  await svix.operationalWebhook.endpoint.create({ url: log.url, eventTypes: ["message.attempt.log"] });
  const receiver = await receive([{ status: 500 }, { status: 200 }]);
  const { id: endpointId } = await svix.endpoint.create("cafe", { url: receiver.url });
  const message = await svix.message.create("cafe", { eventType: "t", eventId: "event-7", payload: {} });
  const attempts = async () => (await svix.messageAttempt.listByMsg("cafe", message.id)).data;
  await until("both attempts", async () => (await attempts()).length === 2);
  const client = await database.pool.connect();
  try {
    const now = Date.now();
    await tellOfAttempts(client, new Date(now - 60_000));
    for (const ms of [60_000, 60_000, 120_000]) await tellOfAttempts(client, new Date(now + ms));
  } finally {
    client.release();
  }
  const [hit] = await log.waitForHits(1, 60_000);
  const body = JSON.parse(hit?.body.toString() ?? "") as { type: string; data: object[] };
  const [second, first] = await attempts();
  const common = { orgId: tenant.environmentId, appId: app.id, appUid: "cafe", endpointId, msgId: message.id, msgEventId: "event-7" };
  const told = (attempt: typeof first, more: object) => ({
    ...common,
    ...more,
    msgCreated: message.timestamp.toISOString(),
    attemptId: attempt?.id,
    attemptStart: attempt?.timestamp.toISOString(),
    attemptEnd: new Date((attempt?.timestamp.getTime() ?? 0) + (attempt?.responseDurationMs ?? 0)).toISOString(),
    responseStatusCode: attempt?.responseStatusCode,
    eventType: "t",
  });
  expect(body).toEqual({
    type: "message.attempt.log",
    data: [told(first, { attemptCount: 1, status: 2 }), told(second, { attemptCount: 2, status: 0 })],
  });
  // It is told of attempts of others than its own environment only.
  const again = await svix.message.create("cafe", { eventType: "t", payload: {} });
  await until("one more attempt", async () => (await svix.messageAttempt.listByMsg("cafe", again.id)).data.length === 1);
  expect(log.hits).toHaveLength(1);
  await svix.endpoint.delete("cafe", endpointId);
  await ear.waitForHits(2, 60_000);
  expect(ear.hits.map(({ body }) => (JSON.parse(body.toString()) as Told).type)).toEqual(["endpoint.created", "endpoint.deleted"]);
});

test("its own failures are told to nobody; without a listener nothing is written", async () => {
  const { tenant, svix, endpoint, ear } = await listening();
  const broken = await receive({ status: 500 });
  const other = await svix.operationalWebhook.endpoint.upsert("none", { url: broken.url, eventTypes: ["endpoint.created"] });
  await svix.endpoint.create("cafe", { url: "http://127.0.0.1:9/", uid: "one" });
  await broken.waitForHits(6, 60_000);
  await svix.operationalWebhook.endpoint.delete(other.id);
  await svix.endpoint.patch("cafe", "one", { description: "the last thing that is told" });
  await ear.waitForHits(2, 60_000);
  expect(ear.hits.map(({ body }) => (JSON.parse(body.toString()) as Told).type)).toEqual(["endpoint.created", "endpoint.updated"]);

  await svix.operationalWebhook.endpoint.upsert(endpoint.id, { url: ear.url, disabled: true });
  await svix.endpoint.patch("cafe", "one", { description: "nobody hears" });
  expect(await database.prisma.operationalEvent.count({ where: { environmentId: tenant.environmentId } })).toBe(0);
});

test("they are managed as endpoints are, and stand in no list of the environment", async () => {
  const { tenant, svix, endpoint } = await listening();
  const own = svix.operationalWebhook.endpoint;
  expect((await own.list()).data.map(({ id }) => id)).toEqual([endpoint.id]);
  expect(
    await own.upsert(endpoint.id, { url: endpoint.url, uid: "ear", description: "D", eventTypes: ["endpoint.deleted"] }),
  ).toMatchObject({
    id: endpoint.id,
    description: "D",
    eventTypes: ["endpoint.deleted"],
  });
  expect((await own.get("ear")).id).toBe(endpoint.id);
  await own.setHeaders("ear", { headers: { "X-A": "1", Authorization: "hidden" } });
  expect(await own.getHeaders("ear")).toEqual({ headers: { "X-A": "1" }, sensitive: ["Authorization"] });
  const before = await own.getSecret("ear");
  await own.rotateSecret("ear", {});
  expect((await own.getSecret("ear")).key).not.toBe(before.key);
  await expect(own.create({ url: "http://127.0.0.1:9/", eventTypes: ["invoice.paid"] })).rejects.toMatchObject({ code: 422 });

  expect((await svix.application.list()).data.map(({ uid }) => uid)).toEqual(["cafe"]);
  expect((await svix.eventType.list()).data).toEqual([]);
  const { cookie } = await newMember(tenant.organizationId, "admin");
  const asMember = async (path: string, environmentId: string = tenant.environmentId) => {
    const headers = { cookie, "webster-environment": environmentId };
    return (await (await api.request(`/api/v1${path}`, { headers })).json()) as { data: Record<string, unknown>[] };
  };
  for (const path of ["/delivery", "/endpoint", "/msg"]) expect([path, (await asMember(path)).data]).toEqual([path, []]);
  expect((await asMember("/environment")).data.map(({ id }) => id)).toEqual([tenant.environmentId]);

  // But their own environment shows all of it, to the organization alone.
  const { environmentId } = (await asMember("/operational-webhook/endpoint")).data[0] as { environmentId: string };
  expect((await asMember("/endpoint", environmentId)).data.map(({ id }) => id)).toEqual([endpoint.id]);
  const stranger = new Svix((await newTenant()).apiKey, { serverUrl: server.url });
  await expect(stranger.operationalWebhook.endpoint.get(endpoint.id)).rejects.toMatchObject({ code: 404 });
  expect((await stranger.operationalWebhook.endpoint.list()).data).toEqual([]);

  await own.delete("ear");
  await expect(own.get(endpoint.id)).rejects.toMatchObject({ code: 404 });
});

describe("by hand", () => {
  // What is done to endpoints and deliveries there, to the organization, or to a person's own things, is theirs to do; and
  // to be alerted when operational webhooks themselves fail.
  const isTheirs = ({ path }: Operation): boolean =>
    /\{(endpoint_id|message_id|msg_id|task_id|incident_id|view_id|inbox_id|user_id|invitation_id)\}/.test(path) ||
    /^\/api\/v1\/(delivery|endpoint|operational-webhook|organization|invitation|received-request|stats|saved-view|inbox|visit|alert-channel)\b/.test(
      path,
    ) ||
    /\/(dry-run|precheck\/active|expire-all|environment|environment\/export|bulk-expunge|expunge-all-contents)$/.test(path);
  const building = operations.filter((one) => one.method !== "get" && /^apiKey|^member/.test(one.access) && !isTheirs(one));

  test("endpoints are set up there by admins; whatever else is done below an endpoint is sending again", async () => {
    const { tenant, endpoint } = await listening();
    const { cookie } = await newMember(tenant.organizationId, "member");
    const hidden = await database.prisma.environment.findUniqueOrThrow({ where: { operationalOfId: tenant.environmentId } });
    const held = await database.prisma.application.findFirstOrThrow({ where: { environmentId: hidden.id } });
    const headers = { cookie, "webster-environment": hidden.id, "sec-fetch-site": "same-origin" };
    const ids = { app_id: held.id, endpoint_id: endpoint.id, sink_id: endpoint.id, destination_id: endpoint.id };
    const isBelow = ({ method, path }: Operation): boolean =>
      method !== "get" && /^\/api\/v1\/(app\/\{app_id\}\/)?(endpoint|destination)\b/.test(path);
    const settingUp = operations.filter(({ setsUp }) => setsUp !== undefined);
    expect(operations.filter((one) => isBelow(one) && one.setsUp === undefined && capabilityFor(one) !== "CreateAttempts")).toEqual([]);
    expect(settingUp.length).toBeGreaterThan(20);
    for (const { operationId, method, path } of settingUp) {
      const answer = await send(api, headers, method, fill(path, ids), validBodies[operationId]);
      expect([operationId, answer.status]).toEqual([operationId, 403]);
    }
    const again = await send(api, headers, "POST", `/api/v1/app/${held.id}/endpoint/${endpoint.id}/recover`, {
      since: new Date(Date.now() - 60_000).toISOString(),
    });
    expect(again.status).toBe(202);
  });

  test("the environment that holds them, and what it is made of, can't be changed or deleted", async () => {
    const { tenant, svix, endpoint, ear, told } = await listening();
    const { cookie } = await newMember(tenant.organizationId, "owner");
    const hidden = await database.prisma.environment.findUniqueOrThrow({ where: { operationalOfId: tenant.environmentId } });
    const held = await database.prisma.application.findFirstOrThrow({ where: { environmentId: hidden.id } });
    const headers = { cookie, "webster-environment": hidden.id, "sec-fetch-site": "same-origin" };
    const ids = { app_id: held.id, environment_id: hidden.id, event_type_name: "endpoint.created", key_id: tenant.actor.id };
    const contents = () =>
      Promise.all([
        database.prisma.environment.findMany({
          where: { id: hidden.id },
          include: { applications: true, eventTypes: true, apiKeys: true },
        }),
        database.prisma.endpoint.findMany({ where: { environmentId: hidden.id } }),
        database.prisma.environment.findMany({ where: { id: hidden.id }, include: { sources: true, connectors: true, inboxes: true } }),
        database.prisma.portalAccess.count({ where: { applicationId: held.id } }),
        database.prisma.integration.count({ where: { applicationId: held.id } }),
        database.prisma.poller.count({ where: { applicationId: held.id } }),
        database.prisma.message.count({ where: { environmentId: hidden.id } }),
      ]);
    const before = await contents();
    expect(building.length).toBeGreaterThan(20);
    for (const { operationId, method, path } of building) {
      const { status } = await send(api, headers, method, fill(path, ids), validBodies[operationId]);
      // A batch answers each message.
      const allowed = operationId === "v1.message.create-batch" ? [202] : [403, 404];
      expect([operationId, allowed.includes(status), status]).toEqual([operationId, true, status]);
    }
    expect(await contents()).toEqual(before);
    const refused = await api.request(`/api/v1/app/${held.id}`, { method: "DELETE", headers });
    expect(await refused.json()).toMatchObject({
      code: "forbidden",
      detail: expect.stringContaining("settings of the environment") as string,
    });
    expect(await (await api.request("/api/v1/app", { headers })).json()).toMatchObject({ data: [], done: true });
    // From the environment that they are about it is not there at all.
    expect((await send(api, withKey(tenant.apiKey), "DELETE", `/api/v1/app/${held.id}`)).status).toBe(404);
    const own = { ...headers, "webster-environment": tenant.environmentId };
    expect((await send(api, own, "DELETE", `/api/v1/environment/${hidden.id}`)).status).toBe(404);
    expect((await send(api, own, "PATCH", `/api/v1/environment/${hidden.id}`, { name: "Taken" })).status).toBe(404);
    // Its endpoints are still managed from their pages, and hear.
    const change = await send(api, headers, "PATCH", `/api/v1/app/${held.id}/endpoint/${endpoint.id}`, { description: "D" });
    expect(change.status).toBe(200);
    await svix.endpoint.create("cafe", { url: "http://127.0.0.1:9/" });
    expect(typesOf(await told(1))).toEqual(["endpoint.created"]);
    expect(ear.hits).toHaveLength(1);
  });
});

test("what was written before a crash is told by whoever comes next, once", async () => {
  const { tenant, svix, ear } = await listening();
  await operational.stop();
  const { id } = await svix.endpoint.create("cafe", { url: "http://127.0.0.1:9/" });
  const [row] = await database.prisma.operationalEvent.findMany({ where: { environmentId: tenant.environmentId } });
  expect(row?.data).toMatchObject({ endpointId: id });
  operational = loops.operationalWebhooks();
  await ear.waitForHits(1, 60_000);
  const left = () => database.prisma.operationalEvent.count({ where: { environmentId: tenant.environmentId } });
  await until("the row to be deleted", async () => (await left()) === 0);
  // As if the process had died between accepting the message and deleting the row.
  if (row !== undefined) await database.prisma.operationalEvent.create({ data: { ...row, data: row.data as object } });
  await until("the row to be looked at", async () => (await left()) === 0);
  await svix.endpoint.delete("cafe", id);
  await ear.waitForHits(2, 60_000);
  expect(ear.hits.map(({ body }) => (JSON.parse(body.toString()) as Told).type)).toEqual(["endpoint.created", "endpoint.deleted"]);
});

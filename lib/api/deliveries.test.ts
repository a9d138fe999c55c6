import { MessageStatus, Svix } from "svix";
import { Webhook } from "standardwebhooks";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BackgroundTaskOut } from "../contract/backgroundTask.ts";
import type { DeliveryDetailOut, DeliveryOut } from "../contract/delivery.ts";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { type FrontServer, createFrontServer } from "../http/server.ts";
import { newId } from "../ids.ts";
import { startTaskRunner } from "../background/taskRunner.ts";
import type { Loop } from "../loop.ts";
import { csvCell } from "../services/shared/csv.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let engine: Engine;
let tasks: Loop;
let front: FrontServer;
let url: string;

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  tasks = startTaskRunner();
  const api = createApi();
  front = createFrontServer({ api: (request, bindings) => api.fetch(request, bindings), next: null, fastLane: true });
  await new Promise<void>((resolve) => front.server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(front.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await front.close(100);
  await tasks.stop();
  await engine.drain(1000);
  await engine.stop();
  await database.close();
});

type Page = { data: DeliveryOut[] };
type Counted = { count: number; capped: boolean };

/** A tenant with an application "a" that has one endpoint, retried once an hour later. */
async function furnished(answer: Parameters<typeof startReceiver>[0] = { status: 200 }) {
  const tenant = await newTenant();
  type Answer<T> = { status: number; json: T; text: string };
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<Answer<T>> => {
    const headers = { authorization: `Bearer ${tenant.apiKey}`, "content-type": "application/json" };
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      text,
      json: (response.headers.get("content-type") === "application/json" ? JSON.parse(text) : null) as T,
    };
  };
  const receiver: Receiver = await startReceiver(answer);
  await ask("POST", "/app", { name: "A", uid: "a" });
  const headers = { "x-own": "1", authorization: "Bearer hidden" };
  const endpoint = (await ask<{ id: string }>("POST", "/app/a/endpoint", { url: receiver.url, retrySchedule: [3600], headers })).json.id;
  const send = async (n: number): Promise<string> =>
    (await ask<{ id: string }>("POST", "/app/a/msg", { eventType: n % 2 === 0 ? "even" : "odd", payload: { n } })).json.id;
  const list = async (query = ""): Promise<DeliveryOut[]> => (await ask<Page>("GET", `/delivery?${query}`)).json.data;
  const settled = async (count: number): Promise<void> => expect.poll(async () => (await list("min_attempts=1")).length).toBe(count);
  const finished = async (id: string): Promise<BackgroundTaskOut> => {
    await expect.poll(async () => (await ask<BackgroundTaskOut>("GET", `/background-task/${id}`)).json.status).toBe("finished");
    return (await ask<BackgroundTaskOut>("GET", `/background-task/${id}`)).json;
  };
  const svix = new Svix(tenant.apiKey, { serverUrl: url });
  return { ...tenant, ask, receiver, endpoint, send, list, settled, finished, svix };
}

test("one delivery with all that was sent and answered; the signature is the one that was sent", async () => {
  const { ask, receiver, endpoint, send, settled } = await furnished({ status: 500, body: "no" });
  const id = await send(1);
  await settled(1);
  const { json } = await ask<DeliveryDetailOut>("GET", `/delivery/${id}/${endpoint}`);
  expect(json).toMatchObject({
    messageId: id,
    status: "pending",
    attemptCount: 1,
    maxAttempts: 2,
    lastStatusCode: 500,
    message: { payload: '{"n":1}', contentType: "application/json", payloadBytes: 7 },
    newerMessageId: null,
    olderMessageId: null,
  });
  const [attempt] = json.attempts;
  expect(attempt).toMatchObject({ attemptNumber: 1, trigger: "scheduled", status: "failed", response: "no", errorClass: "status" });
  const sent = receiver.hits[0]?.headers ?? {};
  expect(attempt?.signature).toBe(sent["webhook-signature"]);
  expect(attempt?.signedPrefix).toBe(`${id}.${sent["webhook-timestamp"]}.`);
  expect(attempt?.timings).toMatchObject({ reused: false, dnsMs: null, tlsMs: null });
  expect(attempt?.timings?.firstByteMs).toBeLessThanOrEqual(attempt?.durationMs ?? 0);
  for (const { name, value } of attempt?.requestHeaders ?? []) expect([name, value ?? "Bearer hidden"]).toEqual([name, sent[name]]);
  expect(attempt?.requestHeaders).toContainEqual({ name: "authorization", value: null });
  const { key } = (await ask<{ key: string }>("GET", `/app/a/endpoint/${endpoint}/secret`)).json;
  expect(new Webhook(key).verify(json.message.payload ?? "", sent)).toEqual({ n: 1 });
  await receiver.close();
});

test("a body that breaks off behind a 200 is a success, and a note of the attempt", async () => {
  const { ask, receiver, endpoint, send, settled } = await furnished((_, response) => {
    response.writeHead(200, { "content-length": "100" }).write("half");
    setTimeout(() => response.destroy(), 20);
  });
  const id = await send(1);
  await settled(1);
  const { json } = await ask<DeliveryDetailOut>("GET", `/delivery/${id}/${endpoint}`);
  expect(json).toMatchObject({ status: "succeeded", lastStatusCode: 200, lastErrorClass: null });
  expect(json.attempts).toMatchObject([{ status: "succeeded", response: "half", notes: ["body_broken_off"] }]);
  await receiver.close();
});

test("an edited payload goes to a test receiver, signed, and the delivery knows nothing of it", async () => {
  const { ask, receiver, endpoint, send, settled } = await furnished();
  const id = await send(1);
  await settled(1);
  const before = (await ask<DeliveryDetailOut>("GET", `/delivery/${id}/${endpoint}`)).json;
  const test = await startReceiver({ status: 418, body: "short and stout" });
  const path = `/delivery/${id}/${endpoint}/send-edited`;
  const payload = '{ "n": 12345678901234567890 }';
  const answer = await ask("POST", path, { url: test.url, payload, headers: { "x-try": "1" } });
  expect(answer.json).toMatchObject({ statusCode: 418, errorClass: "status", response: "short and stout" });
  const hit = test.hits[0];
  expect(String(hit?.body)).toBe(payload);
  expect(hit?.headers["x-try"]).toBe("1");
  // The endpoint's own headers, credentials among them, are for its own receiver.
  expect(hit?.headers).not.toHaveProperty("authorization");
  expect(hit?.headers["webhook-id"]).not.toBe(id);
  const { key } = (await ask<{ key: string }>("GET", `/app/a/endpoint/${endpoint}/secret`)).json;
  expect(() => new Webhook(key).verify(payload, hit?.headers ?? {})).not.toThrow();
  expect((await ask<DeliveryDetailOut>("GET", `/delivery/${id}/${endpoint}`)).json).toEqual(before);
  expect(receiver.hits).toHaveLength(1);
  expect((await ask("POST", path, { url: "http://10.0.0.1/", payload })).status).toBe(422);
  expect((await ask("POST", path, { url: test.url, payload, headers: { host: "x" } })).status).toBe(422);
  await Promise.all([test.close(), receiver.close()]);
});

test("what is planned can be cancelled once, and sent again all the same", async () => {
  const { ask, receiver, endpoint, send, settled, list } = await furnished({ status: 500 });
  const id = await send(1);
  await settled(1);
  const cancelled = await ask<DeliveryOut>("POST", `/delivery/${id}/${endpoint}/cancel`);
  expect([cancelled.status, cancelled.json.status, cancelled.json.nextAttemptAt]).toEqual([200, "cancelled", null]);
  expect((await ask("POST", `/delivery/${id}/${endpoint}/cancel`)).status).toBe(409);
  receiver.respond({ status: 200 });
  expect((await ask("POST", `/delivery/${id}/${endpoint}/resend`)).status).toBe(202);
  await expect.poll(async () => (await list("status=succeeded")).length).toBe(1);
  await receiver.close();
});

test("a delivery says whether what it belongs to was deleted", async () => {
  const { ask, receiver, endpoint, send, settled, list } = await furnished();
  const id = await send(1);
  await settled(1);
  const deleted = async () => {
    const shown = (await ask<DeliveryDetailOut>("GET", `/delivery/${id}/${endpoint}`)).json;
    expect((await list())[0]).toMatchObject({ endpointDeleted: shown.endpointDeleted, applicationDeleted: shown.applicationDeleted });
    return [shown.endpointDeleted, shown.applicationDeleted];
  };
  expect(await deleted()).toEqual([false, false]);
  await ask("DELETE", `/app/a/endpoint/${endpoint}`);
  expect(await deleted()).toEqual([true, false]);
  await ask("DELETE", "/app/a");
  expect(await deleted()).toEqual([true, true]);
  await receiver.close();
});

test("another environment's deliveries are not there", async () => {
  const { endpoint, send, receiver, settled } = await furnished();
  const id = await send(1);
  await settled(1);
  const { ask } = await furnished();
  for (const [method, path] of [
    ["GET", `/delivery/${id}/${endpoint}`],
    ["POST", `/delivery/${id}/${endpoint}/resend`],
    ["POST", `/delivery/${id}/${endpoint}/cancel`],
    ["GET", `/delivery/${id}/${newId("endpoint")}`],
    ["GET", `/delivery/x/y`],
    ["GET", `/delivery?endpoint_id=${endpoint}`],
    ["GET", `/delivery/export?endpoint_id=${endpoint}`],
  ] as const)
    expect([path, (await ask(method, path)).status]).toEqual([path, 404]);
  await receiver.close();
});

test("bulk resend: counted first, then each that the filter finds, once", async () => {
  const { ask, receiver, send, settled, list, finished } = await furnished({ status: 500 });
  for (let n = 0; n < 6; n++) await send(n);
  await settled(6);
  receiver.respond({ status: 200 });
  const filter = { eventTypes: ["even"], httpStatus: ["5xx"] };
  const dry = await ask<Counted>("POST", "/delivery/bulk-resend", { filter, dryRun: true });
  expect([dry.status, dry.json]).toEqual([200, { count: 3, capped: false }]);
  expect(receiver.hits).toHaveLength(6);
  const begun = await ask<BackgroundTaskOut>("POST", "/delivery/bulk-resend", { filter });
  expect(begun.status).toBe(202);
  expect(await finished(begun.json.id)).toMatchObject({ task: "delivery.bulk-resend", progress: { done: 3, queued: 3, total: 3 } });
  await expect.poll(async () => (await list("status=succeeded&event_types=even")).length).toBe(3);
  expect(await list("status=succeeded&event_types=odd")).toEqual([]);
  expect(receiver.hits).toHaveLength(9);
  expect((await ask("POST", "/delivery/bulk-resend", { filter: { eventTypes: ["none"] } })).status).toBe(400);
  await receiver.close();
});

test("what would be sent again is counted without what can't be: its endpoint is disabled or deleted, or its payload gone", async () => {
  const { ask, receiver, endpoint, send, settled, finished } = await furnished({ status: 500 });
  const add = async () => (await ask<{ id: string }>("POST", "/app/a/endpoint", { url: receiver.url })).json.id;
  const [deleted, disabled] = [await add(), await add()];
  const [first] = [await send(0), await send(1)];
  await settled(6);
  const count = async () => (await ask<Counted>("POST", "/delivery/bulk-resend", { filter: {}, dryRun: true })).json;
  expect(await count()).toEqual({ count: 6, capped: false });
  await ask("DELETE", `/app/a/endpoint/${deleted}`);
  await ask("PATCH", `/app/a/endpoint/${disabled}`, { disabled: true });
  expect(await count()).toEqual({ count: 2, unsendable: 4, capped: false });
  expect((await ask("DELETE", `/app/a/msg/${first}/content`)).status).toBe(204);
  expect(await count()).toEqual({ count: 1, unsendable: 5, capped: false });
  const since = new Date(Date.now() - 60_000);
  expect((await ask<Counted>("POST", `/app/a/endpoint/${endpoint}/bulk-replay?dry_run=true`, { since })).json).toEqual({
    count: 1,
    unsendable: 1,
    capped: false,
  });
  const { id } = (await ask<BackgroundTaskOut>("POST", "/delivery/bulk-resend", { filter: {} })).json;
  expect(await finished(id)).toMatchObject({ progress: { done: 6, queued: 1, total: 1 } });
  await receiver.close();
});

test("a task keeps its rate; paused, it rests, and cancelled it is over", async () => {
  const { ask, receiver, send, settled, finished } = await furnished({ status: 500 });
  for (let n = 0; n < 4; n++) await send(n);
  await settled(4);
  const startedMs = performance.now();
  const { id } = (await ask<BackgroundTaskOut>("POST", "/delivery/bulk-resend", { filter: {}, ratePerSecond: 2 })).json;
  await finished(id);
  expect(performance.now() - startedMs).toBeGreaterThan(900);
  // So many that the next one is not at its end before it has been told to stop.
  const more = Array.from({ length: 100 }, (_, n) => ({ eventType: "more", payload: { n } }));
  expect((await ask("POST", "/app/a/msg/batch", { messages: more })).status).toBe(202);
  const next = (await ask<BackgroundTaskOut>("POST", "/delivery/bulk-resend", { filter: {}, ratePerSecond: 1 })).json.id;
  const change = (action: string) => ask<BackgroundTaskOut>("POST", `/background-task/${next}/${action}`);
  expect((await change("pause")).json.status).toBe("paused");
  expect((await change("pause")).status).toBe(409);
  expect((await change("resume")).json.status).toBe("running");
  expect((await change("cancel")).json.status).toBe("cancelled");
  expect((await change("resume")).status).toBe(409);
  const { json } = await ask<BackgroundTaskOut>("GET", `/background-task/${next}`);
  expect(json.status).toBe("cancelled");
  await receiver.close();
});

test("replay missing, by the SDK: what was never attempted at an endpoint, and nothing else", async () => {
  const { ask, receiver, send, settled, svix, finished } = await furnished();
  const since = new Date(Date.now() - 60_000);
  for (let n = 0; n < 4; n++) await send(n);
  await settled(4);
  const late = await startReceiver();
  const { id } = await svix.endpoint.create("a", { url: late.url, eventTypes: ["even"] }).catch(async () => {
    await svix.eventType.create({ name: "even", description: "" });
    return svix.endpoint.create("a", { url: late.url, eventTypes: ["even"] });
  });
  const dry = await ask<Counted>("POST", `/app/a/endpoint/${id}/replay-missing?dry_run=true`, { since });
  expect([dry.status, dry.json]).toEqual([200, { count: 2, capped: false }]);
  const task = await svix.endpoint.replayMissing("a", id, { since });
  expect(task.task).toBe("endpoint.replay");
  await finished(task.id);
  const hits = await late.waitForHits(2);
  expect(hits.map(({ body }) => body.toString()).sort()).toEqual(['{"n":0}', '{"n":2}']);
  expect((await ask<Counted>("POST", `/app/a/endpoint/${id}/replay-missing?dry_run=true`, { since })).json.count).toBe(0);
  await finished((await svix.endpoint.replayMissing("a", id, { since })).id);
  expect(late.hits).toHaveLength(2);
  expect(receiver.hits).toHaveLength(4);
  await Promise.all([late.close(), receiver.close()]);
});

test("bulk replay, by the SDK: an endpoint's deliveries again, also those that succeeded", async () => {
  const { ask, receiver, endpoint, send, settled, svix, finished } = await furnished();
  const since = new Date(Date.now() - 60_000);
  for (let n = 0; n < 4; n++) await send(n);
  await settled(4);
  const body = { since, eventTypes: ["odd"], status: MessageStatus.Success };
  expect((await ask<Counted>("POST", `/app/a/endpoint/${endpoint}/bulk-replay?dry_run=true`, body)).json).toEqual({
    count: 2,
    capped: false,
  });
  const task = await svix.endpoint.bulkReplay("a", endpoint, body);
  expect(task.task).toBe("endpoint.bulk-replay");
  await finished(task.id);
  await receiver.waitForHits(6);
  expect(
    receiver.hits
      .slice(4)
      .map((hit) => hit.body.toString())
      .sort(),
  ).toEqual(['{"n":1}', '{"n":3}']);
  await receiver.close();
});

test("the log as CSV and NDJSON", async () => {
  const { ask, receiver, send, settled, apiKey } = await furnished();
  for (let n = 0; n < 3; n++) await send(n);
  await settled(3);
  const csv = (await ask("GET", "/delivery/export?event_types=even")).text.trimEnd().split("\r\n");
  expect(csv).toHaveLength(3);
  expect(csv[0]).toMatch(/^messageId,eventId,eventType,status,/);
  // A client that decodes text takes the mark away; a spreadsheet needs it.
  const bytesOf = async (query: string): Promise<string> => {
    const response = await fetch(`${url}/api/v1/delivery/export?${query}`, { headers: { authorization: `Bearer ${apiKey}` } });
    return Buffer.from(await response.arrayBuffer()).toString("latin1");
  };
  expect(await bytesOf("event_types=even")).toMatch(/^\u00ef\u00bb\u00bfmessageId,/);
  expect(await bytesOf("event_types=even&bom=false")).toMatch(/^messageId,/);
  expect(await bytesOf("format=ndjson")).toMatch(/^\{/);
  expect(csv[1]).toContain(",even,succeeded,1,2,200,");
  const lines = (await ask("GET", "/delivery/export?format=ndjson")).text.trimEnd().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as DeliveryOut).eventType).sort()).toEqual(["even", "even", "odd"]);
  await receiver.close();
});

test.each([
  ["=1+1", "'=1+1"],
  // Where a semicolon separates, what stands behind one is a cell of its own, and what stands behind a line a line.
  ["text;=1+1", "text;'=1+1"],
  ["text\n@SUM(A1)", '"text\n\'@SUM(A1)"'],
  ['text;"=1+1"', `"text;""'=1+1"""`],
  ["https://example.com/?a=1;b=-2", "https://example.com/?a=1;b=-2"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["-2", "'-2"],
  ["＝1＋1", "'＝1＋1"],
  ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
  ['a "b", c', '"a ""b"", c"'],
  ["two\nlines", '"two\nlines"'],
  [-2, "-2"],
  [null, ""],
])("a cell of %j runs nowhere", (value, cell) => expect(csvCell(value)).toBe(cell));

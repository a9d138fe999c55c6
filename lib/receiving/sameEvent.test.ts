/** Which requests are one event, with the rules that a source has by itself: no event is lost to its likeness with another. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { databaseNowMs } from "../db/clock.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Client, clientOf, type Door, newSource, openDoor, receivedBy, sendTo } from "../testing/sources.ts";
import { type ProviderKind, describeRequest, providers } from "../webhooks/verification.ts";
import type { TestEvent } from "../webhooks/verification/testAlike.ts";
import { alike } from "../webhooks/verification/testEvents.ts";
import { configOf, kinds, received, signedAs } from "../webhooks/verification/testSupport.ts";

let database: TestDatabase;
let door: Door;
let me: Client;

beforeAll(async () => {
  database = await testDatabase();
  door = await openDoor();
  me = await clientOf(door);
});

afterAll(async () => {
  await door.close();
  await database.close();
});

function signed(kind: ProviderKind, event: TestEvent, url: string, nowMs: number) {
  const { body, contentType = "application/json", headers = {}, id = "evt_42" } = event;
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const made = signedAs(kind, { method: "POST", url, contentType, body: bytes, nowMs, id });
  const sent = Object.entries({ ...made.headers, ...headers }).filter((header): header is [string, string] => header[1] !== null);
  return {
    url: made.url,
    headers: Object.fromEntries(sent.map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(made.body),
  };
}

// Their signatures need a certificate or a set of keys, which no test fetches.
const [unreachable, reachable] = [true, false].map((needs) => kinds.filter((kind) => (providers[kind].needs !== undefined) === needs));

test.each(reachable ?? [])("%s: two events that look alike are both taken, and one sent twice is one", async (kind) => {
  const { secrets, settings } = configOf(kind);
  for (const { first, other, again } of alike[kind]) {
    const source = await newSource(me, { provider: kind, secrets: [...secrets], settings: { ...settings } });
    const send = async (event: TestEvent) => {
      const { url, headers, body } = signed(kind, event, door.url + source.path, databaseNowMs());
      const { pathname, search } = new URL(url);
      await sendTo(door, pathname + search, { headers, body });
    };
    await send(first);
    await send(other);
    await send(first);
    const requests = (await receivedBy(me, source)).toReversed();
    expect(requests.map(({ verdict }) => verdict)).toEqual(["accepted", "accepted", again]);
  }
});

test.each(unreachable ?? [])("%s: two events that look alike have names of their own, and one has the same again", (kind) => {
  for (const { first, other, again } of alike[kind]) {
    const keyOf = (event: TestEvent) =>
      describeRequest(kind, received(signed(kind, event, "https://x.example/in/1", 1_800_000_000_000))).identity?.key ?? null;
    expect(keyOf(first) === null).toBe(again === "accepted");
    expect(keyOf(other) === keyOf(first)).toBe(again === "accepted");
  }
});

test("a batch of CloudEvents is as many events: each a message of its type, known by its source and id", async () => {
  const event = (id: string, type: string, more = "") => `{"specversion":"1.0","id":"${id}","source":"/shop","type":"${type}"${more}}`;
  const source = await newSource(me, {
    provider: "cloudevents",
    secrets: ["token"],
    filter: { not: { path: "payload.type", equals: "com.example.noise" } },
  });
  const send = (events: string[], token = "token", contentType = "application/cloudevents-batch+json; charset=utf-8") => {
    const headers = { authorization: `Bearer ${token}`, "content-type": contentType };
    return sendTo(door, source.path, { headers, body: `[${events.join(", ")}]` });
  };
  const bySent = async () => (await receivedBy(me, source)).toReversed();
  const big = event("2", "com.example.paid", ', "data": [12345678901234567891, 100.00, -0, {"a":1,"a":1e2}]');
  expect((await send([event("1", "com.example.created"), big, event("3", "com.example.noise")])).status).toBe(200);
  expect((await bySent()).map(({ verdict, eventType, providerEventId }) => [verdict, eventType, providerEventId])).toEqual([
    ["accepted", "com.example.created", "1 /shop"],
    ["accepted", "com.example.paid", "2 /shop"],
    ["filtered", "com.example.noise", "3 /shop"],
  ]);
  const { rows } = await database.pool.query<{ payload: Buffer; contentType: string }>(
    `select payload, "contentType" from message where "applicationId" = $1 and "eventType" = 'com.example.paid'`,
    [source.application.id],
  );
  expect(rows.map(({ payload, contentType }) => [payload.toString(), contentType])).toEqual([
    [
      '{"specversion":"1.0","id":"2","source":"/shop","type":"com.example.paid", "data": [12345678901234567891, 100.00, -0, {"a":1,"a":1e2}]}',
      "application/cloudevents+json",
    ],
  ]);
  // Another batch with one of them brings only what is new.
  await send([event("4", "com.example.paid"), big]);
  expect((await bySent()).slice(3).map(({ verdict, providerEventId }) => [verdict, providerEventId])).toEqual([
    ["accepted", "4 /shop"],
    ["duplicate", "2 /shop"],
  ]);
  // What nobody has vouched for is one request, and so is what holds no events.
  expect((await send([event("5", "t"), event("6", "t")], "forged")).status).toBe(401);
  await send(["1", "2"]);
  await send([]);
  await send(["12345678901234567890", "1e400"]);
  expect((await bySent()).slice(5).map(({ verdict }) => verdict)).toEqual(["rejected", "accepted", "accepted", "accepted"]);
});

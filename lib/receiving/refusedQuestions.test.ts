/** A provider's question that is refused is kept with the reason: the provider's own page says only that it could not be validated. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SourceIn } from "../contract/source.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Client, clientOf, type Door, newSource, openDoor, receivedBy, sendTo } from "../testing/sources.ts";

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

const meta = { provider: "meta", secrets: ["right"], settings: { verifyToken: "verify-me" } } satisfies Partial<SourceIn>;
const asked = "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=";

test.each<[string, Partial<SourceIn>, string, string, Record<string, string>, number, string]>([
  [
    "Meta's",
    meta,
    "GET",
    `${asked}other`,
    {},
    403,
    "The verify token in the question is not the source's: enter the same at the provider and in the source's settings",
  ],
  [
    "a hub's",
    { provider: "websub", secrets: ["right"], settings: { topic: "https://blog.example/feed" } },
    "GET",
    "?hub.mode=subscribe&hub.topic=https://blog.example/feed/&hub.challenge=abc",
    {},
    404,
    "The hub asks for another topic than the source's: compare hub.topic with the source's settings",
  ],
  [
    "CloudEvents'",
    { provider: "cloudevents", secrets: ["right"], settings: { allowedOrigin: "events.example.com" } },
    "OPTIONS",
    "",
    { "webhook-request-origin": "other.example.com" },
    403,
    "The origin that asks is not the one that the source allows: compare it with the source's settings",
  ],
])("%s", async (_, input, method, query, headers, status, detail) => {
  const source = await newSource(me, input);
  expect((await sendTo(door, source.path + query, { method, headers })).status).toBe(status);
  expect(await receivedBy(me, source)).toMatchObject([{ verdict: "rejected", reason: "misconfigured", detail }]);
});

test("what is answered as the provider wants leaves no trace", async () => {
  const source = await newSource(me, meta);
  expect(await sendTo(door, `${source.path}${asked}verify-me`, { method: "GET" })).toMatchObject({ status: 200, text: "1158201444" });
  expect(await receivedBy(me, source)).toEqual([]);
});

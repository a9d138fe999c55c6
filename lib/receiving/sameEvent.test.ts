/** Which requests are one event, with the rules that a source has by itself: no event is lost to its likeness with another. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { databaseNowMs } from "../db/clock.ts";
import { closeListener } from "../db/listen.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Client, clientOf, type Door, newSource, openDoor, receivedBy, sendTo } from "../testing/sources.ts";
import { type ProviderKind, describeRequest } from "../webhooks/verification.ts";
import { type TestEvent, alike } from "../webhooks/verification/testEvents.ts";
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
  await closeListener();
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

// PayPal's signature needs its certificate, which no test fetches.
const reachable = kinds.filter((kind) => kind !== "paypal");

test.each(reachable)("%s: two events that look alike are both taken, and one sent twice is one", async (kind) => {
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

test("paypal: two events that look alike have names of their own", () => {
  for (const { first, other } of alike.paypal) {
    const [one, two] = [first, other].map((event) =>
      describeRequest("paypal", received(signed("paypal", event, "https://x.example/in/1", 1_800_000_000_000))),
    );
    expect(one?.identity?.key).not.toBe(two?.identity?.key);
    expect([one?.identity?.text, two?.identity?.text]).toEqual(["WH-1", "WH-2"]);
  }
});

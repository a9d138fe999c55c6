/** Bodies that come slowly are kept until they are whole: nobody may fill the memory of all with them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey } from "../testing/furnish.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const api = createApi();
const json = { "content-type": "application/json" };

async function newSender() {
  const key = withKey((await newTenant()).apiKey);
  const made = await api.request("/api/v1/app", { method: "POST", headers: { ...json, ...key }, body: `{"name":"Café"}` });
  const path = `/api/v1/app/${((await made.json()) as { id: string }).id}/msg`;
  const send = async (body: string | ReadableStream) =>
    api.request(path, { method: "POST", headers: { ...json, ...key }, body, duplex: "half" } as RequestInit);
  return { key, send };
}

const message = (text: string): string => JSON.stringify({ eventType: "a.b", payload: { text } });

/** A body whose last byte comes when it is let. */
function slowBody(text: string, released: Promise<void>): ReadableStream {
  return new ReadableStream({
    start: async (controller) => {
      controller.enqueue(Buffer.from(text.slice(0, -1)));
      await released;
      controller.enqueue(Buffer.from(text.slice(-1)));
      controller.close();
    },
  });
}

test("slow senders of one environment are refused once it has its part, and others are not; what has ended is room again", async () => {
  const [flooding, other] = [await newSender(), await newSender()];
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const text = message("x".repeat(900_000));
  const sent = Array.from({ length: 90 }, () => flooding.send(slowBody(text, released)));
  expect((await other.send(message("small"))).status).toBe(202);
  const refused = await flooding.send(message("x".repeat(900_000)));
  // Svix's SDKs try again after that, and not after 429.
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
  release();
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([202, 503]));
  expect((await flooding.send(message("x".repeat(900_000)))).status).toBe(202);
});

test.each(["/inbox/nobody", "/in/nobody", "/in/nobody/more"])("at %s, where nobody is, nothing is read", async (path) => {
  let reads = 0;
  const body = new ReadableStream({ pull: () => void reads++ }, { highWaterMark: 0 });
  const { status } = await api.request(path, { method: "POST", body, duplex: "half" } as RequestInit);
  expect([status, reads]).toEqual([404, 0]);
});

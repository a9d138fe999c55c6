/** What a list holds is bounded by its bytes too: a page of the largest payloads would be hundreds of megabytes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { idTimeMs, newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey } from "../testing/furnish.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

const payloadBytes = 1_000_000;
const count = 10;
/** What a page may have, and what stands around it. */
const mostBytes = 4 * 1024 * 1024 + payloadBytes;

let database: TestDatabase;
let key: Record<string, string>;
let applicationId: string;
let endpointId: string;
let pollerId: string;
/** In the order in which they were sent. */
const ids: string[] = [];

const api = createApi();

async function call(method: string, path: string, body?: unknown): Promise<{ bytes: number; told: unknown }> {
  const init = { method, headers: { "content-type": "application/json", ...key } };
  const response = await api.request(`/api/v1${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  const text = await response.text();
  expect(response.status).toBeLessThan(300);
  return { bytes: text.length, told: JSON.parse(text) };
}

beforeAll(async () => {
  database = await testDatabase();
  key = withKey((await newTenant()).apiKey);
  const make = async (path: string, body: unknown) => ((await call("POST", path, body)).told as { id: string }).id;
  applicationId = await make("/app", { name: "Café" });
  endpointId = await make(`/app/${applicationId}/endpoint`, { url: "http://127.0.0.1:1/" });
  pollerId = await make(`/app/${applicationId}/destination`, { type: "pollingEndpoint", batchSize: 250 });
  const payload = { text: "x".repeat(payloadBytes) };
  for (let i = 0; i < count; i++) ids.push(await make(`/app/${applicationId}/msg`, { eventType: "large", payload }));
  ids.push(await make(`/app/${applicationId}/msg`, { eventType: "small", payload: {} }));
  for (const id of ids)
    await database.pool.query(
      `insert into attempt ("id", "createdAt", "messageId", "endpointId", "attemptNumber", "eventType", "url", "durationMs", "responseStatusCode")
       select $1, "createdAt", "id", $2, 1, "eventType", 'http://127.0.0.1:1/', 1, 200 from message where "id" = $3`,
      [newId("attempt", idTimeMs("message", id) ?? 0), endpointId, id],
    );
});
afterAll(() => database.close());

type Page = { data: { id?: string; msgId?: string }[]; iterator: string; prevIterator?: string; done: boolean };

async function read(path: string): Promise<{ bytes: number; told: Page }> {
  const { bytes, told } = await call("GET", path);
  return { bytes, told: told as Page };
}

/** All ids that the pages have, from the first on, and how large the largest page was. */
async function walk(path: string): Promise<{ found: string[]; pages: number; largest: number; last: Page }> {
  const found: string[] = [];
  let [pages, largest, iterator] = [0, 0, ""];
  for (;;) {
    const { bytes, told } = await read(`${path}${path.includes("?") ? "&" : "?"}limit=250${iterator}`);
    found.push(...told.data.map(({ id = "", msgId = id }) => msgId));
    pages++;
    largest = Math.max(largest, bytes);
    if (told.done) return { found, pages, largest, last: told };
    iterator = `&iterator=${encodeURIComponent(told.iterator)}`;
  }
}

test.each([
  ["an application's messages", () => `/app/${applicationId}/msg`],
  ["an endpoint's messages", () => `/app/${applicationId}/endpoint/${endpointId}/msg`],
  ["an endpoint's attempts with their messages", () => `/app/${applicationId}/attempt/endpoint/${endpointId}?with_msg=true`],
])("%s come in several pages, none larger than a few payloads, and none is left out", async (_name, path) => {
  const { found, pages, largest } = await walk(path());
  expect(found).toEqual(ids.toReversed());
  expect(pages).toBeGreaterThan(2);
  expect(largest).toBeLessThan(mostBytes);
});

test("a page before another has what lies next to it", async () => {
  const { last } = await walk(`/app/${applicationId}/msg`);
  const { bytes, told } = await read(`/app/${applicationId}/msg?limit=250&iterator=${last.prevIterator}`);
  expect(bytes).toBeLessThan(mostBytes);
  expect(told.done).toBe(false);
  const end = ids.toReversed().findIndex((id) => id === last.data[0]?.id);
  expect(told.data.map(({ id }) => id)).toEqual(ids.toReversed().slice(end - told.data.length, end));
});

test("without payloads all come at once", async () => {
  for (const path of [`/app/${applicationId}/msg`, `/app/${applicationId}/endpoint/${endpointId}/msg`])
    expect((await walk(`${path}?with_content=false`)).pages).toBe(1);
});

test("a polling endpoint is given no more at a time either", async () => {
  const { found, pages, largest } = await walk(`/app/${applicationId}/poller/${pollerId}?iterator=`);
  expect(found).toEqual(ids);
  expect(pages).toBeGreaterThan(2);
  expect(largest).toBeLessThan(mostBytes);
});

test("so do event types with their schemas", async () => {
  const names = Array.from({ length: 20 }, (_, i) => `large.n${String(i).padStart(2, "0")}`);
  const schema = { type: "object", description: "x".repeat(250_000) };
  for (const name of names) await call("POST", "/event-type", { name, description: "", schemas: { 1: schema } });
  const found: string[] = [];
  let [pages, iterator] = [0, ""];
  for (let done = false; !done; pages++) {
    const { bytes, told } = await call("GET", `/event-type?limit=250&with_content=true${iterator}`);
    const page = told as { data: { name: string }[]; iterator: string; done: boolean };
    expect(bytes).toBeLessThan(mostBytes);
    found.push(...page.data.map(({ name }) => name));
    iterator = `&iterator=${page.iterator}`;
    done = page.done;
  }
  expect([found, pages]).toEqual([names, 2]);
});

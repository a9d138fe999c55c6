/** What takes the event loop for long, however few bytes it came in, is done one at a time: others are answered in between. */
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey } from "../testing/furnish.ts";
import { parsedMeanwhile } from "../testing/parsedMeanwhile.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const api = createApi();
const json = { "content-type": "application/json" };

type Made = { id: string; url: string };

async function newCaller() {
  const key = withKey((await newTenant()).apiKey);
  const make = async (path: string, body: object) =>
    (await (await api.request(path, { method: "POST", headers: { ...json, ...key }, body: JSON.stringify(body) })).json()) as Made;
  return { key, make };
}

const lists = `[${"[],".repeat(300_000)}[]]`;

type Send = () => Response | Promise<Response>;

async function toSource(coding: string, body: Buffer<ArrayBuffer>): Promise<Send> {
  const { make } = await newCaller();
  const { pathname } = new URL((await make("/api/v1/source", { name: "Payments", provider: "none" })).url, "http://localhost");
  const headers = { ...json, "content-encoding": coding };
  return () => api.request(pathname, { method: "POST", headers, body });
}

async function toApplication(coding: string, body: Buffer<ArrayBuffer>): Promise<Send> {
  const { key, make } = await newCaller();
  const { id } = await make("/api/v1/app", { name: "Café" });
  const headers = { ...json, ...key, "content-encoding": coding };
  // An answer with the content would be parsed by whoever holds it against its document.
  return () => api.request(`/api/v1/app/${id}/msg?with_content=false`, { method: "POST", headers, body });
}

/** How many long texts were parsed, at most, in one round of the event loop, in which nobody else is answered, while so many are sent. */
async function parsedInOneRound(count: number, send: Send): Promise<number> {
  let statuses: number[] = [];
  const { inOneRound } = await parsedMeanwhile(lists.length / 2, async () => {
    statuses = await Promise.all(Array.from({ length: count }, async () => (await send()).status));
  });
  expect(new Set(statuses.map((status) => Math.floor(status / 100)))).toEqual(new Set([2]));
  return inOneRound;
}

const message = `{"eventType":"a.b","payload":{"lists":${lists}}}`;

test.each([
  ["at a source", () => toSource("br", brotliCompressSync(lists))],
  ["for an application", () => toApplication("gzip", gzipSync(message))],
  ["for an application, not packed", () => toApplication("identity", Buffer.from(message))],
])("many bodies that take long, %s, are looked into one at a time", { timeout: 60_000 }, async (_, sender) => {
  const send = await sender();
  const one = await parsedInOneRound(1, send);
  expect(one).toBeGreaterThan(0);
  expect(await parsedInOneRound(16, send)).toBe(one);
});

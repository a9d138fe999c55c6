/** Payloads are listed unpacked: a kilobyte that a source has taken may be a megabyte there. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey } from "../testing/furnish.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

const count = 40;
const mostBytes = 18 * 1024 * 1024;

let database: TestDatabase;
let key: Record<string, string>;
let applicationId: string;
let pollerId: string;
let statuses: number[];
const api = createApi();

beforeAll(async () => {
  database = await testDatabase();
  key = withKey((await newTenant()).apiKey);
  const make = async (path: string, body: unknown) => {
    const init = { method: "POST", headers: { "content-type": "application/json", ...key }, body: JSON.stringify(body) };
    return (await (await api.request(`/api/v1${path}`, init)).json()) as { id: string; url: string };
  };
  applicationId = (await make("/app", { name: "Café" })).id;
  pollerId = (await make(`/app/${applicationId}/destination`, { type: "pollingEndpoint", batchSize: 250 })).id;
  const { url } = await make("/source", { name: "Payments", provider: "none", applicationId });
  const body = gzipSync(JSON.stringify({ text: "x".repeat(1_000_000) }));
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  const { pathname } = new URL(url, "http://localhost");
  const sent = Array.from({ length: count }, async () => (await api.request(pathname, { method: "POST", headers, body })).status);
  statuses = await Promise.all(sent);
});
afterAll(() => database.close());

type Page = { data: { id: string; payload: { text?: string } }[]; iterator: string; prevIterator: string; done: boolean };

async function read(path: string): Promise<Page> {
  const text = await (await api.request(`/api/v1/app/${applicationId}${path}`, { headers: key })).text();
  expect(text.length).toBeLessThan(mostBytes);
  return JSON.parse(text) as Page;
}

const idsOf = ({ data }: Page): string[] => data.map(({ id }) => id);

test("a list of them comes in several pages, forth and back, and none is left out or shown otherwise", async () => {
  expect(new Set(statuses)).toEqual(new Set([200]));
  const pages: Page[] = [];
  for (let iterator = "", isDone = false; !isDone; iterator = `&iterator=${pages.at(-1)?.iterator}`) {
    const page = await read(`/msg?limit=250${iterator}`);
    expect(page.data.map(({ payload }) => payload.text?.length)).toEqual(page.data.map(() => 1_000_000));
    pages.push(page);
    isDone = page.done;
  }
  const ids = pages.flatMap(idsOf);
  expect([pages.length > 2, new Set(ids).size]).toEqual([true, count]);
  expect(ids).toEqual(idsOf(await read("/msg?limit=250&with_content=false")));
  const before = await read(`/msg?limit=250&iterator=${pages.at(-1)?.prevIterator}`);
  const known = ids.slice(0, ids.indexOf(idsOf(pages.at(-1) as Page)[0] ?? ""));
  expect(idsOf(before)).toEqual(known.slice(-before.data.length));
  expect([before.data.length > 1, before.done]).toEqual([true, false]);
});

test("a polling endpoint gives them in several pages too", async () => {
  const ids: string[] = [];
  let pages = 0;
  for (let iterator = "", isDone = false; !isDone; pages++) {
    const page = await read(`/poller/${pollerId}?limit=250${iterator}`);
    ids.push(...idsOf(page));
    iterator = `&iterator=${page.iterator}`;
    isDone = page.done;
  }
  expect([pages > 2, ids.length, new Set(ids).size]).toEqual([true, count, count]);
});

/** Destinations are of two kinds, in two tables, and one list. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../../api/app.ts";
import { ask as askApi } from "../../testing/ask.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { type Tenant, newTenant } from "../../testing/tenant.ts";

let database: TestDatabase;
let tenant: Tenant;
const api = createApi();

beforeAll(async () => {
  database = await testDatabase();
  tenant = await newTenant();
});
afterAll(() => database.close());

type Page = { data: { uid: string }[]; iterator: string; prevIterator: string; done: boolean };

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const { status, json } = await askApi(api, { authorization: `Bearer ${tenant.apiKey}` }, method, path, body);
  expect(status).toBeLessThan(300);
  return json as T;
}

const names = ["fifo-1", "fifo-2", "fifo-3", "poller-1", "poller-2", "poller-3"];

async function furnish(uid: string): Promise<void> {
  await ask("POST", "/app", { name: "Café", uid });
  for (const name of names) {
    const one = name.startsWith("fifo") ? { type: "fifoEndpoint", config: { url: "http://127.0.0.1:9/" } } : { type: "pollingEndpoint" };
    await ask("POST", `/app/${uid}/destination`, { ...one, uid: name });
  }
}

/** All pages of a list, as uids, from its beginning. */
async function pages(path: string): Promise<string[][]> {
  const found: string[][] = [];
  let page: Page = { data: [], iterator: "", prevIterator: "", done: false };
  while (!page.done) {
    page = await ask<Page>("GET", `${path}&iterator=${page.iterator}`);
    found.push(page.data.map(({ uid }) => uid));
  }
  return found;
}

test.each([1, 2, 3, 4, 6])("pages of %i lead through both kinds, in either order", async (limit) => {
  await furnish(`both-${limit}`);
  for (const order of ["ascending", "descending"]) {
    const found = await pages(`/app/both-${limit}/destination?limit=${limit}&order=${order}`);
    expect(found.flat()).toEqual(order === "ascending" ? names : names.toReversed());
    expect(found).not.toContainEqual([]);
  }
});

test("pages of one kind have nothing of the other, and none is empty because the other goes on", async () => {
  await furnish("one");
  for (const [type, prefix] of Object.entries({ pollingEndpoint: "poller", fifoEndpoint: "fifo" })) {
    const expected = names.filter((name) => name.startsWith(prefix)).toReversed();
    // As many as a page holds, with the other kind before or behind.
    expect(await pages(`/app/one/destination?limit=3&type=${type}`)).toEqual([expected]);
    expect((await pages(`/app/one/destination?limit=2&type=${type}`)).flat()).toEqual(expected);
  }
});

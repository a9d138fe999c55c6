/** What holds for every operation, whoever asks: answers that are nobody else's, and doors that other sites' pages don't open. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations } from "../contract/operations.ts";
import { closeListener } from "../db/listen.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { fill, furnish, type Furnished, validBodies, withKey } from "../testing/furnish.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
const api = createApi();
let tenant: Furnished;

beforeAll(async () => {
  database = await testDatabase();
  tenant = await furnish(api);
});
afterAll(async () => {
  await closeListener();
  await database.close();
});

const each = operations.map((operation) => [operation.operationId, operation] as const);
const writing = operations.filter(({ access, method }) => access === "public" && method !== "get");

async function ask(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Response> {
  const response = await api.request(path, { method: method.toUpperCase(), headers, ...(body === undefined ? {} : { body }) });
  await response.body?.cancel();
  return response;
}

describe("no answer is guessed at or kept", () => {
  test.each(each)("%s", async (_, { method, path }) => {
    const filled = fill(path, tenant.ids);
    const answers = [
      await ask(method, filled, {}),
      ...(method === "get" ? [await ask(method, filled, withKey(tenant.apiKey))] : []),
      await ask("propfind", filled, {}),
    ];
    for (const { headers, status } of answers)
      expect([status, headers.get("x-content-type-options"), headers.get("cache-control")?.includes("no-store")]).toEqual([
        status,
        "nosniff",
        true,
      ]);
  });

  test("nor one that no operation gave", async () => {
    for (const path of ["/api/v1/none", "/ingest/api/v1/none", "/api/v1/%zz"])
      expect((await ask("get", path, {})).headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("what is for everyone takes nothing from another site's page, and no body that is not said to be JSON", () => {
  const json = { "content-type": "application/json", host: "webster.test" };

  test("there are such operations", () => {
    expect(writing.map(({ operationId }) => operationId)).toContain("v1.portal.open");
  });

  test.each(writing.map((operation) => [operation.operationId, operation] as const))("%s", async (id, { method, path }) => {
    const body = JSON.stringify(validBodies[id] ?? {});
    const statusOf = async (headers: Record<string, string>) => (await ask(method, path, headers, body)).status;
    const refused = [
      { ...json, "sec-fetch-site": "cross-site", origin: "https://evil.example" },
      { ...json, "sec-fetch-site": "same-site" },
      { ...json, origin: "https://evil.example" },
      { ...json, origin: "null" },
      { ...json, "content-type": "text/plain", "sec-fetch-site": "cross-site" },
      { ...json, "content-type": "text/plain" },
      { ...json, "content-type": "application/x-www-form-urlencoded" },
    ];
    for (const headers of refused) {
      const response = await api.request(path, { method: method.toUpperCase(), headers, body });
      expect(response.status).toBe(403);
      expect(response.headers.get("set-cookie")).toBeNull();
      expect(((await response.json()) as { detail: string }).detail).toMatch(/own pages|application\/json/);
    }
    const detailOf = async (headers: Record<string, string>) =>
      (await api.request(path, { method: method.toUpperCase(), headers, body })).text();
    for (const headers of [json, { ...json, "sec-fetch-site": "same-origin" }, { ...json, origin: "http://webster.test" }]) {
      expect(await detailOf(headers)).not.toMatch(/own pages|application\/json/);
      expect(await statusOf(headers)).not.toBe(415);
    }
  });
});

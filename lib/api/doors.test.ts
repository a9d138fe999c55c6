/** What holds for every operation, whoever asks: answers that are nobody else's, and doors that other sites' pages don't open. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forgetAllAccess } from "../auth/apiKeys.ts";
import { operations } from "../contract/operations.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { fill, furnish, type Furnished, validBodies, withKey } from "../testing/furnish.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
const api = createApi();
let tenant: Furnished;

beforeAll(async () => {
  database = await testDatabase();
  tenant = await furnish(api);
  await database.pool.query(`update api_key set permission = 'manage' where id = $1`, [tenant.actor.id]);
  await forgetAllAccess();
});
afterAll(() => database.close());

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

  test.each(writing.map((operation) => [operation.operationId, operation] as const))(
    "%s reads no more than 16 KiB",
    async (_, { method, path }) => {
      const body = JSON.stringify({ token: "x".repeat(16_384) });
      expect((await ask(method, path, json, body)).status).toBe(413);
      const stream = new ReadableStream<Uint8Array>({ pull: (c) => c.enqueue(new Uint8Array(65_536)) });
      const endless = new Request(`http://webster.test${path}`, {
        method: method.toUpperCase(),
        headers: json,
        body: stream,
        duplex: "half",
      } as RequestInit);
      expect((await api.request(endless)).status).toBe(413);
    },
  );

  test("and only so many at the same time are read", async () => {
    const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
    const open = async () => {
      const body = new ReadableStream<Uint8Array>({ start: (c) => void streams.push(c) });
      return api.request(
        new Request("http://webster.test/api/v1/portal/exchange", { method: "POST", headers: json, body, duplex: "half" } as RequestInit),
      );
    };
    const held = Array.from({ length: 256 }, open);
    await expect.poll(async () => (await ask("post", "/api/v1/portal/exchange", json, "{}")).status).toBe(503);
    expect((await ask("get", "/api/v1/app", withKey(tenant.apiKey))).status).toBe(200);
    for (const stream of streams) stream.close();
    await Promise.all(held);
    expect((await ask("post", "/api/v1/portal/exchange", json, "{}")).status).toBe(422);
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

test("a portal token reads nothing of an application's metadata", async () => {
  await database.pool.query(`update application set metadata = '{"plan":"secret-of-the-sender"}' where id = $1`, [tenant.ids["app_id"]]);
  const made = await api.request(`/api/v1/auth/app-portal-access/${tenant.ids["app_id"]}`, {
    method: "POST",
    headers: withKey(tenant.apiKey),
  });
  const { token } = (await made.json()) as { token: string };
  for (const { method, path, operationId } of operations.filter(({ method }) => method === "get")) {
    const response = await api.request(fill(path, tenant.ids), { method: method.toUpperCase(), headers: withKey(token) });
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    const text = isStream ? "" : await response.text();
    if (isStream) await response.body?.cancel();
    expect([operationId, text.includes("secret-of-the-sender")]).toEqual([operationId, false]);
  }
  const own = await api.request(`/api/v1/app/${tenant.ids["app_id"]}`, { headers: withKey(tenant.apiKey) });
  expect(await own.text()).toContain("secret-of-the-sender");
});

describe("a field that is called __proto__ is refused, and not dropped", () => {
  /** The body with the field in each of its objects, one at a time. */
  function* withProto(value: unknown): Generator<string> {
    if (typeof value !== "object" || value === null) return;
    if (!Array.isArray(value))
      yield `{"__proto__":{"a":"b"}${Object.entries(value)
        .map(([name, inner]) => `,${JSON.stringify(name)}:${JSON.stringify(inner)}`)
        .join("")}}`;
    for (const [name, inner] of Object.entries(value))
      for (const text of withProto(inner)) {
        const mark = "\u2603";
        const whole = JSON.stringify(
          Array.isArray(value) ? value.map((one: unknown, n) => (String(n) === name ? mark : one)) : { ...value, [name]: mark },
        );
        yield whole.replace(JSON.stringify(mark), () => text);
      }
  }

  const withBody = operations.filter(
    ({ body, access }) => body !== undefined && access !== "portal" && access !== "user" && access !== "member",
  );
  test.each(withBody.map((operation) => [operation.operationId, operation] as const))("%s", async (id, { method, path }) => {
    const given = (validBodies[id] ?? {}) as Record<string, unknown>;
    const bodies = [given, ...("metadata" in given ? [] : [{ ...given, metadata: {} }])];
    for (const body of bodies.flatMap((one) => [...withProto(one)])) {
      // What is in a payload is nobody's business, and delivered as it stands.
      if (/"payload":\{[^}]*__proto__/.test(body)) continue;
      const response = await api.request(fill(path, tenant.ids), {
        method: method.toUpperCase(),
        headers: { ...withKey(tenant.apiKey), "content-type": "application/json" },
        body,
      });
      expect([body, response.status]).toEqual([body, 422]);
    }
  });
});

test("exports are in the audit log", async () => {
  const exported = async (method: string, path: string) => {
    const response = await api.request(`/api/v1${path}`, { method, headers: withKey(tenant.apiKey) });
    await response.text();
    expect(response.status).toBe(200);
  };
  await exported("GET", "/delivery/export?format=ndjson");
  await exported("GET", "/stats/usage/export");
  await exported("POST", "/environment/export");
  const { rows } = await database.pool.query<{ action: string }>(
    `select action from audit_entry where "actorId" = $1 and action like '%xported' order by id desc limit 3`,
    [tenant.actor.id],
  );
  expect(rows.map(({ action }) => action)).toEqual(["environment.exported", "environment.usageExported", "delivery.exported"]);
  // Each operation that answers a file, or is called an export, is one of them.
  const files = operations.filter(
    ({ operationId, responses }) =>
      /export/.test(operationId) || Object.values(responses).some((one) => /csv/.test((one as { contentType?: string }).contentType ?? "")),
  );
  expect(files.map(({ operationId }) => operationId).toSorted()).toEqual([
    "v1.delivery.export",
    "v1.environment.export",
    "v1.statistics.export-usage",
  ]);
});

/** Pages of other origins: what they may ask with a token, and that a cookie never helps them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations } from "../contract/operations.ts";
import { prisma } from "../db/client.ts";
import { env, setEnv } from "../env.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey, withSession } from "../testing/furnish.ts";
import { newMember } from "../testing/session.ts";
import { type Tenant, newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

const api = createApi();
const origin = { origin: "https://shop.example", "sec-fetch-site": "cross-site" };
let database: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  database = await testDatabase();
  tenant = await newTenant();
});
afterAll(() => database.close());

async function call(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const init = { method, headers: { ...origin, "content-type": "application/json", ...headers } };
  const response = await api.request(path, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  await response.arrayBuffer();
  expect(response.headers.has("access-control-allow-credentials")).toBe(false);
  return { status: response.status, allowed: response.headers.get("access-control-allow-origin"), headers: response.headers };
}

const preflight = (method: string, path: string, headers = "authorization,svix-req-id") =>
  call("OPTIONS", path, { "access-control-request-method": method, "access-control-request-headers": headers });

describe("with a token", () => {
  const requests: [string, string, number, object?][] = [
    ["GET", "/api/v1/app", 200],
    ["GET", "/ingest/api/v1/source", 200],
    ["POST", "/api/v1/app", 201, { name: "A" }],
    ["POST", "/api/v1/app", 422, {}],
    ["GET", "/api/v1/app?limit=none", 422],
    ["GET", "/api/v1/app/nowhere", 404],
    ["GET", "/api/v1/nothing/here", 404],
    ["GET", "/ingest/api/v1/nothing", 404],
    ["GET", "/api/v1/stream", 404],
    ["DELETE", "/api/v1/app", 405],
    ["GET", "/api/v1/member", 403],
    ["GET", "/api/v1/health", 204],
    ["GET", "/api/v1/openapi.json", 200],
  ];
  test.each(requests)("%s %s answers %i to any origin", async (method, path, status, body) => {
    expect(await call(method, path, withKey(tenant.apiKey), body)).toMatchObject({ status, allowed: "*" });
  });

  test("refusals for want of one can be read too", async () => {
    expect(await call("GET", "/api/v1/app", {})).toMatchObject({ status: 401, allowed: "*" });
    expect(await call("GET", "/api/v1/app", withKey("wk_nobody"))).toMatchObject({ status: 401, allowed: "*" });
    expect(await call("GET", "/api/v1/stream", {})).toMatchObject({ status: 401, allowed: "*" });
  });

  test("429 and 503 too", async () => {
    const { apiKey } = await newTenant();
    const usual = env();
    setEnv({ ...usual, rateLimitPerSecond: 1 });
    try {
      const answers = await Promise.all(Array.from({ length: 5 }, () => call("GET", "/api/v1/app", withKey(apiKey))));
      expect(answers.filter(({ status }) => status === 429)).not.toHaveLength(0);
      expect(new Set(answers.map(({ allowed }) => allowed))).toEqual(new Set(["*"]));
    } finally {
      setEnv(usual);
    }
    await database.takeAway();
    try {
      expect(await call("GET", "/api/v1/app", withKey(tenant.apiKey))).toMatchObject({ status: 503, allowed: "*" });
    } finally {
      await database.giveBack();
    }
  });
});

describe("a preflight", () => {
  test("is answered to anybody, mirrors what was asked for, and holds for ten minutes", async () => {
    for (const path of ["/api/v1/app", "/api/v1/app/a/msg", "/ingest/api/v1/source", "/api/v1/nothing"]) {
      const { status, allowed, headers } = await preflight("POST", path, "authorization, svix-req-id,idempotency-key, X-Other");
      expect([path, status, allowed]).toEqual([path, 204, "*"]);
      expect(headers.get("access-control-allow-headers")).toBe("authorization, svix-req-id, idempotency-key, X-Other");
      expect(headers.get("access-control-allow-methods")?.split(", ")).toEqual(expect.arrayContaining(["POST", "PATCH", "DELETE"]));
      expect(headers.get("access-control-max-age")).toBe("600");
    }
  });

  test("does not count, and nobody is looked up for it", async () => {
    const { apiKey } = await newTenant();
    const usual = env();
    setEnv({ ...usual, rateLimitPerSecond: 1 });
    try {
      for (let count = 0; count < 20; count++) await preflight("GET", "/api/v1/app");
      expect(await call("GET", "/api/v1/app", withKey(apiKey))).toMatchObject({ status: 200 });
    } finally {
      setEnv(usual);
    }
  });

  test("passes nothing on that is no header's name, nor what says which of our cookies is meant", async () => {
    const { headers } = await preflight("GET", "/api/v1/app", "authorization, webster-portal, Webster-Environment, b@d, ");
    expect(headers.get("access-control-allow-headers")).toBe("authorization");
  });

  test("an OPTIONS that asks for nothing is no preflight", async () => {
    expect(await call("OPTIONS", "/api/v1/app", {})).toMatchObject({ status: 405 });
  });
});

describe("with a cookie", () => {
  test("a page of another origin reads nothing and changes nothing", async () => {
    const member = withSession(await newMember(tenant.organizationId, "owner"), tenant.environmentId);
    expect((await call("GET", "/api/v1/api-key", { ...member, ...origin })).allowed).toBeNull();
    expect(await call("POST", "/api/v1/app", { ...member, ...origin }, { name: "Foreign" })).toMatchObject({ status: 403, allowed: null });
    expect(await prisma().application.count({ where: { name: "Foreign" } })).toBe(0);
    // Nor do refusals say anything, or a token beside the cookie.
    expect((await call("GET", "/api/v1/nothing", { cookie: "a=b" })).allowed).toBeNull();
    expect((await call("GET", "/api/v1/app", { ...withKey(tenant.apiKey), cookie: "a=b" })).allowed).toBeNull();
  });
});

test("signing in and up and into the portal is for our own pages", async () => {
  const own = operations.filter(({ access, method }) => access === "public" && method !== "get");
  expect(own.map(({ path }) => path)).toContain("/api/v1/portal/session");
  for (const { path, method } of own) {
    const address = path.replaceAll(/\{\w+\}/g, "x");
    const asked = await preflight(method.toUpperCase(), address, "content-type");
    expect([address, asked.status, asked.allowed]).toEqual([address, 204, null]);
    expect([address, (await call(method.toUpperCase(), address, {}, {})).allowed]).toEqual([address, null]);
  }
});

test("sources and inboxes share nothing", async () => {
  expect((await call("POST", "/in/unknown", {}, {})).allowed).toBeNull();
  expect((await call("POST", "/inbox/unknown", {}, {})).allowed).toBeNull();
});

import type { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forgetAccess } from "../auth/apiKeys.ts";
import { newId } from "../ids.ts";
import { env } from "../env.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { cookieOf, newMember, newUser } from "../testing/session.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let api: Hono;
beforeAll(async () => {
  database = await testDatabase();
  api = createApi();
});
afterAll(() => database.close());

const ownPage = { "sec-fetch-site": "same-origin" };
type Call = { method?: string; headers?: Record<string, string>; body?: object | string };

async function call(path: string, { method = "GET", headers = {}, body }: Call = {}) {
  const response = await api.request(`http://webster.test/api/v1${path}`, {
    method,
    headers: { host: "webster.test", ...(typeof body === "object" ? { "content-type": "application/json" } : {}), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: (text === "" ? null : JSON.parse(text)) as Record<string, unknown> | null };
}

describe("a member's session", () => {
  test("says who is signed in and where they are a member", async () => {
    const { organizationId, environmentId } = await newTenant("Acme");
    await newTenant("Others");
    const { userId, email, cookie } = await newMember(organizationId, "member", "Ada");
    expect(await call("/session", { headers: { cookie } })).toEqual({
      status: 200,
      json: {
        user: { id: userId, email, name: "Ada" },
        retrySchedule: env().retryScheduleSeconds,
        secondFactorShown: false,
        organizations: [
          {
            id: organizationId,
            name: "Acme",
            role: "member",
            secondFactorRequired: false,
            environments: [{ id: environmentId, name: "Production", operationalOfId: null }],
          },
        ],
      },
    });
    const stranger = await newUser();
    expect((await call("/session", { headers: { cookie: stranger.cookie } })).json).toMatchObject({ organizations: [] });
  });

  test("reaches the environment it names, and no one else's", async () => {
    const own = await newTenant();
    const others = await newTenant();
    const { cookie } = await newMember(own.organizationId, "viewer");
    const at = (environment: string) => call("/app", { headers: { cookie, "webster-environment": environment } });
    expect((await at(own.environmentId)).status).toBe(200);
    expect((await call(`/app?environment=${own.environmentId}`, { headers: { cookie } })).status).toBe(200);
    for (const environment of [others.environmentId, newId("environment"), "x", own.organizationId])
      expect([environment, (await at(environment)).status]).toEqual([environment, 404]);
    expect((await call("/app", { headers: { cookie } })).status).toBe(400);
  });

  test("ends with the session version, with the membership, and without its cookie", async () => {
    const { organizationId, environmentId } = await newTenant();
    const { userId, cookie } = await newMember(organizationId, "member");
    const headers = { cookie, "webster-environment": environmentId };
    expect((await call("/app", { headers })).status).toBe(200);
    expect((await call("/app", { headers: { "webster-environment": environmentId } })).status).toBe(401);
    expect((await call("/app", { headers: { ...headers, cookie: `${cookie}x` } })).status).toBe(401);
    await database.pool.query(`update "user" set "sessionVersion" = 2 where id = $1`, [userId]);
    await forgetAccess(userId);
    expect((await call("/app", { headers })).status).toBe(401);
    expect((await call("/session", { headers })).status).toBe(401);
    const anew = { ...headers, cookie: await cookieOf(userId, 2) };
    expect((await call("/app", { headers: anew })).status).toBe(200);
    await database.pool.query(`delete from member where "userId" = $1`, [userId]);
    await forgetAccess(userId);
    expect((await call("/app", { headers: anew })).status).toBe(404);
    expect((await call("/session", { headers: anew })).status).toBe(200);
  });

  test("changes things only from our own pages, as JSON", async () => {
    const { organizationId, environmentId, apiKey } = await newTenant();
    const { cookie } = await newMember(organizationId, "member");
    const session = { cookie, "webster-environment": environmentId };
    const create = (headers: Record<string, string>, body: object | string = { name: "A" }) =>
      call("/app", { method: "POST", headers: { ...session, ...headers }, body });
    const status = async (headers: Record<string, string>, body?: object | string) => (await create(headers, body)).status;
    expect(await status(ownPage)).toBe(201);
    expect(await status({ origin: "http://webster.test" })).toBe(201);
    expect(await status({})).toBe(403);
    for (const site of ["cross-site", "same-site", "none"])
      expect(await status({ "sec-fetch-site": site, origin: "http://webster.test" })).toBe(403);
    for (const origin of ["https://evil.test", "null", "http://webster.test.evil.test", "http://webster.test:81"])
      expect([origin, await status({ origin })]).toEqual([origin, 403]);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
      expect([type, await status({ ...ownPage, "content-type": type }, JSON.stringify({ name: "A" }))]).toEqual([type, 403]);
    expect((await call("/app/none", { method: "DELETE", headers: session })).status).toBe(403);
    expect((await call("/app/none", { method: "DELETE", headers: { ...session, ...ownPage } })).status).toBe(404);
    // A key is no cookie: no browser sends it along.
    expect(await status({ authorization: `Bearer ${apiKey}`, origin: "https://evil.test" })).toBe(201);
  });

  test("a viewer reads, a member changes, an admin sees secrets", async () => {
    const { organizationId, environmentId, apiKey } = await newTenant();
    const asKey = { authorization: `Bearer ${apiKey}` };
    await call("/app", { method: "POST", headers: asKey, body: { name: "A", uid: "a" } });
    const url = "https://example.com/hook";
    const endpoint = await call("/app/a/endpoint", { method: "POST", headers: asKey, body: { url } });
    const secret = `/app/a/endpoint/${String(endpoint.json?.["id"])}/secret`;
    for (const [role, reads, changes, reveals] of [
      ["viewer", 200, 403, 403],
      ["member", 200, 201, 403],
      ["admin", 200, 201, 200],
      ["owner", 200, 201, 200],
    ] as const) {
      const { cookie } = await newMember(organizationId, role);
      const headers = { cookie, "webster-environment": environmentId, ...ownPage };
      expect([role, (await call("/app", { headers })).status]).toEqual([role, reads]);
      expect([role, (await call("/app", { method: "POST", headers, body: { name: role } })).status]).toEqual([role, changes]);
      expect([role, (await call(secret, { headers })).status]).toEqual([role, reveals]);
    }
  });

  test("a key is no member", async () => {
    const { apiKey } = await newTenant();
    expect((await call("/session", { headers: { authorization: `Bearer ${apiKey}` } })).status).toBe(403);
    expect((await call("/session", { headers: { authorization: `Bearer ${apiKey}x` } })).status).toBe(401);
  });
});

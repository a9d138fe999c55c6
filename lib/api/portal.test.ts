import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { frameOriginsFor, frameOriginsOf } from "../auth/portalFrames.ts";
import { env, setEnv } from "../env.ts";
import { newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey, withSession } from "../testing/furnish.ts";
import { newMember } from "../testing/session.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const api = createApi();
const json = { "content-type": "application/json" };

async function call(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const init = { method, headers: { ...json, host: "localhost", ...headers } };
  const response = await api.request(`/api/v1${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: (text === "" ? null : JSON.parse(text)) as Record<string, unknown> };
}

/** Two applications of one environment, each with an endpoint and a delivery. */
async function neighbours() {
  const { apiKey, environmentId, organizationId } = await newTenant();
  const key = withKey(apiKey);
  const make = async (name: string) => {
    const applicationId = String((await call("POST", "/app", key, { name })).json["id"]);
    const endpoint = (await call("POST", `/app/${applicationId}/endpoint`, key, { url: "http://127.0.0.1:9/" })).json;
    const endpointId = String(endpoint["id"]);
    const messageId = String((await call("POST", `/app/${applicationId}/msg`, key, { eventType: "t", payload: {} })).json["id"]);
    return { applicationId, endpointId, messageId };
  };
  return { key, organizationId, environmentId, own: await make("Own"), other: await make("Other") };
}

async function enter(key: Record<string, string>, applicationId: string, access: object = {}) {
  const { json: made } = await call("POST", `/auth/app-portal-access/${applicationId}`, key, access);
  const code = new URLSearchParams(new URL(String(made["url"])).hash.slice(1)).get("key") ?? "";
  const opened = await call("POST", "/portal/session", {}, { code });
  const setCookie = opened.headers.get("set-cookie") ?? "";
  return { code, opened, setCookie, cookie: setCookie.split(";")[0] ?? "" };
}

const page = (cookie: string) => ({ cookie, "webster-portal": "1", "sec-fetch-site": "same-origin" });

describe("a portal link", () => {
  test("becomes a cookie that no script reads, and holds no more than its application", async () => {
    const { key, own } = await neighbours();
    const { opened, setCookie, cookie } = await enter(key, own.applicationId);
    expect(opened.status).toBe(204);
    expect(setCookie).toMatch(/^webster-portal=wp_[\w-]+; Path=\/; Expires=[^;]+ GMT; HttpOnly; SameSite=Lax$/);
    expect((await call("GET", "/portal/session", page(cookie))).json).toMatchObject({
      application: { id: own.applicationId, name: "Own" },
      mayChange: true,
      mayResend: true,
      mayManageSecrets: true,
    });
    expect((await call("GET", "/portal/session", key)).status).toBe(403);
    expect((await call("POST", "/auth/logout", page(cookie))).status).toBe(204);
    expect((await call("GET", "/portal/session", page(cookie))).status).toBe(401);
  });

  test("is not what a page means that was made for another application, whose portal was open in the browser before", async () => {
    const { key, own, other } = await neighbours();
    const { cookie } = await enter(key, other.applicationId);
    const madeFor = (applicationId: string) => ({ ...page(cookie), "webster-portal": applicationId });
    const asked: [string, string, object?][] = [
      ["GET", "/delivery"],
      ["GET", "/portal/session"],
      ["POST", "/delivery/bulk-resend", { status: "failed" }],
      ["POST", "/auth/logout", {}],
    ];
    for (const [method, path, body] of asked)
      expect([path, await call(method, path, madeFor(own.applicationId), body)]).toMatchObject([
        path,
        { status: 403, json: { detail: expect.stringContaining("open this one again by its own link") as unknown } },
      ]);
    const { json: log } = await call("GET", "/delivery", madeFor(other.applicationId));
    expect(log["data"]).toMatchObject([{ messageId: other.messageId }]);
  });

  test("is wanted of a member too, whose session is none of the portal's", async () => {
    const { organizationId, environmentId } = await neighbours();
    const { cookie } = await newMember(organizationId, "owner");
    for (const path of ["/portal/session", "/delivery"]) {
      expect((await call("GET", path, page(cookie))).status).toBe(401);
      expect((await call("GET", path, { ...page(cookie), "webster-environment": environmentId })).status).toBe(401);
    }
  });

  test("works again until it expires, each time with a session of its own", async () => {
    const { key, own } = await neighbours();
    const { code, cookie } = await enter(key, own.applicationId);
    const again = await call("POST", "/portal/session", {}, { code });
    const second = again.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect([again.status, second === cookie]).toEqual([204, false]);
    expect((await call("POST", "/auth/logout", page(cookie))).status).toBe(204);
    expect((await call("GET", "/portal/session", page(second))).status).toBe(200);
    await call("POST", `/auth/app/${own.applicationId}/expire-all`, key, {});
    expect((await call("POST", "/portal/session", {}, { code })).status).toBe(401);
    expect((await call("GET", "/portal/session", page(second))).status).toBe(401);
  });

  test("works once where the environment is set so, for links that were made before too", async () => {
    const { key, own } = await neighbours();
    const { code } = await enter(key, own.applicationId);
    expect((await call("PATCH", "/environment/settings", key, { singleUsePortalLinks: true })).json).toMatchObject({
      singleUsePortalLinks: true,
    });
    expect((await call("POST", "/portal/session", {}, { code })).status).toBe(401);
    const next = await enter(key, own.applicationId);
    expect([next.opened.status, (await call("POST", "/portal/exchange", {}, { code: next.code })).status]).toEqual([204, 401]);
  });

  test("says whose pages may frame it, and only origins can be set", async () => {
    const { key, own, environmentId } = await neighbours();
    const url = async () => String((await call("POST", `/auth/app-portal-access/${own.applicationId}`, key, {})).json["url"]);
    expect(await url()).toMatch(/\/portal#key=wl_/);
    const portalOrigins = ["https://app.example.com", "http://localhost:3000"];
    expect((await call("PATCH", "/environment/settings", key, { portalOrigins })).json).toMatchObject({ portalOrigins });
    expect(await url()).toContain(`/portal?environment=${environmentId}#key=wl_`);
    for (const wrong of [
      "https://app.example.com/",
      "app.example.com",
      "https://a b",
      "https://a;script-src",
      "https://*.a.com",
      "javascript:x",
    ]) {
      const { status, json: answer } = await call("PATCH", "/environment/settings", key, { portalOrigins: [wrong] });
      expect([wrong, status, (answer["detail"] as { loc: string[] }[])[0]?.loc]).toEqual([wrong, 422, ["body", "portalOrigins", "[0]"]]);
    }
    const { cookie } = await enter(key, own.applicationId);
    expect(await frameOriginsFor(`a=b; ${cookie}`)).toEqual(portalOrigins);
    expect(await frameOriginsOf(environmentId)).toEqual(portalOrigins);
    expect([
      await frameOriginsFor(""),
      await frameOriginsFor("webster-portal=wp_x"),
      await frameOriginsOf("x"),
      await frameOriginsOf(null),
    ]).toEqual([[], [], [], []]);
  });

  test("over HTTPS the cookie is of this host alone, and in the operator's frames it is sent there", async () => {
    const { key, own } = await neighbours();
    const usual = env();
    try {
      setEnv({ ...usual, publicUrl: "https://webhooks.example.com" });
      expect((await enter(key, own.applicationId)).setCookie).toMatch(/^__Host-webster-portal=wp_.*; HttpOnly; SameSite=Lax; Secure$/);
      setEnv({ ...env(), portalOrigins: ["https://app.example.com"] });
      expect((await enter(key, own.applicationId)).setCookie).toMatch(/; HttpOnly; SameSite=None; Partitioned; Secure$/);
      setEnv({ ...env(), portalOrigins: [] });
      await call("PATCH", "/environment/settings", key, { portalOrigins: ["https://app.example.com"] });
      expect((await enter(key, own.applicationId)).setCookie).toMatch(/; HttpOnly; SameSite=None; Partitioned; Secure$/);
    } finally {
      setEnv(usual);
    }
  });
});

describe("the portal's cookie", () => {
  test("counts only from the portal's own pages", async () => {
    const { key, own, organizationId, environmentId } = await neighbours();
    const { cookie } = await enter(key, own.applicationId);
    const rename = (headers: Record<string, string>) =>
      call("PATCH", `/app/${own.applicationId}/endpoint/${own.endpointId}`, headers, { description: "New" });
    expect((await rename({ cookie, "sec-fetch-site": "same-origin" })).status).toBe(401);
    expect((await rename({ ...page(cookie), "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await rename({ ...page(cookie), "content-type": "text/plain" })).status).toBe(403);
    expect((await rename(page(cookie))).status).toBe(200);
    // Beside a member's session in the same browser each page has its own.
    const member = withSession(await newMember(organizationId, "owner"), environmentId);
    const both = `${member["cookie"]}; ${cookie}`;
    expect((await call("GET", "/api-key", { ...member, cookie: both })).status).toBe(200);
    expect((await call("GET", "/api-key", { ...page(both) })).status).toBe(403);
    expect((await call("POST", `/auth/app-portal-access/${own.applicationId}`, page(both), {})).status).toBe(403);
  });

  test("shows the log, the endpoints and the figures of its application, and nothing of the one beside it", async () => {
    const { key, own, other } = await neighbours();
    const { cookie } = await enter(key, own.applicationId);
    const ask = (method: string, path: string, body?: unknown) => call(method, path, page(cookie), body);
    const ids = ({ json: { data } }: Awaited<ReturnType<typeof ask>>, name: string) =>
      (data as Record<string, unknown>[]).map((row) => row[name]);
    expect(ids(await ask("GET", "/delivery"), "messageId")).toEqual([own.messageId]);
    expect(ids(await ask("GET", "/endpoint"), "id")).toEqual([own.endpointId]);
    expect((await ask("GET", "/delivery/count")).json).toEqual({ count: 1, capped: false });
    expect(ids(await ask("GET", `/delivery?message_id=${other.messageId}`), "messageId")).toEqual([]);
    expect((await ask("POST", "/delivery/bulk-resend", { filter: {}, dryRun: true })).json).toEqual({ count: 1, capped: false });
    expect((await ask("GET", `/delivery/${own.messageId}/${own.endpointId}`)).status).toBe(200);
    expect((await ask("GET", `/app/${own.applicationId}/stats/latency`)).status).toBe(200);
    expect(
      (await ask("POST", `/app/${own.applicationId}/endpoint/${own.endpointId}/send-test`, { eventType: "t", payload: {} })).status,
    ).toBe(202);
    expect(ids(await ask("GET", `/endpoint?application_id=${other.applicationId}`), "id")).toEqual([]);
    for (const [method, path] of [
      ["GET", `/delivery?application_id=${other.applicationId}`],
      ["GET", `/delivery?endpoint_id=${other.endpointId}`],
      ["GET", `/delivery/${other.messageId}/${other.endpointId}`],
      ["POST", `/delivery/${other.messageId}/${other.endpointId}/resend`],
      ["POST", `/delivery/${other.messageId}/${other.endpointId}/cancel`],
      ["GET", `/app/${other.applicationId}/stats/latency`],
      ["GET", `/app/${own.applicationId}/endpoint/${other.endpointId}/stats/latency`],
      ["GET", `/app/${own.applicationId}/endpoint/${newId("endpoint")}`],
    ] as const)
      expect([path, (await ask(method, path, method === "POST" ? {} : undefined)).status]).toEqual([path, 404]);
    const test404 = await ask("POST", `/app/${own.applicationId}/endpoint/${other.endpointId}/send-test`, { eventType: "t", payload: {} });
    expect(test404.status).toBe(404);
  });
});

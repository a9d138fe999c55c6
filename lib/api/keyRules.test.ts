/** Where API keys may be used from, how long they last, and whether they make others. */
import { serve } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { env, setEnv } from "../env.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newMember, type TestUser } from "../testing/session.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let server: ReturnType<typeof serve>;
let origin: string;
let tenant: Tenant;
let owner: TestUser;
let trustedProxies: number;

beforeAll(async () => {
  database = await testDatabase();
  ({ trustedProxies } = env());
  setEnv({ ...env(), trustedProxies: 1 });
  const api = createApi();
  await new Promise<void>((resolve) => {
    server = serve({ fetch: (request, bindings) => api.fetch(request, bindings), port: 0, hostname: "127.0.0.1" }, () => resolve());
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  setEnv({ ...env(), trustedProxies });
  await new Promise((resolve) => server.close(resolve));
  await database.close();
});
beforeEach(async () => {
  tenant = await newTenant("Acme");
  owner = await newMember(tenant.organizationId, "owner");
});

type Answer = { status: number; json: Record<string, unknown> & { key?: string; id?: string } };

async function call(as: TestUser | string, method: string, path: string, body?: object, from?: string): Promise<Answer> {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    ...(from === undefined ? {} : { "x-forwarded-for": from }),
  };
  if (typeof as === "string") headers["authorization"] = `Bearer ${as}`;
  else Object.assign(headers, { cookie: as.cookie, "webster-environment": tenant.environmentId, "sec-fetch-site": "same-origin" });
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? {} : (JSON.parse(text) as Answer["json"]) };
}

const newKey = async (more: object) => (await call(owner, "POST", "/api-key", { name: "K", ...more })).json;
const settings = (as: TestUser | string, change: object) => call(as, "PATCH", "/environment/settings", change);

describe("networks", () => {
  test.each([
    ["203.0.113.0/24", ["203.0.113.9", "::ffff:203.0.113.9"], ["203.0.114.9", "2001:db8::1", "198.51.100.1"]],
    ["198.51.100.7", ["198.51.100.7"], ["198.51.100.8"]],
    ["2001:db8:1::/48", ["2001:db8:1:2::3"], ["2001:db8:2::3", "203.0.113.9"]],
  ])("a key for %s works from there alone", async (network, inside, outside) => {
    const { key = "" } = await newKey({ allowedNetworks: [network] });
    const statusFrom = async (ip: string) => (await call(key, "GET", "/auth/whoami", undefined, ip)).status;
    for (const ip of inside) expect([ip, await statusFrom(ip)]).toEqual([ip, 200]);
    for (const ip of outside) expect([ip, await statusFrom(ip)]).toEqual([ip, 403]);
  });

  test("an address that is not known is none of them", async () => {
    const { key = "" } = await newKey({ allowedNetworks: ["203.0.113.0/24"] });
    const answer = await createApi().request("/api/v1/auth/whoami", {
      headers: { authorization: `Bearer ${key}`, "x-forwarded-for": "203.0.113.9" },
    });
    expect(answer.status).toBe(403);
  });

  test("a key gives no more than it has; a member changes it at once", async () => {
    const from = "203.0.113.9";
    const { key = "", id } = await newKey({ permission: "manage", allowedNetworks: ["203.0.113.0/24"] });
    const make = (allowedNetworks?: string[]) => call(key, "POST", "/api-key", { name: "K", allowedNetworks }, from);
    expect((await make()).json["allowedNetworks"]).toEqual(["203.0.113.0/24"]);
    expect((await make(["203.0.113.128/25"])).status).toBe(201);
    for (const wider of [["203.0.112.0/23"], ["0.0.0.0/0"], ["203.0.113.1", "::/0"]]) expect((await make(wider)).status).toBe(422);
    expect((await call(key, "PATCH", `/api-key/${id}`, { allowedNetworks: ["0.0.0.0/0"] }, from)).status).toBe(422);
    expect((await call(key, "PATCH", `/api-key/${id}`, { allowedNetworks: [] }, from)).json["allowedNetworks"]).toEqual(["203.0.113.0/24"]);
    expect((await call(key, "GET", "/auth/whoami", undefined, "192.0.2.1")).status).toBe(403);
    expect((await call(owner, "PATCH", `/api-key/${id}`, { allowedNetworks: [] })).status).toBe(200);
    expect((await call(key, "GET", "/auth/whoami", undefined, "192.0.2.1")).status).toBe(200);
  });

  test.each(["203.0.113.0/33", "203.0.113", "example.com", "2001:db8::/129", "1.2.3.4/", "0x7f.0.0.1", "", "::1/x"])(
    "%j is none: 422",
    async (network) => {
      expect((await call(owner, "POST", "/api-key", { name: "K", allowedNetworks: [network] })).status).toBe(422);
    },
  );
});

describe("an end", () => {
  test("is what the environment asks for, for whoever makes the key", async () => {
    expect((await settings(owner, { maximumKeyDays: 30 })).json).toMatchObject({ maximumKeyDays: 30 });
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const daysOf = ({ expiresAt }: Record<string, unknown>) => Math.round((Date.parse(String(expiresAt)) - Date.now()) / 86_400_000);
    expect(daysOf(await newKey({}))).toBe(30);
    expect(daysOf(await newKey({ expiresAt: inDays(7) }))).toBe(7);
    expect((await call(owner, "POST", "/api-key", { name: "K", expiresAt: inDays(31) })).status).toBe(422);
    await database.pool.query(`update api_key set permission = 'manage' where id = $1`, [tenant.actor.id]);
    const made = await call(tenant.apiKey, "POST", `/management/authentication/${tenant.environmentId}/api-token`, { name: "T" });
    expect(daysOf(made.json)).toBe(30);
  });
});

describe("keys that make keys", () => {
  test("only where members let them, but for those that may manage", async () => {
    const mint = async (permission: string) =>
      (await call((await newKey({ permission })).key ?? "", "POST", "/api-key", { name: "K", permission: "read" })).status;
    expect((await settings(owner, { keysMayMakeKeys: false })).status).toBe(200);
    expect([await mint("write"), await mint("manage")]).toEqual([403, 201]);
    expect((await settings(owner, { keysMayMakeKeys: true })).status).toBe(200);
    expect([await mint("read"), await mint("write"), await mint("manage")]).toEqual([403, 201, 201]);
  });

  test("a new environment lets none", async () => {
    const { id } = (await call(owner, "POST", "/environment", { name: "Staging" })).json;
    const { rows } = await database.pool.query(`select "keysMayMakeKeys", "maximumKeyDays" from environment where id = $1`, [id]);
    expect(rows).toEqual([{ keysMayMakeKeys: false, maximumKeyDays: 0 }]);
  });

  test("what is about keys no key changes, by no way", async () => {
    await settings(owner, { keysMayMakeKeys: false, maximumKeyDays: 10 });
    const { key = "" } = await newKey({ permission: "manage" });
    for (const change of [{ keysMayMakeKeys: true }, { maximumKeyDays: 0 }]) {
      expect((await settings(key, change)).status).toBe(403);
      const dry = await call(key, "POST", "/environment/import?dry_run=true", { settings: change });
      expect(dry.json["settings"]).toEqual({ changed: [], ignored: Object.keys(change) });
      expect((await call(key, "POST", "/environment/import", { settings: change })).status).toBe(204);
    }
    expect((await call(key, "GET", "/environment/settings")).json).toMatchObject({ keysMayMakeKeys: false, maximumKeyDays: 10 });
    expect((await call(key, "POST", "/environment/import", { settings: { keysMayMakeKeys: false, svixHeaders: false } })).status).toBe(204);
  });
});

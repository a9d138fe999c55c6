/**
 * The management API as terraform-provider-svix 0.3.5 asks it: the bodies are those that its source sends. Beside it, what
 * keys may give each other.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations } from "../contract/operations.ts";
import { nounsOf, scopeNouns } from "../words/keyScope.ts";
import { newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey, withSession } from "../testing/furnish.ts";
import { newMember } from "../testing/session.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
const api = createApi();

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

type Answer = { status: number; body: Record<string, unknown> };

async function ask(headers: Record<string, string>, method: string, path: string, body?: unknown): Promise<Answer> {
  const init = { method, headers: { "content-type": "application/json", ...headers } };
  const response = await api.request(`/api/v1${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

const as =
  (key: string) =>
  (method: string, path: string, body?: unknown): Promise<Answer> =>
    ask(withKey(key), method, path, body);

/** A tenant whose key may manage. */
async function manager(): Promise<Tenant> {
  const tenant = await newTenant();
  await database.pool.query(`update api_key set permission = 'manage' where id = $1`, [tenant.actor.id]);
  return tenant;
}

const audited = async ({ organizationId }: Tenant) => {
  const { rows } = await database.pool.query<{ action: string; targetId: string; environmentId: string | null; actorId: string }>(
    `select action, "targetId", "environmentId", "actorId" from audit_entry where "organizationId" = $1 order by id`,
    [organizationId],
  );
  return rows;
};

const tokensOf = (environmentId: string): string => `/management/authentication/${environmentId}/api-token`;

describe("environments", () => {
  test("are created, read twice alike, renamed and deleted, and each change is in the audit log", async () => {
    const tenant = await manager();
    const call = as(tenant.apiKey);
    const made = await call("POST", "/management/environment", { name: "Staging env", type: "development" });
    expect(made.status).toBe(201);
    const { id } = made.body;
    expect(made.body).toEqual({
      id,
      name: "Staging env",
      type: "development",
      region: "self-hosted",
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    const path = `/management/environment/${String(id)}`;
    expect((await call("GET", path)).body).toEqual(made.body);
    expect((await call("GET", path)).body).toEqual(made.body);
    const renamed = await call("PUT", path, { name: "Renamed" });
    expect(renamed.body).toMatchObject({ id, name: "Renamed", type: "development", createdAt: made.body["createdAt"] });
    expect((await call("GET", path)).body).toEqual(renamed.body);
    expect((await call("GET", "/management/environment")).body["data"]).toContainEqual(renamed.body);
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).status).toBe(404);
    expect((await audited(tenant)).map(({ action, targetId, actorId }) => [action, targetId, actorId])).toEqual(
      ["environment.created", "environment.updated", "environment.deleted"].map((action) => [action, id, tenant.actor.id]),
    );
  });

  test("the one of the key that asks stays", async () => {
    const { apiKey, environmentId } = await manager();
    await as(apiKey)("POST", "/management/environment", { name: "Other", type: "production" });
    expect((await as(apiKey)("DELETE", `/management/environment/${environmentId}`)).status).toBe(409);
  });

  test.each([
    ["name", { type: "production" }],
    ["type", { name: "A" }],
    ["type", { name: "A", type: "test" }],
    ["name", { name: " A", type: "production" }],
  ])("a fault of %s is named", async (field, input) => {
    const { status, body } = await as((await manager()).apiKey)("POST", "/management/environment", input);
    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining(`"${field}"`)]);
  });
});

describe("KEY|ENVIRONMENT_ID", () => {
  test("the key's own environment, and with a key that manages every one of its organization", async () => {
    const tenant = await manager();
    const other = await as(tenant.apiKey)("POST", "/management/environment", { name: "Other", type: "production" });
    const there = as(`${tenant.apiKey}|${String(other.body["id"])}`);
    expect((await there("POST", "/event-type", { name: "only.there", description: "" })).status).toBe(201);
    expect((await there("GET", "/auth/whoami")).body).toMatchObject({ envId: other.body["id"] });
    expect((await as(`${tenant.apiKey}|${tenant.environmentId}`)("GET", "/event-type")).body["data"]).toEqual([]);
    expect((await as(tenant.apiKey)("GET", "/event-type")).body["data"]).toEqual([]);
    expect((await audited(tenant)).at(-1)).toMatchObject({ action: "eventType.created", environmentId: other.body["id"] });
  });

  test("no other, whether there is one or not", async () => {
    const [tenant, stranger] = [await manager(), await newTenant()];
    for (const environmentId of [stranger.environmentId, newId("environment")]) {
      expect((await as(`${tenant.apiKey}|${environmentId}`)("GET", "/app")).status).toBe(401);
      expect((await as(`${stranger.apiKey}|${newId("environment")}`)("GET", "/app")).status).toBe(403);
    }
    expect((await as(`${stranger.apiKey}|${stranger.environmentId}`)("GET", "/app")).status).toBe(200);
    expect((await as(`${stranger.apiKey}|nonsense`)("GET", "/app")).status).toBe(401);
  });

  test("nor that of operational webhooks, nor one that has been deleted, nor with a key that has been revoked", async () => {
    const tenant = await manager();
    const call = as(tenant.apiKey);
    await call("POST", "/operational-webhook/endpoint", { url: "http://127.0.0.1:9/" });
    const { rows } = await database.pool.query<{ id: string }>(`select id from environment where "operationalOfId" = $1`, [
      tenant.environmentId,
    ]);
    expect((await as(`${tenant.apiKey}|${rows[0]?.id}`)("GET", "/app")).status).toBe(401);
    const other = await call("POST", "/management/environment", { name: "Other", type: "production" });
    const there = as(`${tenant.apiKey}|${String(other.body["id"])}`);
    expect((await there("GET", "/app")).status).toBe(200);
    await call("DELETE", `/management/environment/${String(other.body["id"])}`);
    expect((await there("GET", "/app")).status).toBe(401);
    const again = await call("POST", "/management/environment", { name: "Again", type: "production" });
    const beyond = as(`${tenant.apiKey}|${String(again.body["id"])}`);
    expect((await beyond("GET", "/app")).status).toBe(200);
    await call("DELETE", `/api-key/${tenant.actor.id}`);
    expect((await beyond("GET", "/app")).status).toBe(401);
  });
});

describe("API tokens", () => {
  test("are created, changed and expired; the text is shown once", async () => {
    const tenant = await manager();
    const environment = await as(tenant.apiKey)("POST", "/management/environment", { name: "Other", type: "production" });
    const id = String(environment.body["id"]);
    const call = as(`${tenant.apiKey}|${id}`);
    const made = await call("POST", tokensOf(id), { name: "Environment token", scopes: ["application:Read"] });
    const { token, ...shown } = made.body;
    expect([made.status, shown]).toEqual([
      200,
      { id: expect.any(String), name: "Environment token", scopes: ["application:Read"], createdAt: expect.any(String), expiresAt: null },
    ]);
    const own = as(String(token));
    expect((await own("GET", "/app")).status).toBe(200);
    expect((await own("POST", "/app", { name: "A" })).status).toBe(403);
    expect((await own("GET", "/event-type")).status).toBe(403);
    const path = `${tokensOf(id)}/${String(shown["id"])}`;
    const scopes = ["application:Write", "EventType:read"];
    const changed = await call("PATCH", path, { name: "Renamed", scopes });
    expect(changed.body).toEqual({ ...shown, name: "Renamed", scopes, censoredToken: `${String(token).slice(0, 8)}…` });
    expect((await own("POST", "/app", { name: "A" })).status).toBe(201);
    expect((await own("GET", "/event-type")).status).toBe(200);
    expect((await own("POST", "/event-type", { name: "a.b", description: "" })).status).toBe(403);
    const listed = await call("GET", tokensOf(id));
    expect(listed.body["data"]).toEqual([changed.body]);
    expect(JSON.stringify([changed, listed])).not.toContain(token);
    const whole = await call("PATCH", path, { name: "Renamed", scopes: null });
    expect(whole.body).toMatchObject({ scopes: null });
    expect((await own("POST", "/event-type", { name: "a.b", description: "" })).status).toBe(201);
    expect((await call("POST", `${path}/expire`, { expiry: 0 })).status).toBe(204);
    expect((await own("GET", "/app")).status).toBe(401);
    expect((await call("POST", `${path}/expire`, { expiry: 0 })).status).toBe(204);
    const told = (await audited(tenant)).filter(({ targetId }) => targetId === shown["id"]);
    expect(told.map(({ action }) => action)).toEqual(["apiKey.created", "apiKey.updated", "apiKey.updated", "apiKey.revoked"]);
    expect(new Set(told.map(({ environmentId }) => environmentId))).toEqual(new Set([id]));
  });

  test("expiring brings an end forward and never puts it off", async () => {
    const { apiKey, environmentId } = await manager();
    const call = as(apiKey);
    const { body } = await call("POST", tokensOf(environmentId), { name: "K" });
    const path = `${tokensOf(environmentId)}/${String(body["id"])}`;
    const endOf = async (): Promise<number> => {
      const { data } = (await call("GET", tokensOf(environmentId))).body as { data: { id: string; expiresAt: string }[] };
      return Date.parse(data.find(({ id }) => id === body["id"])?.expiresAt ?? "");
    };
    await call("POST", `${path}/expire`, { expiry: 3600 });
    const end = await endOf();
    expect(Math.abs(end - Date.now() - 3_600_000)).toBeLessThan(60_000);
    expect((await call("POST", `${path}/expire`, { expiry: 7200 })).status).toBe(204);
    expect(await endOf()).toBe(end);
  });

  test.each([[[]], [["anything"]], [["api-key:Write"]], [["management:Write"]], [["application:Delete"]], [["write", "application:Read"]]])(
    "scopes that can't be held to are refused: %j",
    async (scopes) => {
      const { apiKey, environmentId } = await manager();
      const { status, body } = await as(apiKey)("POST", tokensOf(environmentId), { name: "K", scopes });
      expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('"scopes"')]);
    },
  );

  test("every noun of a scope is one of the API's", () => {
    const nouns = new Set(operations.flatMap(({ operationId }) => nounsOf(operationId)));
    expect(scopeNouns.filter((noun) => !nouns.has(noun))).toEqual([]);
  });
});

describe("no key gives more than it has", () => {
  const give = (apiKey: string, input: object) => as(apiKey)("POST", "/api-key", { name: "K", ...input });

  test("one that writes makes none that manages, and changes and ends none", async () => {
    const { apiKey, environmentId, organizationId } = await newTenant();
    const owner = withSession(await newMember(organizationId, "owner"), environmentId);
    const made = await ask(owner, "POST", "/api-key", { name: "Terraform", permission: "manage" });
    expect([made.status, made.body["permission"]]).toEqual([201, "manage"]);
    expect((await give(apiKey, { permission: "manage" })).status).toBe(403);
    expect((await as(apiKey)("PATCH", `/api-key/${String(made.body["id"])}`, { name: "Mine" })).status).toBe(403);
    expect((await as(apiKey)("DELETE", `/api-key/${String(made.body["id"])}`)).status).toBe(403);
    expect((await as(apiKey)("POST", tokensOf(environmentId), { name: "K", scopes: ["manage"] })).status).toBe(403);
    expect((await give(apiKey, { permission: "write" })).status).toBe(201);
    expect((await as(String(made.body["key"]))("POST", tokensOf(environmentId), { name: "K", scopes: ["manage"] })).status).toBe(200);
  });

  test("an admin of the organization may, a member not", async () => {
    const { organizationId, environmentId } = await newTenant();
    const sessionOf = async (role: "admin" | "member") => withSession(await newMember(organizationId, role), environmentId);
    const input = { name: "K", scopes: ["manage"] };
    expect((await ask(await sessionOf("admin"), "POST", tokensOf(environmentId), input)).status).toBe(200);
    expect((await ask(await sessionOf("member"), "POST", tokensOf(environmentId), input)).status).toBe(403);
  });

  test("one with an end makes none that lasts longer", async () => {
    const { apiKey, actor, environmentId } = await manager();
    const end = new Date(Date.now() + 3_600_000);
    await database.pool.query(`update api_key set "expiresAt" = $2 where id = $1`, [actor.id, end]);
    const made = await as(apiKey)("POST", tokensOf(environmentId), { name: "K" });
    expect(made.body["expiresAt"]).toBe(end.toISOString());
    expect((await give(apiKey, {})).body["expiresAt"]).toBe(end.toISOString());
    const later = await give(apiKey, { expiresAt: new Date(end.getTime() + 1000).toISOString() });
    expect([later.status, JSON.stringify(later.body)]).toEqual([422, expect.stringContaining('"expiresAt"')]);
    const sooner = new Date(end.getTime() - 1000).toISOString();
    expect((await give(apiKey, { expiresAt: sooner })).body["expiresAt"]).toBe(sooner);
  });

  test("one that manages is for all applications", async () => {
    const { apiKey } = await manager();
    const application = await as(apiKey)("POST", "/app", { name: "A" });
    const { status } = await give(apiKey, { permission: "manage", applicationId: application.body["id"] });
    expect(status).toBe(422);
  });

  test("one of scopes gives none at all, whatever they are", async () => {
    const { apiKey, environmentId } = await manager();
    const scopes = scopeNouns.map((noun) => `${noun}:Write`);
    const { body } = await as(apiKey)("POST", tokensOf(environmentId), { name: "K", scopes });
    const own = as(String(body["token"]));
    expect((await own("GET", "/app")).status).toBe(200);
    expect((await own("POST", "/api-key", { name: "K" })).status).toBe(403);
    expect((await own("GET", "/management/environment-settings")).status).toBe(403);
    expect((await own("POST", tokensOf(environmentId), { name: "K" })).status).toBe(403);
  });
});

describe("settings", () => {
  const palette = { backgroundHover: "#EDF2F7", backgroundPrimary: "#F8F9FD", primary: "#3182CE", textPrimary: "#1A202C" };
  const sent = {
    colorPaletteLight: palette,
    customBaseFontSize: 16,
    customFontFamily: "Custom",
    customFontFamilyUrl: "https://fonts.gstatic.com/s/librebaskerville.woff2",
    customLogoUrl: "https://www.example.com/static/logo.png",
    customStringsOverride: { channelsHelp: "Help", channelsMany: "channels", channelsOne: "channel" },
    customThemeOverride: { borderRadius: { button: "full", card: "lg", input: "none" } },
    disableEndpointOnFailure: false,
    displayName: "My Company",
    enableChannels: false,
    enableOtlp: false,
    eventCatalogPublished: false,
    whitelabelHeaders: false,
    wipeSuccessfulPayload: false,
  };
  const path = "/management/environment-settings";

  test("what was set is answered, what is left out stays, null takes away", async () => {
    const tenant = await newTenant();
    const call = as(`${tenant.apiKey}|${tenant.environmentId}`);
    const set = await call("PATCH", path, sent);
    expect(set.body).toMatchObject(sent);
    expect((await call("GET", path)).body).toEqual(set.body);
    expect((await call("PATCH", path, sent)).body).toEqual(set.body);
    const changed = await call("PATCH", path, { displayName: "Other", customLogoUrl: null, colorPaletteLight: null });
    const { customLogoUrl: _, colorPaletteLight: __, ...rest } = set.body;
    expect(changed.body).toEqual({ ...rest, displayName: "Other" });
    const told = await audited(tenant);
    expect(told.map(({ action, environmentId }) => [action, environmentId])).toEqual(
      Array.from({ length: 2 }, () => ["environment.updated", tenant.environmentId]),
    );
  });

  test("whitelabelHeaders is Webster's svixHeaders, the other way round", async () => {
    const call = as((await newTenant()).apiKey);
    expect((await call("PATCH", path, { whitelabelHeaders: true })).body).toMatchObject({ whitelabelHeaders: true });
    expect((await call("GET", "/environment/settings")).body).toMatchObject({ svixHeaders: false });
    await call("PATCH", "/environment/settings", { svixHeaders: true });
    expect((await call("GET", path)).body).toMatchObject({ whitelabelHeaders: false });
  });

  test.each(["wipeSuccessfulPayload", "requireEndpointChannel", "readOnly", "enableOtlp"])(
    "%s is not promised, for Webster does not do it",
    async (name) => {
      const { status, body } = await as((await newTenant()).apiKey)("PATCH", path, { [name]: true });
      expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining(`"${name}"`)]);
    },
  );

  test("there is no export of traces", async () => {
    const { apiKey } = await newTenant();
    for (const method of ["GET", "PUT", "DELETE"])
      expect((await as(apiKey)(method, `${path}/customer-otel`)).body).toMatchObject({ code: "not_offered" });
    expect((await as("nobody")("GET", `${path}/customer-otel`)).status).toBe(401);
  });
});

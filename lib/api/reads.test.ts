/**
 * Every operation that is asked with GET, by everybody who may: nothing is changed by it, but for what its contract says
 * that it changes. What reveals a secret leaves an audit entry, and neither is there for a page of another site.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Operation } from "../contract/operation.ts";
import { operations } from "../contract/operations.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { fill, furnish, type Furnished, send, withKey, withSession } from "../testing/furnish.ts";
import { newMember } from "../testing/session.ts";
import { type TableDigests, tableDigests } from "../testing/tableDigests.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
const api = createApi();
let tenant: Furnished;
let owner: Record<string, string>;
let viewer: Record<string, string>;
let readingKey: Record<string, string>;
let lookingPortal: Record<string, string>;

beforeAll(async () => {
  database = await testDatabase();
  tenant = await furnish(api);
  owner = withSession(await newMember(tenant.organizationId, "owner"), tenant.environmentId);
  viewer = withSession(await newMember(tenant.organizationId, "viewer"), tenant.environmentId);
  const made = (await send(api, owner, "POST", "/api/v1/api-key", { name: "Reads", permission: "read" })) as { key?: string };
  readingKey = withKey(made.key ?? "");
  const access = { capabilities: ["ViewBase"] };
  const { token = "" } = await send(api, owner, "POST", `/api/v1/auth/app-portal-access/${tenant.ids["app_id"]}`, access);
  lookingPortal = withKey(token);
});
afterAll(() => database.close());

const reads: Operation[] = operations.filter(({ method, access }) => method === "get" && access !== "public");
const named = (found: Operation[]): [string, Operation][] => found.map((operation) => [operation.operationId, operation]);

describe("a GET changes nothing", () => {
  test.each(named(reads))("%s", async (_, operation) => {
    const path = fill(operation.path, tenant.ids);
    for (const headers of [owner, viewer, readingKey, lookingPortal]) {
      const before = await snapshot();
      const { status } = await send(api, headers, "GET", path);
      expect(status).toBeLessThan(500);
      const after = await snapshot();
      const audited = countOf(after, "audit_entry") - countOf(before, "audit_entry");
      expect(audited).toBe(["reveals", "exports"].includes(operation.effect ?? "") && status === 200 ? 1 : 0);
      if (operation.effect === "changes" && headers === owner) continue;
      const changed = Object.keys(after).filter((table) => table !== "audit_entry" && after[table] !== before[table]);
      expect(changed).toEqual([]);
    }
  });
});

describe("for a page of another site, a GET neither changes nor reveals", () => {
  const withEffect = reads.filter(({ effect }) => effect === "changes" || effect === "reveals");

  test("some do", () => {
    expect(withEffect.length).toBeGreaterThan(3);
  });

  test.each(named(withEffect))("%s", async (_, operation) => {
    const path = `${fill(operation.path, tenant.ids)}?environment=${tenant.environmentId}`;
    const cookie = owner["cookie"] ?? "";
    const before = await snapshot();
    for (const site of ["cross-site", "same-site", "none", undefined]) {
      const { status } = await send(api, { cookie, ...(site === undefined ? {} : { "sec-fetch-site": site }) }, "GET", path);
      expect([site, status]).toEqual([site, 403]);
    }
    expect(await snapshot()).toEqual(before);
    // Without TLS browsers don't say where a request comes from; a header of ours can't come from elsewhere.
    const { status } = await send(api, { cookie, "webster-environment": tenant.environmentId }, "GET", path);
    // What the tenant has none of is not there.
    expect([200, 404]).toContain(status);
  });
});

describe("acknowledging what was polled", () => {
  test("needs a right to write", async () => {
    const path = `/api/v1/app/${tenant.ids["app_id"]}/poller/${tenant.ids["sink_id"]}/consumer/one`;
    for (const headers of [viewer, readingKey, lookingPortal]) expect((await send(api, headers, "GET", path)).status).toBe(403);
    expect((await send(api, withKey(tenant.apiKey), "GET", path)).status).toBe(200);
    expect((await send(api, readingKey, "GET", path.replace("/consumer/one", ""))).status).toBe(200);
  });

  test("is all that a key for polling may do", async () => {
    const wanted = { name: "Polls", scopes: ["poller:Write"], applicationId: tenant.ids["app_id"] };
    const made = (await send(api, owner, "POST", "/api/v1/api-key", wanted)) as { key?: string; status: number };
    expect(made).toMatchObject({ status: 201, permission: "write", scopes: ["poller:Write"] });
    const key = withKey(made.key ?? "");
    const app = `/api/v1/app/${tenant.ids["app_id"]}`;
    const poller = `${app}/poller/${tenant.ids["sink_id"]}`;
    expect((await send(api, key, "GET", poller)).status).toBe(200);
    expect((await send(api, key, "GET", `${poller}/consumer/one`)).status).toBe(200);
    expect((await send(api, key, "POST", `${poller}/consumer/one/seek`, { after: new Date().toISOString() })).status).toBe(200);
    for (const path of ["", "/msg", "/endpoint", `/endpoint/${tenant.ids["endpoint_id"]}/secret`])
      expect([path, (await send(api, key, "GET", app + path)).status]).toEqual([path, 403]);
    expect((await send(api, key, "POST", `${app}/msg`, { eventType: "t", payload: {} })).status).toBe(403);
  });

  test("no caller makes so many consumers that others find no place", async () => {
    const fresh = await furnish(api);
    const path = (consumer: string) => `/api/v1/app/${fresh.ids["app_id"]}/poller/${fresh.ids["sink_id"]}/consumer/${consumer}`;
    const access = { capabilities: ["ViewBase", "ManageEndpoint"] };
    const { token = "" } = await send(api, withKey(fresh.apiKey), "POST", `/api/v1/auth/app-portal-access/${fresh.ids["app_id"]}`, access);
    const statuses: number[] = [];
    for (let i = 0; i < 26; i++) statuses.push((await send(api, withKey(token), "GET", path(`made-${i}`))).status);
    expect(statuses).toEqual([...Array.from({ length: 25 }, () => 200), 409]);
    expect((await send(api, withKey(token), "POST", `${path("sought")}/seek`, { after: new Date().toISOString() })).status).toBe(409);
    expect((await send(api, withKey(token), "GET", path("made-0"))).status).toBe(200);
    expect((await send(api, withKey(fresh.apiKey), "GET", path("mine"))).status).toBe(200);
  });
});

/** Without figures that are kept because they were asked for. */
const snapshot = (): Promise<TableDigests> => tableDigests(database.pool, { without: ["visit", "endpoint_day"] });

const countOf = (digests: TableDigests, table: string): number => Number(digests[table]?.split(" ")[0]);

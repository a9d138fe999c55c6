/** What reveals or replaces a thing asks for the same role and capability by whichever operation it is done. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { capabilityFor, leastRole } from "../contract/operation.ts";
import { operations } from "../contract/operations.ts";
import { closeListener } from "../db/listen.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { fill, furnish, type Furnished, send, withKey, withSession } from "../testing/furnish.ts";
import { newMember } from "../testing/session.ts";
import { createApi } from "./app.ts";

/** By thing: the operations that reveal or replace it, and nothing else. */
const things: Record<string, string[]> = {
  "an endpoint's signing secret": [
    "v1.endpoint.rotate-secret",
    "v1.endpoint.expire-secrets",
    "v1.destination.rotate-secret",
    "v1.autoconfig-subscription.rotate",
  ],
  "an endpoint's signing secret, looked at": ["v1.endpoint.get-secret"],
  "an endpoint's code": [
    "v1.endpoint.transformation-get",
    "v1.endpoint.patch-transformation",
    "v1.endpoint.list-transformation-versions",
    "v1.endpoint.roll-back-transformation",
    "v1.endpoint.test-transformation",
    "v1.endpoint.compare-transformation",
    "v1.destination.transformation-get",
    "v1.destination.patch-transformation",
    "v1.destination.test-transformation",
  ],
  "where an endpoint is and what it is sent": [
    "v1.endpoint.update",
    "v1.endpoint.patch",
    "v1.endpoint.update-headers",
    "v1.endpoint.patch-headers",
    "v1.endpoint.update-authentication",
    "v1.endpoint.delete-authentication",
    "v1.destination.update",
    "v1.destination.patch",
  ],
  "a source's code": [
    "v1.source.get-transformation",
    "v1.source.patch-transformation",
    "v1.source.list-transformation-versions",
    "v1.source.roll-back-transformation",
    "v1.source.test-transformation",
    "v1.source.compare-transformation",
  ],
  "a source's secrets and URL": [
    "v1.source.get-config",
    "v1.source.rotate-secret",
    "v1.source.rotate-token",
    "v1.source.expire-tokens",
    "v1.ingest.source.rotate-token",
  ],
  "the signing secret of an endpoint of a source": ["v1.ingest.endpoint.get-secret", "v1.ingest.endpoint.rotate-secret"],
  "endpoints of operational webhooks": [
    "v1.operational-webhook.endpoint.create",
    "v1.operational-webhook.endpoint.update",
    "v1.operational-webhook.endpoint.update-headers",
    "v1.operational-webhook.endpoint.delete",
    "v1.operational-webhook.endpoint.get-secret",
    "v1.operational-webhook.endpoint.rotate-secret",
  ],
  "an integration's key": [
    "v1.integration.create",
    "v1.integration.get-key",
    "v1.integration.rotate-key",
    "v1.integration.update",
    "v1.integration.delete",
  ],
  "API keys": ["v1.api-key.create", "v1.api-key.patch", "v1.api-key.revoke"],
  "what lets the people of an application in": [
    "v1.authentication.app-portal-access",
    "v1.authentication.dashboard-access",
    "v1.authentication.expire-all",
  ],
};

const operationOf = (id: string) => operations.find(({ operationId }) => operationId === id) ?? expect.fail(`No operation ${id}`);

test.each(Object.entries(things))("%s", (_, ids) => {
  const needed = new Set(
    ids.map(operationOf).map((operation) => {
      const portal = operation.access === "apiKeyOrPortal" ? capabilityFor(operation) : "none";
      return `${leastRole(operation)}, portal: ${portal}`;
    }),
  );
  expect([...needed]).toHaveLength(1);
});

test("whatever rotates or reveals is in the table", () => {
  const known = new Set(Object.values(things).flat());
  const doing = operations.filter(({ operationId, effect }) => effect === "reveals" || /rotate|expire-(secrets|tokens)/.test(operationId));
  expect(doing.map(({ operationId }) => operationId).filter((id) => !known.has(id))).toEqual([]);
});

describe("by another operation", () => {
  let database: TestDatabase;
  const api = createApi();
  let tenant: Furnished;
  let member: Record<string, string>;
  let admin: Record<string, string>;
  beforeAll(async () => {
    database = await testDatabase();
    tenant = await furnish(api);
    member = withSession(tenant.member, tenant.environmentId);
    admin = withSession(await newMember(tenant.organizationId, "admin"), tenant.environmentId);
  });
  afterAll(async () => {
    await closeListener();
    await database.close();
  });

  test("members change a source, but not what it verifies by", async () => {
    const path = fill("/api/v1/source/{source_id}", tenant.ids);
    const ingest = fill("/ingest/api/v1/source/{source_id}", tenant.ids);
    expect((await send(api, member, "PATCH", path, { name: "Renamed", provider: "bearer", settings: {} })).status).toBe(200);
    const verification = [{ secrets: ["another-bearer-token"] }, { provider: "none" }, { provider: "hmac", secrets: ["s".repeat(32)] }];
    for (const change of verification) expect([change, (await send(api, member, "PATCH", path, change)).status]).toEqual([change, 403]);
    const github = { name: "Renamed", type: "github", config: { secret: "a-secret-of-github" } };
    expect((await send(api, member, "PUT", ingest, github)).status).toBe(403);
    expect((await send(api, admin, "PATCH", path, verification[0])).status).toBe(200);
    expect((await send(api, admin, "PUT", ingest, github)).status).toBe(200);
  });

  test("members work with endpoints of operational webhooks, and don't set them up by the ordinary operations", async () => {
    const made = await send(api, admin, "POST", "/api/v1/operational-webhook/endpoint", { url: "http://127.0.0.1:9/" });
    expect(made.status).toBe(201);
    const { rows } = await database.pool.query<{ environmentId: string; applicationId: string }>(
      `select a."environmentId", e."applicationId" from endpoint e join application a on a.id = e."applicationId" where e.id = $1`,
      [made.id],
    );
    const { environmentId = "", applicationId = "" } = rows[0] ?? {};
    const there = (who: Record<string, string>) => ({ ...who, "webster-environment": environmentId });
    const endpoint = `/api/v1/app/${applicationId}/endpoint/${made.id}`;
    const changes: [string, string, unknown][] = [
      ["PATCH", endpoint, { url: "http://127.0.0.1:9/elsewhere" }],
      ["PUT", endpoint, { url: "http://127.0.0.1:9/elsewhere" }],
      ["PUT", `${endpoint}/headers`, { headers: { "X-A": "1" } }],
      ["PATCH", `${endpoint}/headers`, { headers: { "X-A": "1" } }],
      ["PUT", `${endpoint}/authentication`, { kind: "bearer", token: "t" }],
      ["DELETE", `${endpoint}/authentication`, undefined],
      ["PATCH", `${endpoint}/transformation`, { code: "const handler = (webhook) => webhook" }],
      ["PATCH", `/api/v1/app/${applicationId}/destination/${made.id}`, { description: "d" }],
      ["DELETE", `/api/v1/app/${applicationId}/destination/${made.id}`, undefined],
      ["DELETE", endpoint, undefined],
    ];
    for (const [method, path, body] of changes)
      expect([method, path, (await send(api, there(member), method, path, body)).status]).toEqual([method, path, 403]);
    expect((await send(api, there(member), "GET", endpoint)).status).toBe(200);
    expect((await send(api, there(member), "POST", `${endpoint}/recover`, { since: new Date().toISOString() })).status).toBe(202);
    for (const [method, path, body] of changes) {
      const { status } = await send(api, there(admin), method, path, body);
      expect([method, path, status < 300 || status === 404]).toEqual([method, path, true]);
    }
  });

  test("code and who wrote it are not for those who may only look", async () => {
    const code = "function handler(webhook) { return webhook; }";
    const viewer = withSession(await newMember(tenant.organizationId, "viewer"), tenant.environmentId);
    const connector = fill("/api/v1/connector/{connector_id}", tenant.ids);
    expect(await send(api, member, "GET", connector)).toMatchObject({ transformation: code });
    expect(await send(api, viewer, "GET", connector)).toMatchObject({ status: 200, transformation: "" });
    const listed = (await send(api, viewer, "GET", "/api/v1/connector")) as { data?: { transformation: string }[] };
    expect(listed.data?.map(({ transformation }) => transformation)).toEqual([""]);

    const transformation = fill("/api/v1/app/{app_id}/endpoint/{endpoint_id}/transformation", tenant.ids);
    expect((await send(api, member, "PATCH", transformation, { code })).status).toBeLessThan(300);
    const portal = async (capabilities: string[]) => {
      const path = fill("/api/v1/auth/app-portal-access/{app_id}", tenant.ids);
      return withKey((await send(api, admin, "POST", path, { capabilities })).token ?? "");
    };
    expect((await send(api, await portal(["ViewBase"]), "GET", `${transformation}/version`)).status).toBe(403);
    const writing = await portal(["ViewBase", "ManageTransformations"]);
    expect(await send(api, writing, "GET", `${transformation}/version`)).toMatchObject({ data: [{ code, createdBy: null }] });
    expect(await send(api, member, "GET", `${transformation}/version`)).toMatchObject({ data: [{ code, createdBy: expect.any(String) }] });
  });
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../../api/app.ts";
import { operations } from "../../contract/operations.ts";
import { prisma } from "../../db/client.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { isRecorded } from "../../testing/audited.ts";
import { fill, furnish, send, validBodies, withKey, withSession } from "../../testing/furnish.ts";
import { newMember } from "../../testing/session.ts";
import { newTenant } from "../../testing/tenant.ts";
import { changesOf, recordAudit } from "./audit.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("nobody alters or deletes an entry", async () => {
  const { actor } = await newTenant();
  await recordAudit(actor, prisma(), "application.created", "app_1", { name: "A" });
  const byTenant = `"organizationId" = '${actor.organizationId}'`;
  // Not even the owner of the table, by mistake; whoever works with it can't at all: lib/db/grants.test.ts.
  for (const sql of [
    `update audit_entry set action = 'x' where ${byTenant}`,
    `delete from audit_entry where ${byTenant}`,
    "truncate audit_entry",
  ]) {
    await expect(database.asOwner(sql)).rejects.toThrow("append-only");
    await expect(database.pool.query(sql)).rejects.toThrow("permission denied");
  }
  await expect(database.pool.query(`delete from organization where id = '${actor.organizationId}'`)).rejects.toThrow("foreign key");
  const { rows } = await database.pool.query(`select action from audit_entry where ${byTenant}`);
  expect(rows).toEqual([{ action: "application.created" }]);
});

test("an entry says who, what, of what, from where; what is named like a secret is left out", async () => {
  const { actor } = await newTenant();
  const asked = { ...actor, client: { ip: "192.0.2.1", userAgent: "test" } };
  await recordAudit(asked, prisma(), "endpoint.updated", "ep_1", {
    url: "https://a.example",
    secret: "whsec_x",
    password: "p",
    apiToken: "t",
  });
  const entry = await prisma().auditEntry.findFirstOrThrow({ where: { organizationId: actor.organizationId } });
  expect(entry).toMatchObject({
    actorKind: "apiKey",
    actorId: actor.id,
    actorName: "Test",
    action: "endpoint.updated",
    targetKind: "endpoint",
    targetId: "ep_1",
    changes: { url: "https://a.example" },
    ip: "192.0.2.1",
    userAgent: "test",
  });
});

test("only what differs is told", () => {
  const before = { name: "A", tags: ["x"], rate: null as number | null };
  expect(changesOf(before, { name: "B", tags: ["x"] }, ["name", "tags", "rate"])).toEqual({ name: { from: "A", to: "B" } });
  expect(changesOf(before, { rate: 5 }, ["name", "tags", "rate"])).toEqual({ rate: { from: null, to: 5 } });
});

test("every change is in the log, and no secret is", async () => {
  const api = createApi();
  const { organizationId, environmentId, ids, apiKey } = await furnish(api);
  const owner = withSession(await newMember(organizationId, "owner"), environmentId);
  const count = async () =>
    Number((await database.pool.query(`select count(*) from audit_entry where "organizationId" = $1`, [organizationId])).rows[0]?.count);
  const changing = operations
    .filter(({ method, access }) => method !== "get" && access !== "public" && access !== "user" && access !== "portal")
    .filter(isRecorded)
    // Deletions last: the others need what they take away.
    .toSorted((a, b) => rankOf(a) - rankOf(b));
  const silent: string[] = [];
  const unseen = await count();
  await send(api, owner, "GET", `/api/v1/app/${ids["app_id"]}/endpoint/${ids["endpoint_id"]}/secret`);
  expect(await count()).toBe(unseen + 1);
  for (const { operationId, method, path } of changing) {
    const before = await count();
    const { status } = await send(api, owner, method, fill(path, ids), bodiesFor(operationId));
    if (status < 300 && (await count()) === before) silent.push(operationId);
  }
  const revealed = await count();
  expect((await send(api, withKey(apiKey), "GET", "/api/v1/app")).status).toBe(401);
  expect(silent).toEqual([]);
  expect(revealed).toBeGreaterThan(20);
  const { rows } = await database.pool.query(`select string_agg(changes::text, ' ') as text from audit_entry`);
  expect(rows[0]?.text).not.toMatch(/whsec_|wk_[\w-]{20}|wp_|wl_|wi_|wa_|auto_v2_|argon2/);
});

/** Each with a value of its own, because what changes nothing is not told. */
const ownBodies: Record<string, unknown> = {
  "v1.application.update": { name: "Other", uid: "uid-a" },
  "v1.endpoint.patch": { url: "http://127.0.0.1:9/patched" },
  "v1.event-type.patch": { description: "patched" },
  "v1.connector.patch": { name: "Patched" },
  "v1.destination.patch": { channels: ["patched"] },
};
const bodiesFor = (operationId: string): unknown => ownBodies[operationId] ?? validBodies[operationId];

function rankOf({ operationId, path, method }: { operationId: string; path: string; method: string }): number {
  if (operationId === "v1.api-key.revoke") return 9;
  if (method !== "delete") return 0;
  return 8 - path.split("{").length;
}

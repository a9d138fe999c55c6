/** Every operation × every role: who has less than it asks for is refused and changes nothing; who has it is not. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAtLeast, roles } from "../words/role.ts";
import { leastRole } from "../contract/operation.ts";
import { operations } from "../contract/operations.ts";
import { closeListener } from "../db/listen.ts";
import { newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { fill, furnish, type Furnished, type Ids, send, validBodies, withSession } from "../testing/furnish.ts";
import { newMember, type TestUser } from "../testing/session.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
const api = createApi();
let tenant: Furnished;
const people = new Map<string, TestUser>();

beforeAll(async () => {
  database = await testDatabase();
  tenant = await furnish(api);
  for (const role of roles) people.set(role, await newMember(tenant.organizationId, role));
});
afterAll(async () => {
  await closeListener();
  await database.close();
});

// What can't be told by the role: nobody's (public), a portal's alone, or one's own.
const judged = operations.filter(({ access }) => ["apiKey", "apiKeyOrPortal", "member", "management"].includes(access));
const sessionOf = (role: string): Record<string, string> => withSession(people.get(role) ?? tenant.member, tenant.environmentId);

describe.each(roles)("%s", (role) => {
  const refused = judged.filter((operation) => !isAtLeast(role, leastRole(operation)));
  const allowed = judged.filter((operation) => isAtLeast(role, leastRole(operation)));

  test.each(refused.map((operation) => [operation.operationId, operation] as const))("may not %s", async (id, { method, path }) => {
    const before = await snapshot();
    const answer = await send(api, sessionOf(role), method, fill(path, tenant.ids), validBodies[id]);
    expect(answer.status).toBe(403);
    expect(await snapshot()).toEqual(before);
  });

  // On what does not exist, so that one test does not take away what the next one needs.
  const nothing: Ids = {
    app_id: "none",
    endpoint_id: newId("endpoint"),
    msg_id: newId("message"),
    message_id: newId("message"),
    attempt_id: newId("attempt"),
    task_id: newId("backgroundTask"),
    inbox_id: newId("inbox"),
    source_id: newId("source"),
    request_id: newId("receivedRequest"),
    key_id: newId("apiKey"),
    credential_id: newId("apiKey"),
    environment_id: newId("environment"),
    user_id: newId("user"),
    invitation_id: newId("invitation"),
    event_type_name: "none",
    integ_id: newId("integration"),
    autoconfig_id: newId("autoconfig"),
    connector_id: newId("connector"),
  };

  test.each(allowed.map((operation) => [operation.operationId, operation] as const))("may %s", async (id, { method, path }) => {
    const answer = await send(api, sessionOf(role), method, fill(path, nothing), validBodies[id]);
    expect([200, 201, 202, 204, 404, 409]).toContain(answer.status);
  });
});

test("what a body says of organization, environment, role and owner counts for nothing", async () => {
  const victim = await furnish(api);
  const asked = { organizationId: victim.organizationId, environmentId: victim.environmentId, role: "owner", id: victim.ids["app_id"] };
  const { id } = await send(api, sessionOf("member"), "POST", "/api/v1/app", { name: "Mine", ...asked });
  const { rows } = await database.pool.query(`select "environmentId" from application where id = $1`, [id]);
  expect(rows).toEqual([{ environmentId: tenant.environmentId }]);
  expect(id).not.toBe(victim.ids["app_id"]);

  const member = people.get("member");
  const change = { name: "Still a member", sessionVersion: 99, passwordHash: "x", email: "other@example.com", ...asked };
  expect((await send(api, sessionOf("member"), "PATCH", "/api/v1/profile", change)).status).toBe(200);
  const person = await database.pool.query(
    `select u.name, u.email, u."sessionVersion", u."passwordHash", m.role from "user" u join member m on m."userId" = u.id where u.id = $1`,
    [member?.userId],
  );
  expect(person.rows).toEqual([{ name: "Still a member", email: member?.email, sessionVersion: 1, passwordHash: null, role: "member" }]);
});

/** What a change would show in. */
async function snapshot(): Promise<unknown[]> {
  const tables = [
    "application",
    "endpoint",
    "endpoint_secret",
    "event_type",
    "api_key",
    "member",
    "invitation",
    "environment",
    "inbox",
    "source",
    "source_token",
    "integration",
    "connector",
    "autoconfig_subscription",
  ];
  const counted = [...tables, "audit_entry", "one_time_token", "portal_access", "background_task", "message"];
  const texts = [...tables.map((table) => `select * from ${table}`), ...counted.map((table) => `select count(*)::int from ${table}`)];
  return Promise.all(texts.map(async (text) => sorted((await database.pool.query(text)).rows)));
}

// Reading a key's use is written down by itself.
const sorted = (rows: Record<string, unknown>[]): string[] => rows.map((row) => JSON.stringify({ ...row, lastUsedAt: null })).toSorted();

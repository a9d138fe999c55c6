/** Every operation × every role: who has less than it asks for is refused and changes nothing; who has it is not. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAtLeast, roles } from "../words/role.ts";
import { leastRole, type Operation } from "../contract/operation.ts";
import { operations } from "../contract/operations.ts";
import { prisma } from "../db/client.ts";
import { newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { expectAudit, isRecorded } from "../testing/audited.ts";
import { type Answer, fill, furnish, type Furnished, type Ids, send, validBodies, withKey, withSession } from "../testing/furnish.ts";
import { type TableDigests, tableDigests } from "../testing/tableDigests.ts";
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
afterAll(() => database.close());

// What can't be told by the role: nobody's (public), a portal's alone, or one's own.
const judged = operations.filter(({ access }) => ["apiKey", "apiKeyOrPortal", "member", "management"].includes(access));
const sessionOf = (role: string): Record<string, string> => withSession(people.get(role) ?? tenant.member, tenant.environmentId);

describe.each(roles.filter((role) => role !== "owner"))("%s", (role) => {
  const refused = judged.filter((operation) => !isAtLeast(role, leastRole(operation)));

  test.each(refused.map((operation) => [operation.operationId, operation] as const))("may not %s", async (id, { method, path }) => {
    const before = await snapshot();
    const answer = await send(api, sessionOf(role), method, fill(path, tenant.ids), validBodies[id]);
    expect(answer.status).toBe(403);
    expect(await snapshot()).toEqual(before);
  });
});

/** What operations find that end what the others need: a tenant of their own. */
const isEnding = ({ method, operationId }: Operation): boolean =>
  method === "delete" || /expire|expunge|revoke|cancel|logout|incident/.test(operationId);

type Need = (tenant: Furnished, caller: TestUser) => Promise<{ ids?: Ids; body?: unknown }>;

const make = (tenant: Furnished, path: string, body: unknown): Promise<Answer> => send(api, withKey(tenant.apiKey), "POST", path, body);

const anEndpoint =
  (path: string): Need =>
  async (tenant) => ({ ids: { endpoint_id: (await make(tenant, fill(path, tenant.ids), { url: "http://127.0.0.1:9/" })).id ?? "" } });

const own =
  (body: unknown): Need =>
  () =>
    Promise.resolve({ body });

const aView: Need = async ({ environmentId }, { userId }) => {
  const view_id = newId("savedView");
  await prisma().savedView.create({ data: { id: view_id, environmentId, userId, name: view_id, filter: {}, shared: false } });
  return { ids: { view_id } };
};

const anEnvironment: Need = async ({ organizationId }) => {
  const id = newId("environment");
  await prisma().environment.create({ data: { id, organizationId, name: id } });
  return { ids: { environment_id: id }, body: { name: newId("environment") } };
};

const code = { code: "const handler = (webhook) => webhook" };

const aVersion =
  (path: string): Need =>
  async ({ ids, apiKey }) => {
    await send(api, withKey(apiKey), "PATCH", fill(`/api/v1${path}/transformation`, ids), code);
    return {};
  };

/** It came while the source was disabled. */
const aRequestThatVerifies: Need = async (tenant) => {
  const source = (await make(tenant, "/api/v1/source", { name: "Verifies", provider: "none", disabled: true })) as Answer & {
    url?: string;
  };
  await api.request(new URL(source.url ?? "").pathname, { method: "POST", body: "{}" });
  await send(api, withKey(tenant.apiKey), "PATCH", `/api/v1/source/${source.id}`, { disabled: false });
  const { rows } = await database.pool.query<{ id: string }>(`select id from received_request where "sourceId" = $1`, [source.id]);
  return { ids: { request_id: rows[0]?.id ?? "" } };
};

/** One of which no resend is under way: asked for again, nothing would change. */
const aDelivery: Need = async (tenant) => {
  const message = await make(tenant, fill("/api/v1/app/{app_id}/msg", tenant.ids), { eventType: "t", payload: {} });
  return { ids: { msg_id: message.id ?? "", message_id: message.id ?? "" } };
};

/** What an operation must find before it can succeed, beside what every tenant has; by part of its id. */
const needs: [RegExp, Need][] = [
  [/^v1\.operational-webhook\.endpoint\.(?!list|create)/, anEndpoint("/api/v1/operational-webhook/endpoint")],
  [/^v1\.ingest\.endpoint\.(?!list|create)/, anEndpoint("/ingest/api/v1/source/{source_id}/endpoint")],
  [/^v1\.saved-view\.(patch|delete)$/, aView],
  [/^v1\.(management\.)?environment\.(delete|patch|update)$/, anEnvironment],
  [/^v1\.(management\.)?environment\.create$/, async () => ({ body: { name: newId("environment"), type: "development" } })],
  // What changes nothing is not told.
  [/^v1\.application\.patch$/, own({ name: "Patched" })],
  [/^v1\.endpoint\.patch$/, own({ url: "http://127.0.0.1:9/patched" })],
  [/^v1\.event-type\.patch$/, own({ description: "patched" })],
  [/^v1\.connector\.patch$/, own({ name: "Patched" })],
  [/^v1\.destination\.patch$/, own({ channels: ["patched"] })],
  // A viewer may leave.
  [/^v1\.member\.remove$/, async (_, { userId }) => ({ ids: { user_id: userId } })],
  // What a source verifies by is an admin's to change.
  [
    /^v1\.ingest\.source\.update$/,
    async (tenant) => {
      const body = { name: "Unsigned", type: "generic-webhook" };
      return { ids: { source_id: (await make(tenant, "/ingest/api/v1/source", body)).id ?? "" }, body: { ...body, name: "Renamed" } };
    },
  ],
  [/^v1\.received-request\.release$/, aRequestThatVerifies],
  [/^v1\.(message-attempt|delivery)\.resend$/, aDelivery],
  [/^v1\.endpoint\.roll-back-transformation$/, aVersion("/app/{app_id}/endpoint/{endpoint_id}")],
  [/^v1\.source\.roll-back-transformation$/, aVersion("/source/{source_id}")],
  [
    /^v1\.background-task\.resume$/,
    async (tenant) => {
      await make(tenant, fill("/api/v1/background-task/{task_id}/pause", tenant.ids), undefined);
      return {};
    },
  ],
  [
    /^v1\.destination\.rotate-secret$/,
    async (tenant) => {
      const destination = { type: "fifoEndpoint", config: { url: "http://127.0.0.1:9/" } };
      return { ids: { destination_id: (await make(tenant, fill("/api/v1/app/{app_id}/destination", tenant.ids), destination)).id ?? "" } };
    },
  ],
];

describe("who has just the role that it takes", () => {
  test.each(judged.map((operation) => [operation.operationId, operation] as const))("may %s", async (id, operation) => {
    const target = isEnding(operation) ? await furnish(api) : tenant;
    const member = await newMember(target.organizationId, leastRole(operation));
    const { ids = {}, body = validBodies[id] } = (await needs.find(([pattern]) => pattern.test(id))?.[1](target, member)) ?? {};
    const caller = withSession(member, target.environmentId);
    const ask = (): Promise<Answer> => send(api, caller, operation.method, fill(operation.path, { ...target.ids, ...ids }), body);
    const answer = await (isRecorded(operation) ? expectAudit(database.pool, target.organizationId, id, ask) : ask());
    expect([answer.status, answer.status >= 200 && answer.status < 300 ? "" : JSON.stringify(answer)]).toEqual([answer.status, ""]);
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

const snapshot = (): Promise<TableDigests> => tableDigests(database.pool);

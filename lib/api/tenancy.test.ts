/** Every operation that names something, with another tenant's ids: it is not there, and nothing happens to it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "../contract/operation.ts";
import { operations } from "../contract/operations.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { fill, furnish, type Furnished, send as sendWith, validBodies as bodies, withKey, withSession } from "../testing/furnish.ts";
import { newMember } from "../testing/session.ts";
import { type TableDigests, tableDigests } from "../testing/tableDigests.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
const api = createApi();
let victim: Furnished;
let stranger: string;
/** An owner of an organization of its own. */
let strangeOwner: Record<string, string>;
let otherApplication: string;

beforeAll(async () => {
  database = await testDatabase();
  victim = await furnish(api);
  const second = await send(victim.apiKey, "POST", "/api/v1/app", { name: "Second" });
  const access = await send(victim.apiKey, "POST", `/api/v1/auth/app-portal-access/${second.id}`, {});
  otherApplication = access.token ?? "";
});
afterAll(() => database.close());

beforeEach(async () => {
  const { apiKey, organizationId, environmentId } = await newTenant();
  stranger = apiKey;
  strangeOwner = withSession(await newMember(organizationId, "owner"), environmentId);
  await send(stranger, "POST", "/api/v1/app", { name: "Own", uid: "own" });
});

const send = (key: string, method: string, path: string, body?: unknown) => sendWith(api, withKey(key), method, path, body);

const named = operations.filter(({ path }) => path.includes("{"));
/** A PUT creates something of the caller's own, and a batch answers each message. */
const expected: Record<string, number> = {
  "v1.ingest.source.update": 201,
  "v1.application.update": 201,
  "v1.event-type.update": 201,
  "v1.connector.update": 201,
  "v1.operational-webhook.endpoint.update": 201,
  "v1.message.create-batch": 202,
};

/** Keys are kept away from what is for members alone, and those that don't manage from managing. */
const statusForKey = ({ operationId, access }: Operation): number =>
  access === "member" || access === "management" || access === "user" ? 403 : (expected[operationId] ?? 404);

describe("another tenant", () => {
  test.each(named.map((operation) => [operation.operationId, operation] as const))("%s", async (id, operation) => {
    const { method, path } = operation;
    const before = await snapshot();
    const answer = await send(stranger, method, fill(path, victim.ids), bodies[id]);
    expect(answer.status).toBe(statusForKey(operation));
    expect(await snapshot()).toEqual(before);
  });
});

describe("an owner of another organization", () => {
  test.each(named.map((operation) => [operation.operationId, operation] as const))("%s", async (id, { method, path }) => {
    const before = await snapshot();
    const answer = await sendWith(api, strangeOwner, method, fill(path, victim.ids), bodies[id]);
    expect(answer.status).toBe(expected[id] ?? 404);
    expect(await snapshot()).toEqual(before);
  });

  test.each(operations.filter(({ access }) => access !== "public" && access !== "user").map((o) => [o.operationId, o] as const))(
    "%s, in the environment of the victim",
    async (id, { method, path }) => {
      const before = await snapshot();
      const headers = { ...strangeOwner, "webster-environment": victim.environmentId };
      const answer = await sendWith(api, headers, method, fill(path, victim.ids), bodies[id]);
      expect(answer.status).toBe(404);
      expect(await snapshot()).toEqual(before);
    },
  );
});

describe("a key of another organization that may manage", () => {
  test.each(named.filter(({ access }) => access === "management").map((operation) => [operation.operationId, operation] as const))(
    "%s",
    async (id, { method, path }) => {
      const { apiKey, actor } = await newTenant();
      await database.pool.query(`update api_key set permission = 'manage' where id = $1`, [actor.id]);
      expect((await send(apiKey, "GET", "/api/v1/management/environment")).status).toBe(200);
      const before = await snapshot();
      expect((await send(apiKey, method, fill(path, victim.ids), bodies[id])).status).toBe(404);
      expect((await send(`${apiKey}|${victim.environmentId}`, method, fill(path, victim.ids), bodies[id])).status).toBe(401);
      expect(await snapshot()).toEqual(before);
    },
  );
});

describe("another tenant, by way of an application of its own", () => {
  const inApplications = named.filter(({ path }) => /\{(endpoint|msg|destination|sink)_id\}/.test(path));
  test.each(inApplications.map((operation) => [operation.operationId, operation] as const))("%s", async (id, { method, path }) => {
    const before = await snapshot();
    const answer = await send(stranger, method, fill(path, { ...victim.ids, app_id: "own" }), bodies[id]);
    expect(answer.status).toBe(id === "v1.endpoint.update" ? 201 : (expected[id] ?? 404));
    expect(await snapshot()).toEqual(before);
  });
});

describe("a portal token of another application", () => {
  test.each(named.filter(({ path }) => path.includes("{app_id}")).map((operation) => [operation.operationId, operation] as const))(
    "%s",
    async (id, { method, path, access }) => {
      const before = await snapshot();
      const answer = await send(otherApplication, method, fill(path, victim.ids), bodies[id]);
      expect(answer.status).toBe(access === "apiKeyOrPortal" ? 404 : 403);
      expect(await snapshot()).toEqual(before);
    },
  );
});

/** All that belongs to the victim. */
const snapshot = (): Promise<TableDigests> => {
  // Others may give an event type the same name.
  const { event_type_name: _, ...ids } = victim.ids;
  return tableDigests(database.pool, { of: [victim.organizationId, victim.environmentId, ...Object.values(ids)] });
};

test("every row of the victim's is looked at", async () => {
  const before = await snapshot();
  await database.pool.query(`update endpoint set description = 'changed' where id = $1`, [victim.ids["endpoint_id"]]);
  const after = await snapshot();
  expect(Object.keys(after).filter((table) => after[table] !== before[table])).toEqual(["endpoint"]);
  expect(Object.values(before).filter((digest) => !digest.startsWith("0 ")).length).toBeGreaterThan(20);
});

/** Every operation that names something, with another tenant's ids: it is not there, and nothing happens to it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { operations } from "../contract/operations.ts";
import { closeListener } from "../db/listen.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
const api = createApi();
type Ids = Record<string, string>;
let victim: { key: string; ids: Ids };
let stranger: string;
let otherApplication: string;

beforeAll(async () => {
  database = await testDatabase();
  victim = await furnish();
  const second = await send(victim.key, "POST", "/api/v1/app", { name: "Second" });
  const access = await send(victim.key, "POST", `/api/v1/auth/app-portal-access/${second.id}`, {});
  otherApplication = access.token ?? "";
});
afterAll(async () => {
  await closeListener();
  await database.close();
});

beforeEach(async () => {
  const { apiKey } = await newTenant();
  stranger = apiKey;
  await send(stranger, "POST", "/api/v1/app", { name: "Own", uid: "own" });
});

type Answer = { status: number; id?: string; token?: string };

async function send(key: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const init = { method: method.toUpperCase(), headers: { authorization: `Bearer ${key}` } };
  const response = await api.request(path, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  const text = await response.text();
  return { ...(text.startsWith("{") ? (JSON.parse(text) as object) : {}), status: response.status };
}

async function furnish(): Promise<{ key: string; ids: Ids }> {
  const { apiKey: key, actor } = await newTenant();
  const app_id = (await send(key, "POST", "/api/v1/app", { name: "A", uid: "uid-a" })).id ?? "";
  await send(key, "POST", "/api/v1/event-type", { name: "secret.type", description: "" });
  const endpoint_id = (await send(key, "POST", `/api/v1/app/${app_id}/endpoint`, { url: "http://127.0.0.1:9/", uid: "uid-e" })).id ?? "";
  const msg_id = (await send(key, "POST", `/api/v1/app/${app_id}/msg`, { eventType: "t", payload: { a: 1 }, eventId: "event-1" })).id ?? "";
  const task_id =
    (await send(key, "POST", `/api/v1/app/${app_id}/endpoint/${endpoint_id}/recover`, { since: new Date().toISOString() })).id ?? "";
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into attempt ("id", "createdAt", "environmentId", "applicationId", "messageId", "endpointId", "eventType", "attemptNumber", trigger, status, url, "responseStatusCode", response, "durationMs")
     values ('atmpt_' || substr($1, 5), now(), $2, $3, $1, $4, 't', 1, 'scheduled', 'failed', 'http://127.0.0.1:9/', 500, 'private', 1) returning "id"`,
    [msg_id, actor.environmentId, app_id, endpoint_id],
  );
  const ids = { app_id, endpoint_id, msg_id, task_id, attempt_id: rows[0]?.id ?? "", event_type_name: "secret.type", key_id: actor.id };
  expect(Object.entries(ids).filter(([, id]) => id === "")).toEqual([]);
  return { key, ids };
}

const bodies: Record<string, unknown> = {
  "v1.application.update": { name: "Taken over" },
  "v1.application.patch": { name: "Taken over" },
  "v1.endpoint.create": { url: "http://127.0.0.1:9/" },
  "v1.endpoint.update": { url: "http://127.0.0.1:9/stolen" },
  "v1.endpoint.patch": { url: "http://127.0.0.1:9/stolen" },
  "v1.endpoint.rotate-secret": {},
  "v1.endpoint.update-headers": { headers: { "X-Stolen": "1" } },
  "v1.endpoint.patch-headers": { headers: { "X-Stolen": "1" } },
  "v1.endpoint.recover": { since: new Date().toISOString() },
  "v1.endpoint.send-test": { eventType: "t", payload: {} },
  "v1.endpoint.send-example": { eventType: "svix.ping" },
  "v1.event-type.update": { description: "stolen" },
  "v1.event-type.patch": { description: "stolen" },
  "v1.message.create": { eventType: "t", payload: {} },
  "v1.message.create-batch": { messages: [{ eventType: "t", payload: {} }] },
  "v1.authentication.app-portal-access": {},
  "v1.authentication.expire-all": {},
};

const named = operations.filter(({ path }) => path.includes("{"));
const fill = (path: string, ids: Ids): string => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "missing");

/** A PUT creates something of the caller's own, and a batch answers each message. */
const expected: Record<string, number> = { "v1.application.update": 201, "v1.event-type.update": 201, "v1.message.create-batch": 202 };

describe("another tenant", () => {
  test.each(named.map((operation) => [operation.operationId, operation] as const))("%s", async (id, { method, path }) => {
    const before = await snapshot();
    const answer = await send(stranger, method, fill(path, victim.ids), bodies[id]);
    expect(answer.status).toBe(expected[id] ?? 404);
    expect(await snapshot()).toEqual(before);
  });
});

describe("another tenant, by way of an application of its own", () => {
  const inApplications = named.filter(({ path }) => /\{(endpoint|msg)_id\}/.test(path));
  test.each(inApplications.map((operation) => [operation.operationId, operation] as const))("%s", async (id, { method, path }) => {
    const before = await snapshot();
    const answer = await send(stranger, method, fill(path, { ...victim.ids, app_id: "own" }), bodies[id]);
    expect(answer.status).toBe(id === "v1.endpoint.update" ? 201 : 404);
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
async function snapshot(): Promise<unknown[]> {
  const { app_id, endpoint_id, msg_id, attempt_id, key_id } = victim.ids;
  const queries: [string, string | undefined][] = [
    [`select * from application where "id" = $1`, app_id],
    [`select * from endpoint where "applicationId" = $1`, app_id],
    [`select * from endpoint_secret where "endpointId" = $1`, endpoint_id],
    [`select * from message where "applicationId" = $1`, app_id],
    [`select * from delivery where "messageId" = $1`, msg_id],
    [`select * from attempt where "id" = $1`, attempt_id],
    [`select t.* from event_type t join application a on a."environmentId" = t."environmentId" where a."id" = $1`, app_id],
    [`select * from api_key where "id" = $1`, key_id],
    [`select * from background_task where "applicationId" = $1`, app_id],
    [`select * from portal_access where "applicationId" = $1`, app_id],
  ];
  return Promise.all(queries.map(async ([text, value]) => (await database.pool.query(text, [value])).rows));
}

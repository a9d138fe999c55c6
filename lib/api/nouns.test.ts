/** What the dashboard asks of applications, endpoints, secrets, event types and messages. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { databaseNowMs } from "../db/clock.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { startRawReceiver } from "../testing/sender.ts";
import { newMember } from "../testing/session.ts";
import { type Tenant, newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let receiver: Receiver;
const api = createApi();

beforeAll(async () => {
  database = await testDatabase();
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await database.close();
});

type Json = Record<string, unknown>;
type Answer = { status: number; body: Json; data: Json[] };
type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

const asking =
  (headers: Record<string, string>): Ask =>
  async (method, path, body) => {
    const init = { method, headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) } };
    const response = await api.request(`/api/v1${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    const text = await response.text();
    const answer = (text === "" ? {} : JSON.parse(text)) as Json;
    return { status: response.status, body: answer, data: (answer["data"] ?? []) as Json[] };
  };

const withKey = ({ apiKey }: Tenant): Ask => asking({ authorization: `Bearer ${apiKey}` });

async function asMember({ organizationId, environmentId }: Tenant, role: "viewer" | "member" | "admin"): Promise<Ask> {
  const { cookie } = await newMember(organizationId, role);
  return asking({ cookie, "webster-environment": environmentId, "sec-fetch-site": "same-origin" });
}

const idOf = ({ body }: Answer): string => String(body["id"]);

async function furnished() {
  const tenant = await newTenant();
  const ask = withKey(tenant);
  const app = idOf(await ask("POST", "/app", { name: "Café 100%", uid: "cafe" }));
  const endpoint = idOf(await ask("POST", `/app/${app}/endpoint`, { url: `${receiver.url}/hooks`, description: "Orders" }));
  return { tenant, ask, app, endpoint, path: `/app/${app}/endpoint/${endpoint}` };
}

test("applications are found by part of name or uid, with counts of their endpoints", async () => {
  const { ask, app } = await furnished();
  await ask("POST", "/app", { name: "Tea room" });
  const found = async (search: string) =>
    (await ask("GET", `/app?with_endpoint_counts=true&search=${encodeURIComponent(search)}`)).data.map(({ id, endpoints }) => [
      id,
      endpoints,
    ]);
  const cafe = [[app, { total: 1, failing: 0, disabled: 0 }]];
  expect(await found("CAF")).toEqual(cafe);
  expect(await found("0%")).toEqual(cafe);
  expect(await found(app)).toEqual(cafe);
  // Not a wildcard.
  expect(await found("c%e")).toEqual([]);
  expect((await ask("GET", "/app")).data[0]).not.toHaveProperty("endpoints");
});

test("endpoints of all applications, filtered and page by page; none of others", async () => {
  const { ask, app, endpoint, tenant } = await furnished();
  const second = idOf(await ask("POST", "/app", { name: "Second" }));
  const other = idOf(await ask("POST", `/app/${second}/endpoint`, { url: `${receiver.url}/second`, disabled: true }));
  const ids = async (query: string) => (await ask("GET", `/endpoint${query}`)).data.map(({ id }) => id);
  expect(await ids("")).toEqual([other, endpoint]);
  expect(await ids(`?application_id=cafe`)).toEqual([endpoint]);
  expect(await ids(`?application_id=unknown`)).toEqual([]);
  expect(await ids("?state=disabled")).toEqual([other]);
  expect(await ids("?state=enabled")).toEqual([endpoint]);
  expect(await ids("?search=order")).toEqual([endpoint]);
  expect(await ids(`?search=${other}`)).toEqual([other]);
  await database.pool.query(`update endpoint set "failingSince" = now() where "id" = $1`, [endpoint]);
  expect(await ids("?state=failing")).toEqual([endpoint]);
  const first = await ask("GET", "/endpoint?limit=1");
  expect(first.data[0]).toMatchObject({ application: { id: second, name: "Second" }, recent: [], disabledAt: expect.any(String) });
  expect(await ids(`?limit=1&iterator=${String(first.body["iterator"])}`)).toEqual([endpoint]);
  expect(idOf(await ask("GET", `/app/${app}`))).toBe(app);

  const stranger = withKey(await newTenant());
  expect((await stranger("GET", "/endpoint")).data).toEqual([]);
  const viewer = await asMember(tenant, "viewer");
  expect((await viewer("GET", "/endpoint")).data).toHaveLength(2);
});

test("since when an endpoint fails is kept, whatever is saved of it; one that was disabled and is enabled begins anew", async () => {
  const { ask, path, endpoint } = await furnished();
  const since = new Date(Date.now() - 4 * 86_400_000).toISOString();
  await database.pool.query(`update endpoint set "failingSince" = $2 where "id" = $1`, [endpoint, since]);
  const { url } = (await ask("GET", path)).body;
  // As who describes all endpoints at each deployment does: an endpoint would never have failed for long enough.
  for (const [method, body] of [
    ["PUT", { url, description: "as before" }],
    ["PUT", { url, disabled: false }],
    ["PATCH", { disabled: false }],
    ["PATCH", { disabled: true }],
  ] as const)
    expect((await ask(method, path, body)).body).toMatchObject({ failingSince: since });
  expect((await ask("PATCH", path, { disabled: false })).body).toMatchObject({
    failingSince: null,
    disabledAt: null,
    disabledReason: null,
  });
});

test("what a disabled endpoint missed: what it asks for and has no delivery of", async () => {
  const { ask, app, path } = await furnished();
  const send = (eventType: string) => ask("POST", `/app/${app}/msg`, { eventType, payload: {} });
  await send("before");
  await ask("PATCH", path, { disabled: true });
  await send("a");
  await send("b");
  expect((await ask("GET", `${path}/missed`)).body).toMatchObject({ count: 2, capped: false });
  await ask("POST", "/event-type", { name: "a", description: "" });
  await ask("PATCH", path, { eventTypes: ["a"] });
  expect((await ask("GET", `${path}/missed`)).body).toMatchObject({ count: 1 });
  await ask("PATCH", path, { eventTypes: null, channels: ["none"] });
  expect((await ask("GET", `${path}/missed`)).body).toMatchObject({ count: 0 });
  await ask("PATCH", path, { channels: null });
  const enabled = (await ask("PATCH", path, { disabled: false })).body;
  expect(enabled).toMatchObject({ disabled: false, missed: { count: 2, capped: false } });
  expect((await ask("PATCH", path, { disabled: false })).body).not.toHaveProperty("missed");
  const { since } = enabled["missed"] as { since: string };
  expect(await ask("POST", `${path}/replay-missing?dry_run=true`, { since })).toMatchObject({ body: { count: 2 } });
});

test("secrets are listed without themselves; old ones can be ended, the current one can't", async () => {
  const { ask, path, tenant } = await furnished();
  const before = await ask("GET", `${path}/secrets`);
  expect(before.data).toEqual([{ id: expect.any(String), algorithm: "hmac-sha256", createdAt: expect.any(String), expiresAt: null }]);
  await ask("POST", `${path}/secret/rotate`, { gracePeriodSeconds: 3600 });
  const rotated = (await ask("GET", `${path}/secrets`)).data;
  expect(rotated.map(({ id, expiresAt }) => [id === before.data[0]?.["id"], expiresAt === null])).toEqual([
    [false, true],
    [true, false],
  ]);
  expect(JSON.stringify(rotated)).not.toContain("whsec_");

  expect((await ask("POST", `${path}/secret/expire`, { secretId: rotated[0]?.["id"] })).status).toBe(404);
  const member = await asMember(tenant, "member");
  expect((await member("POST", `${path}/secret/expire`, {})).status).toBe(403);
  expect((await member("GET", `${path}/secret`)).status).toBe(403);
  const admin = await asMember(tenant, "admin");
  expect((await admin("GET", `${path}/secret`)).body["key"]).toMatch(/^whsec_/);
  expect((await admin("POST", `${path}/secret/expire`, { secretId: rotated[1]?.["id"] })).status).toBe(204);
  expect((await ask("GET", `${path}/secrets`)).data).toEqual([rotated[0]]);
});

test("a test goes to the one endpoint, as it was written or as an earlier message was", async () => {
  const { ask, app, path, endpoint, tenant } = await furnished();
  await ask("POST", `/app/${app}/endpoint`, { url: `${receiver.url}/neighbour` });
  const sent = await ask("POST", `${path}/send-test`, { eventType: "test.event", payload: { b: 1, a: 2 } });
  expect(sent).toMatchObject({ status: 202, body: { eventType: "test.event", payload: { b: 1, a: 2 } } });
  const again = await ask("POST", `${path}/send-test`, { messageId: idOf(sent) });
  expect(idOf(again)).not.toBe(idOf(sent));
  expect((await ask("GET", `/msg/${idOf(again)}`)).body).toMatchObject({ payload: `{"b":1,"a":2}`, eventType: "test.event" });
  const { rows } = await database.pool.query(`select "endpointId" from delivery where "messageId" = any($1)`, [[idOf(sent), idOf(again)]]);
  expect(rows).toEqual([{ endpointId: endpoint }, { endpointId: endpoint }]);

  expect((await ask("POST", `${path}/send-test`, { eventType: "test.event" })).status).toBe(422);
  expect((await ask("POST", `${path}/send-test`, { messageId: "msg_unknown" })).status).toBe(404);
  expect((await (await asMember(tenant, "viewer"))("POST", `${path}/send-test`, { eventType: "t", payload: {} })).status).toBe(403);
  await ask("PATCH", path, { disabled: true });
  expect((await ask("POST", `${path}/send-test`, { eventType: "t", payload: {} })).body["detail"]).toContain("disabled");
});

test("messages of the environment: filters, pages, what became of them; each by id", async () => {
  const { ask, app } = await furnished();
  const second = idOf(await ask("POST", "/app", { name: "Second" }));
  const send = async (application: string, message: Json) =>
    idOf(await ask("POST", `/app/${application}/msg`, { payload: { n: 1 }, ...message }));
  const one = await send(app, { eventType: "x.one", tags: ["red"], eventId: "order-1" });
  const two = await send(app, { eventType: "x.two", channels: ["north"] });
  const three = await send(second, { eventType: "x.one" });
  const ids = async (query = "") => (await ask("GET", `/msg${query}`)).data.map(({ id }) => id);
  expect(await ids()).toEqual([three, two, one]);
  expect(await ids(`?application_id=cafe`)).toEqual([two, one]);
  expect(await ids("?event_types=x.one")).toEqual([three, one]);
  expect(await ids("?tag=red")).toEqual([one]);
  expect(await ids("?channel=north")).toEqual([two]);
  expect(await ids("?event_id=order-1")).toEqual([one]);
  expect(await ids(`?before=${new Date(databaseNowMs() - 3_600_000).toISOString()}`)).toEqual([]);
  const first = await ask("GET", "/msg?limit=1");
  const next = await ask("GET", `/msg?limit=1&iterator=${String(first.body["iterator"])}`);
  expect(next.data.map(({ id }) => id)).toEqual([two]);
  expect(await ids(`?limit=1&iterator=${String(next.body["prevIterator"])}`)).toEqual([three]);

  expect((await ask("GET", `/msg/${one}`)).body).toMatchObject({
    id: one,
    application: { id: app, name: "Café 100%" },
    deliveries: { pending: 1, succeeded: 0, failed: 0, cancelled: 0 },
    payload: `{"n":1}`,
    payloadBytes: 7,
  });
  const stranger = withKey(await newTenant());
  expect((await stranger("GET", `/msg/${one}`)).status).toBe(404);
  expect((await stranger("GET", "/msg?event_id=order-1")).data).toEqual([]);
});

test("a message tells to which endpoints it was not sent, why, and is sent there all the same", async () => {
  const { ask, app, endpoint } = await furnished();
  const make = async (fields: Json) => idOf(await ask("POST", `/app/${app}/endpoint`, { url: receiver.url, ...fields }));
  await ask("POST", "/event-type", { name: "order.paid", description: "" });
  const off = await make({ disabled: true });
  const other = await make({ eventTypes: ["order.paid"] });
  const north = await make({ channels: ["north"] });
  const large = await make({ filter: { path: "payload.amount", gte: 100 } });
  const message = idOf(await ask("POST", `/app/${app}/msg`, { eventType: "invoice.paid", payload: { amount: 1 } }));
  const younger = await make({});
  const reasons = async () => {
    const listed = (await ask("GET", `/msg/${message}`)).body["notSentTo"] as { endpointId: string; reason: string | null }[];
    return Object.fromEntries(listed.map(({ endpointId, reason }) => [endpointId, reason]));
  };
  const left = { [other]: "eventTypes", [north]: "channels", [large]: "filter", [younger]: "younger" };
  expect(await reasons()).toEqual({ ...left, [off]: "disabled" });
  expect(Object.keys(await reasons())).not.toContain(endpoint);

  await ask("PATCH", `/app/${app}/endpoint/${off}`, { disabled: false });
  expect(await reasons()).toEqual({ ...left, [off]: null });
  await ask("PATCH", `/app/${app}/endpoint/${other}`, { eventTypes: null });
  expect((await ask("POST", `/app/${app}/msg/${message}/endpoint/${large}/resend`)).status).toBe(202);
  const { [large]: _, ...rest } = left;
  expect(await reasons()).toEqual({ ...rest, [off]: null, [other]: null });
  await ask("DELETE", `/app/${app}/msg/${message}/content`);
  expect(await reasons()).toEqual({ ...rest, [off]: null, [other]: null });
  expect((await withKey(await newTenant())("GET", `/msg/${message}`)).status).toBe(404);
});

test("event types are found by part of name, description or group", async () => {
  const { ask } = await furnished();
  await ask("POST", "/event-type", { name: "order.paid", description: "An order was settled", groupName: "billing" });
  await ask("POST", "/event-type", { name: "user.left", description: "" });
  const names = async (search: string) => (await ask("GET", `/event-type?search=${search}`)).data.map(({ name }) => name);
  expect(await names("ORDER")).toEqual(["order.paid"]);
  expect(await names("settled")).toEqual(["order.paid"]);
  expect(await names("bill")).toEqual(["order.paid"]);
  expect(await names("nothing")).toEqual([]);
});

type Step = { name: string; status: string; detail: string };

async function probed(url: string): Promise<{ answer: Answer; steps: Record<string, Step> }> {
  const answer = await withKey(await newTenant())("POST", "/endpoint-probe", { url });
  const steps = answer.body["steps"] as Step[];
  return { answer, steps: Object.fromEntries(steps.map((step) => [step.name, step])) };
}

test("a probe sends one signed request and tells its status", async () => {
  const seen = receiver.hits.length;
  const { answer } = await probed(`${receiver.url}/probe`);
  expect(answer.body).toMatchObject({ ok: true, statusCode: 204 });
  const hits = receiver.hits.slice(seen);
  expect(hits).toHaveLength(1);
  expect(hits[0]?.headers).toMatchObject({
    "webhook-id": expect.stringMatching(/^msg_/),
    "webhook-signature": expect.stringMatching(/^v1,/),
  });
  expect(JSON.parse(String(hits[0]?.body))).toMatchObject({ type: "webster.probe" });
});

test("a probe of a receiver that goes over to another protocol says so", async () => {
  const odd = await startRawReceiver((socket) =>
    socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"),
  );
  const { steps } = await probed(odd.url).finally(() => odd.close());
  expect(steps["response"]).toMatchObject({ status: "failed", detail: "Answered 101, where 2xx is needed" });
});

test("a probe says what is wrong, and no address", async () => {
  const refused = await probed("http://127.0.0.1:9/");
  expect(refused.answer.body["ok"]).toBe(false);
  expect(refused.steps["response"]).toMatchObject({ status: "failed", detail: expect.stringContaining("refused") });
  const internal = await probed("http://10.0.0.1/");
  expect(internal.steps["url"]?.status).toBe("failed");
  expect(internal.steps["response"]?.status).toBe("skipped");
  const unknown = await probed("https://name.invalid/");
  expect(unknown.steps["dns"]?.status).toBe("failed");
  expect(JSON.stringify([refused, internal, unknown].map(({ steps }) => steps))).not.toMatch(/\d+\.\d+\.\d+\.\d+/);
});

test("who reveals, rotates or ends a secret, and who changes an endpoint, stands in the audit log, without the secret", async () => {
  const { path, tenant, endpoint } = await furnished();
  const admin = await asMember(tenant, "admin");
  const { body } = await admin("GET", `${path}/secret`);
  await admin("POST", `${path}/secret/rotate`, {});
  await admin("POST", `${path}/secret/expire`, {});
  await admin("PATCH", path, { description: "Changed" });
  const { rows } = await database.pool.query<{ action: string; actorKind: string; changes: Json }>(
    `select action, "actorKind", changes from audit_entry where "organizationId" = $1 and "actorKind" = 'member' order by id`,
    [tenant.organizationId],
  );
  expect(rows.map(({ action }) => action)).toEqual(["secret.revealed", "secret.rotated", "secret.expired", "endpoint.updated"]);
  expect(rows[0]?.changes).toMatchObject({ endpointId: endpoint });
  expect(rows[3]?.changes).toEqual({ description: { from: "Orders", to: "Changed" } });
  expect(JSON.stringify(rows)).not.toContain(String(body["key"]).slice(6));
});

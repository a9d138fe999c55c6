/** What GET /api/v1/metrics says: well formed, of the names that dashboards rely on, and each figure after what moves it. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { hotPool } from "../db/client.ts";
import { measureInHand, measureOverdue } from "../db/sql/figures/overdue.ts";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { closeSandbox } from "../sandbox/sandbox.ts";
import { newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Exposition, expositionOf } from "../testing/exposition.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { until } from "../testing/until.ts";
import { createApi } from "./app.ts";

const api = createApi();
let database: TestDatabase;
let tenant: Tenant;
let receiver: Receiver;
let engine: Engine | null = null;

beforeAll(async () => {
  database = await testDatabase({ WEBSTER_ATTEMPT_TIMEOUT_SECONDS: "30" });
  tenant = await newTenant();
  receiver = await startReceiver();
});
afterEach(async () => {
  await engine?.stop();
  engine = null;
  receiver.respond({ status: 204 });
});
afterAll(async () => {
  closeSandbox();
  await receiver.close();
  await database.close();
});

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  return api.request(`/api/v1${path}`, { method, headers: { authorization: `Bearer ${tenant.apiKey}`, ...headers }, ...content });
}

async function made(path: string, body: unknown): Promise<Record<string, string>> {
  const response = await call("POST", path, body);
  expect(response.status).toBeLessThan(300);
  return (await response.json()) as Record<string, string>;
}

const read = async (): Promise<Exposition> => expositionOf(await (await call("GET", "/metrics")).text());

/** By how much the named samples have grown since; those that have not are left out. */
async function grown(before: Exposition, names: RegExp): Promise<Record<string, number>> {
  const { samples } = await read();
  const differences = [...samples].map(([name, value]) => [name, value - (before.samples.get(name) ?? 0)] as const);
  return Object.fromEntries(differences.filter(([name, difference]) => names.test(name) && difference !== 0));
}

const counters = /_total(\{|$)/;
let apps = 0;

async function newApp(endpoint: object | null = {}): Promise<{ app: string; endpoint: string }> {
  const app = `app-${++apps}`;
  await made("/app", { name: app, uid: app });
  if (endpoint === null) return { app, endpoint: "" };
  const { id = "" } = await made(`/app/${app}/endpoint`, { url: receiver.url, ...endpoint });
  return { app, endpoint: id };
}

const post = (app: string, headers: Record<string, string> = {}): Promise<Response> =>
  call("POST", `/app/${app}/msg`, { eventType: "t", payload: {} }, headers);

const idle = (): Promise<boolean> =>
  until("all to be stored", () => {
    const { waiting, inFlight, unsettled } = engine?.held() ?? { waiting: 0, inFlight: 0, unsettled: 0 };
    return waiting + inFlight + unsettled === 0;
  });

test("the text is what Prometheus reads, and names are kept", async () => {
  const { families, faults } = await read();
  expect(faults).toEqual([]);
  expect(Object.fromEntries([...families].map(([name, { type }]) => [name, type]))).toEqual({
    webster_messages_accepted_total: "counter",
    webster_messages_refused_total: "counter",
    webster_requests_received_total: "counter",
    webster_attempts_total: "counter",
    webster_attempt_duration_seconds: "histogram",
    webster_commit_rows: "histogram",
    webster_deliveries_queued: "gauge",
    webster_deliveries_rate_limited: "gauge",
    webster_deliveries_overdue: "gauge",
    webster_deliveries_overdue_seconds: "gauge",
    webster_deliveries_in_hand_seconds: "gauge",
    webster_replica_lag_seconds: "gauge",
    webster_processes: "gauge",
    webster_processes_ended_total: "counter",
    webster_unhandled_rejections_total: "counter",
    webster_attempts_in_flight: "gauge",
    webster_outcomes_unsettled: "gauge",
    webster_deliveries_claimed_total: "counter",
    webster_leases_given_back_total: "counter",
    webster_leases_lost_total: "counter",
    webster_code_runs_total: "counter",
    webster_endpoints_disabled_total: "counter",
  });
});

test("what is due and held by no process is overdue, and for how long", async () => {
  const { app } = await newApp();
  expect((await post(app)).status).toBe(202);
  await measureOverdue();
  expect((await read()).samples.get("webster_deliveries_overdue")).toBe(0);
  await hotPool().query(`update delivery set "nextAttemptAt" = now() - interval '1 hour' where "status" = 'pending'`);
  await measureOverdue();
  const { samples } = await read();
  expect(samples.get("webster_deliveries_overdue")).toBe(1);
  expect(Math.round((samples.get("webster_deliveries_overdue_seconds") ?? 0) / 60)).toBe(60);
  await hotPool().query(`update delivery set "status" = 'cancelled', "nextAttemptAt" = null where "status" = 'pending'`);
});

test("what is in hand is not overdue, and how long it waits for the passes is told", async () => {
  const { app } = await newApp();
  expect((await post(app)).status).toBe(202);
  const old = newId("message", Date.now() - 3_600_000);
  await hotPool().query(
    `update delivery set "messageId" = $1, "leaseId" = '+lease', "nextAttemptAt" = now() - interval '1 hour' where "status" = 'pending'`,
    [old],
  );
  await hotPool().query(
    `insert into "claim" ("leaseId", "claimedAt", "lookAt", "endsAt", "day") select 'lease_old', t, t, t, 1 from (select now() - interval '1 hour') t (t)`,
  );
  await Promise.all([measureOverdue(), measureInHand()]);
  const { samples } = await read();
  expect(samples.get("webster_deliveries_overdue")).toBe(0);
  for (const pass of ["soon", "late", "claimed"])
    expect(Math.round((samples.get(`webster_deliveries_in_hand_seconds{pass="${pass}"}`) ?? 0) / 60)).toBe(60);
  await hotPool().query(`delete from delivery where "messageId" = $1`, [old]);
  await hotPool().query(`delete from "claim" where "leaseId" = 'lease_old'`);
  await Promise.all([measureOverdue(), measureInHand()]);
  const after = await read();
  for (const pass of ["soon", "late", "claimed"])
    expect(after.samples.get(`webster_deliveries_in_hand_seconds{pass="${pass}"}`)).toBeLessThan(60);
});

test("a message counts once when it is accepted, and not when it is answered again", async () => {
  const { app } = await newApp();
  engine = startEngine();
  const before = await read();
  expect((await post(app)).status).toBe(202);
  for (let i = 0; i < 2; i++) expect((await post(app, { "idempotency-key": app })).status).toBe(202);
  const messages = [1, 2, 3].map((n) => ({ eventType: "t", payload: { n } }));
  expect((await call("POST", `/app/${app}/msg/batch`, { messages })).status).toBe(202);
  await until("five to arrive", () => receiver.hits.length >= 5);
  await idle();
  expect(await grown(before, counters)).toEqual({
    webster_messages_accepted_total: 5,
    'webster_attempts_total{result="succeeded"}': 5,
  });
  expect(await grown(before, /_(count|sum)\{statement=|_seconds_count/)).toMatchObject({
    'webster_commit_rows_sum{statement="accept"}': 6,
    'webster_commit_rows_sum{statement="settle"}': 5,
    webster_attempt_duration_seconds_count: 5,
  });
  expect((await read()).faults).toEqual([]);
});

test("a message that can't be stored counts as refused, once", async () => {
  const { app } = await newApp(null);
  expect((await post(app)).status).toBe(202);
  const before = await read();
  const query = vi.spyOn(hotPool(), "query").mockRejectedValue(Object.assign(new Error("away"), { code: "ECONNREFUSED" }) as never);
  expect((await post(app)).status).toBe(503);
  query.mockRestore();
  expect(await grown(before, counters)).toEqual({ webster_messages_refused_total: 1 });
  const taken = await call("POST", `/app/${app}/msg`, { eventType: "t", payload: {}, eventId: "one" });
  expect([taken.status, (await call("POST", `/app/${app}/msg`, { eventType: "t", payload: {}, eventId: "one" })).status]).toEqual([
    202, 409,
  ]);
  expect(await grown(before, counters)).toEqual({ webster_messages_refused_total: 1, webster_messages_accepted_total: 1 });
});

test("requests at sources count by what became of them, and what is released counts as a message", async () => {
  const dedupe = { by: "bodyHash", value: null, windowSeconds: 60 };
  const { id, url = "" } = await made("/source", { name: "S", provider: "bearer", secrets: ["the-token"], dedupe });
  const receive = (token: string): Promise<Response> =>
    Promise.resolve(
      api.request(new URL(url).pathname, { method: "POST", body: '{"type":"t"}', headers: { authorization: `Bearer ${token}` } }),
    );
  const before = await read();
  for (const token of ["other", "the-token", "the-token"]) await receive(token);
  expect(await grown(before, counters)).toEqual({
    'webster_requests_received_total{verdict="bad_signature"}': 1,
    'webster_requests_received_total{verdict="accepted"}': 1,
    'webster_requests_received_total{verdict="duplicate"}': 1,
    webster_messages_accepted_total: 1,
  });
  expect(await grown(before, /rows_sum/)).toEqual({
    'webster_commit_rows_sum{statement="accept"}': 2,
    'webster_commit_rows_sum{statement="keep"}': 1,
  });
  const listed = (await (await call("GET", `/received-request?source_id=${id}&verdict=duplicate`)).json()) as { data: { id: string }[] };
  expect((await call("POST", `/received-request/${listed.data[0]?.id}/release`, {})).status).toBeLessThan(300);
  expect((await grown(before, counters))["webster_messages_accepted_total"]).toBe(2);
});

test("attempts count by result, and an endpoint that says it is gone counts as disabled", async () => {
  const { app } = await newApp();
  receiver.respond({ status: 410 });
  engine = startEngine();
  const before = await read();
  expect((await post(app)).status).toBe(202);
  await until("it to be disabled", async () => ((await grown(before, /disabled/))[disabledAsGone] ?? 0) > 0);
  await idle();
  expect(await grown(before, counters)).toEqual({
    webster_messages_accepted_total: 1,
    'webster_attempts_total{result="status"}': 1,
    [disabledAsGone]: 1,
  });
});

const disabledAsGone = 'webster_endpoints_disabled_total{reason="gone"}';

test("what no process holds is claimed", async () => {
  const { app } = await newApp();
  const before = await read();
  for (let i = 0; i < 3; i++) expect((await post(app)).status).toBe(202);
  const seen = receiver.hits.length;
  engine = startEngine();
  await receiver.waitForHits(seen + 3);
  await idle();
  expect(await grown(before, counters)).toEqual({
    webster_messages_accepted_total: 3,
    webster_deliveries_claimed_total: 3,
    'webster_attempts_total{result="succeeded"}': 3,
  });
});

const gauge = async (name: string): Promise<number> => (await read()).samples.get(`webster_${name}`) ?? 0;

test("an attempt under way is in flight; the outcome of a lease that is lost counts as lost", async () => {
  const { app, endpoint } = await newApp();
  const answers: (() => void)[] = [];
  receiver.respond((_, response) => void answers.push(() => response.writeHead(204).end()));
  engine = startEngine();
  const before = await read();
  expect((await post(app)).status).toBe(202);
  await until("it to be in flight", async () => (await gauge("attempts_in_flight")) === 1);
  await database.pool.query(`update delivery set "leaseId" = 'lease_of_another' where "endpointId" = $1`, [endpoint]);
  for (const answer of answers) answer();
  await idle();
  expect(await grown(before, counters)).toEqual({
    webster_messages_accepted_total: 1,
    'webster_attempts_total{result="succeeded"}': 1,
    webster_leases_lost_total: 1,
  });
  await until("nothing to be in flight", async () => (await gauge("attempts_in_flight")) + (await gauge("outcomes_unsettled")) === 0);
});

test("what waits for its endpoint's rate is queued, and counts as given back when the process stops", async () => {
  const { app } = await newApp({ throttleRate: 1 });
  engine = startEngine();
  const before = await read();
  const messages = Array.from({ length: 20 }, (_, n) => ({ eventType: "t", payload: { n } }));
  expect((await call("POST", `/app/${app}/msg/batch`, { messages })).status).toBe(202);
  const { queued, limited } = await until("them to wait", async () => {
    const { samples } = await read();
    const limited = samples.get("webster_deliveries_rate_limited") ?? 0;
    return limited > 0 && { queued: samples.get("webster_deliveries_queued") ?? 0, limited };
  });
  expect(queued).toBeGreaterThanOrEqual(limited);
  expect(queued).toBeLessThanOrEqual(20);
  await engine.drain(30_000);
  const figures = await grown(before, counters);
  const figure = (name: string): number => figures[name] ?? 0;
  const sent = figure('webster_attempts_total{result="succeeded"}');
  expect(figure("webster_leases_given_back_total")).toBeGreaterThan(0);
  expect(sent + figure("webster_leases_given_back_total") - figure("webster_deliveries_claimed_total")).toBe(20);
});

test("runs of code count by how they ended", async () => {
  const { app, endpoint } = await newApp();
  const path = `/app/${app}/endpoint/${endpoint}/transformation/test`;
  const before = await read();
  for (const code of ["const handler = (webhook) => webhook", "const handler = () => { throw new Error('no') }"])
    expect((await call("POST", path, { code, payload: {} })).status).toBe(200);
  expect(await grown(before, counters)).toEqual({
    'webster_code_runs_total{result="done"}': 1,
    'webster_code_runs_total{result="threw"}': 1,
  });
});

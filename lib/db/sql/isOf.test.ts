/** Whatever asks for somebody's rows finds them by an index: without the hash that the index has, a condition reads the whole day. */
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createApi } from "../../api/app.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newApplicationId, newTenant, type Tenant } from "../../testing/tenant.ts";
import { newId } from "../../ids.ts";
import { dayMs, hourMs } from "../../words/duration.ts";
import { countDeliveries } from "./figures/endpointDays.ts";
import { readHealth } from "./figures/endpointHealth.ts";
import { readQueue, readRecentAttempts } from "./figures/endpointQueue.ts";
import { sweepIncidents } from "./figures/incidents.ts";
import { readFailing } from "./figures/overview.ts";
import { readCounts } from "./figures/statistics.ts";
import { queueRecover } from "./hot/recover.ts";
import { countMissing } from "./hot/resendMany.ts";
import { recentStatuses } from "./log/deliveries.ts";
import { endOfAll } from "./log/newest.ts";
import { sealHead } from "../../services/receivedRequest/receivedHead.ts";
import { recentMessages } from "./log/recentMessages.ts";
import { hasTraces } from "./log/traces.ts";
import { countReceived } from "./received/volume.ts";
import { expungeNext } from "./upkeep/expunge.ts";
import { newestOf } from "./upkeep/payloadShapes.ts";
import { nextNewer } from "./upkeep/searchIndex.ts";

let database: TestDatabase;
let tenant: Tenant;
const applicationId = newApplicationId();
const endpointId = newId("endpoint");
let sourceId = "";
/** An environment of many messages, all of one application. */
let large: Tenant;
const largeId = newId("application");
const largeEndpointId = newId("endpoint");
const nowMs = Date.now();
const own = Array.from({ length: 10 }, (_, n) => {
  const atMs = nowMs - n * 10;
  return { messageId: newId("message", atMs), attemptId: newId("attempt", atMs), requestId: newId("receivedRequest", atMs), atMs };
});

const othersRows = 20_000;
/** Of the large environment. */
const oldest = 19_998;
/** Of the table with the fewest pages: half of them are a few rows of somebody, and a look at each day that has none. */
let pages = 0;

beforeAll(async () => {
  database = await testDatabase();
  tenant = await newTenant();
  large = await newTenant();
  const { environmentId } = tenant;
  const { prisma, pool } = database;
  await prisma.application.create({ data: { id: applicationId, environmentId, name: "Café" } });
  await prisma.application.create({ data: { id: largeId, environmentId: large.environmentId, name: "Large" } });
  const largePlace = {
    applicationId: largeId,
    environmentId: large.environmentId,
    url: "https://example.com/",
    eventTypes: [],
    channels: [],
  };
  for (const id of [largeEndpointId, newId("endpoint")]) await prisma.endpoint.create({ data: { ...largePlace, id } });
  const place = { applicationId, environmentId, url: "https://example.com/", eventTypes: [], channels: [] };
  await prisma.endpoint.create({ data: { ...place, id: endpointId, failingSince: new Date(nowMs - hourMs) } });
  await prisma.eventType.create({ data: { environmentId, name: "rare", description: "" } });
  const made = await createApi().request("/api/v1/source", {
    method: "POST",
    headers: { authorization: `Bearer ${tenant.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "Orders", provider: "none" }),
  });
  sourceId = ((await made.json()) as { id: string }).id;
  const head = (id: string): string => sealHead(id, { path: "", query: "", headers: {}, url: "https://example.com/" }).toString("hex");
  const sealed = own.map(({ requestId, ...ids }) => ({ ...ids, requestId, head: head(requestId) }));
  await pool.query(
    `create temporary view made as
       select 'msg_' || n as message, 'atmpt_' || n as attempt, case when n % 3 = 0 then '${largeEndpointId}' else 'ep_' || n % 1000 end as endpoint,
         case when n % 3 = 0 then '${largeId}' else 'app_' || n % 1000 end as application,
         case when n % 3 = 0 then '${large.environmentId}' else 'env_' || n % 100 end as environment,
         case when n = ${oldest} then 'seldom' else 'type.' || n % 10 end as type, now() - n * interval '1 ms' as at,
         'req_' || n as request, repeat('00', 100) as head
       from generate_series(1, ${othersRows}) n
       union all select m->>'messageId', m->>'attemptId', '${endpointId}', '${applicationId}', '${environmentId}', 'rare',
         to_timestamp((m->>'atMs')::float8 / 1000), m->>'requestId', m->>'head' from jsonb_array_elements('${JSON.stringify(sealed)}') m;
     insert into message ("id", "createdAt", "environmentId", "applicationId", "eventType", "payload", "payloadBytes")
       select message, at, environment, application, type, convert_to(json_build_object('text', repeat('x', 185))::text, 'UTF8'), 200 from made;
     insert into message_event_id ("applicationId", "eventId", "messageId", "createdAt")
       select "applicationId", 'order-1', "id", "createdAt" from message where "id" = 'msg_${oldest}';
     insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "status", "attemptCount")
       select message, endpoint, at, environment, application, type, 'failed', 1 from made;
     insert into received_request ("id", "createdAt", "environmentId", "sourceId", "verdict", "method", "sealedHead", "bodyBytes", "responseStatus")
       select request, at, environment, case when endpoint = '${endpointId}' then '${sourceId}' else endpoint end, 'accepted', 'POST',
         decode(head, 'hex'), 2, 200 from made;
     insert into attempt ("id", "createdAt", "messageId", "endpointId", "eventType", "attemptNumber", "url", "responseStatusCode", "errorClass", "durationMs")
       select attempt, at, message, endpoint, type, 1, '', 500, 'status', 3 from made`,
  );
  await database.asOwner("analyze");
  // It opens them once: to ask how that was done would do it twice.
  await sweepIncidents();
  const { rows } = await pool.query<{ pages: number }>(
    `select min(pages)::int as pages from (select sum(pg_relation_size(relid)) / 8192 as pages
       from unnest(array['message', 'delivery', 'attempt', 'received_request']) t(name), pg_partition_tree(name::regclass) where isleaf group by name) t`,
  );
  pages = rows[0]?.pages ?? 0;
});
afterAll(() => database.close());

const since = new Date(nowMs - hourMs);
const until = new Date(nowMs + hourMs);
const missing = () => ({
  environmentId: tenant.environmentId,
  applicationId,
  endpointId,
  eventTypes: [],
  channels: [],
  since,
  until,
  filter: null,
});

const get = (path: string) => () => getAs(tenant, path);

const getAs = async ({ apiKey }: Tenant, path: string): Promise<void> => {
  const answer = await createApi().request(`/api/v1${path}`, { headers: { authorization: `Bearer ${apiKey}` } });
  expect(answer.status).toBe(200);
  expect((await answer.text()).length).toBeGreaterThan(20);
};

it.each<[what: string, ask: () => unknown]>([
  ["messages of an application", get(`/app/${applicationId}/msg`)],
  ["messages of an environment", get("/msg")],
  ["messages of an application in the log", get(`/msg?application_id=${applicationId}`)],
  ["messages of a type in the log", get(`/msg?event_types=rare`)],
  ["the message of an eventId among many", () => getAs(large, "/msg?event_id=order-1")],
  ["messages of a rare type among many", () => getAs(large, "/msg?event_types=seldom")],
  ["the same of an application", () => getAs(large, `/msg?event_types=seldom&application_id=${largeId}`)],
  ["deliveries of a rare type among many", () => getAs(large, "/delivery?event_types=seldom")],
  ["a large application's newest messages", () => getAs(large, `/app/${largeId}/msg?limit=10&with_content=false`)],
  ["a large endpoint's newest messages", () => getAs(large, `/app/${largeId}/endpoint/${largeEndpointId}/msg?limit=10&with_content=false`)],
  ["a large endpoint's newest attempts", () => getAs(large, `/app/${largeId}/attempt/endpoint/${largeEndpointId}?limit=10`)],
  ["a large application's newest deliveries", () => getAs(large, `/delivery?limit=2&application_id=${largeId}`)],
  ["the same of an earlier moment", () => getAs(large, `/delivery?limit=2&application_id=${largeId}&before=${until.toISOString()}`)],
  ["a large environment's newest messages", () => getAs(large, "/msg?limit=2")],
  ["a large environment's newest deliveries", () => getAs(large, "/delivery?limit=10")],
  ["messages of an endpoint", get(`/app/${applicationId}/endpoint/${endpointId}/msg`)],
  ["attempts of an endpoint", get(`/app/${applicationId}/attempt/endpoint/${endpointId}`)],
  ["attempts of an endpoint, further on", get(`/app/${applicationId}/attempt/endpoint/${endpointId}?iterator=${own[2]?.attemptId ?? ""}`)],
  ["deliveries", get("/delivery")],
  ["deliveries, counted", get("/delivery/count")],
  ["deliveries of an application", get(`/delivery?application_id=${applicationId}`)],
  ["deliveries of an endpoint", get(`/delivery?endpoint_id=${endpointId}`)],
  ["deliveries of a type", get("/delivery?event_types=rare")],
  ["deliveries that wait", get("/delivery?status=pending")],
  ["a delivery and its neighbours", get(`/delivery/${own[3]?.messageId ?? ""}/${endpointId}`)],
  ["an endpoint's figures", get(`/app/${applicationId}/endpoint/${endpointId}/stats`)],
  ["an endpoint's latency", get(`/app/${applicationId}/endpoint/${endpointId}/stats/latency`)],
  ["an endpoint's queue", () => readQueue(endpointId, 100)],
  ["an endpoint's last attempts", () => readRecentAttempts(endpointId, 100)],
  ["an endpoint's health", () => readHealth(endpointId, 100)],
  ["counts of a day", () => countDeliveries(endpointId, since, until, nowMs)],
  ["counts of a range", () => readCounts({ endpointIds: [endpointId], sinceMs: +since, untilMs: +until, nowMs, bucketMs: 60_000 })],
  ["endpoints that fail", () => readFailing(tenant.environmentId, 1, since, until, 10)],
  ["incidents", sweepIncidents],
  ["the states of an endpoint's newest deliveries", () => recentStatuses([endpointId], 5)],
  ["what can be recovered", () => queueRecover(endpointId, since, until, 100, null)],
  ["what is missing at an endpoint", () => countMissing(missing(), 100)],
  ["an application's newest messages", () => recentMessages(applicationId, 10).next()],
  ["received requests", get("/received-request")],
  ["received requests of a source", () => get(`/received-request?source_id=${sourceId}`)()],
  ["a source's requests, counted", () => countReceived({ sourceId, sinceMs: +since, untilMs: +until, bucketMs: 60_000, limit: 100 })],
  ["where a source's requests end", () => endOfAll("receivedRequest", sourceId)],
  ["traces of an application", () => hasTraces("application", `${applicationId}x`)],
  ["traces of an endpoint", () => hasTraces("endpoint", `${endpointId}x`)],
  ["where an environment's deliveries end", () => endOfAll("delivery", tenant.environmentId)],
  ["where an application's messages end", () => endOfAll("message", applicationId)],
  ["payloads to delete", () => expungeNext(applicationId, until, null, 100)],
  ["payloads to learn a shape from", () => newestOf({ ...unread, environmentId: tenant.environmentId }, 10)],
  ["messages to index", () => nextNewer(tenant.environmentId, since, until, 100)],
])("by an index: %s", async (_, ask) => {
  const asked = vi.spyOn(pg.Client.prototype, "query");
  await ask();
  const { calls, contexts } = asked.mock;
  const statements = calls.map(([first, second], i) => ({ ...statementOf(first, second), client: contexts[i] as pg.Client }));
  asked.mockRestore();
  const ofDays = statements.filter(({ text }) => readsDays.test(text));
  expect(ofDays.length).toBeGreaterThan(0);
  for (const statement of ofDays) expect([statement.text, await pagesOf(statement)]).toEqual([statement.text, expect.toSatisfy(few)]);
});

const few = (read: number): boolean => read < pages / 2;
const unread = { eventType: "rare", shape: null, refusals: null, readUntil: new Date(nowMs - dayMs), waitSeconds: 1, schemas: null };
const readsDays = /\b(from|join|update) "?(message|delivery|attempt|received_request)\b/;

type Statement = { text: string; values: unknown[] };

function statementOf(query: unknown, values: unknown): Statement {
  if (typeof query === "string") return { text: query, values: Array.isArray(values) ? values : [] };
  const { text = "", values: given = [] } = query as Partial<Statement>;
  return { text, values: given };
}

/** How many pages the statement touches, which is undone. On the connection that it ran on: each pool has settings of its own. */
async function pagesOf({ text, values, client }: Statement & { client: pg.ClientBase }): Promise<number> {
  await client.query("begin");
  try {
    const { rows } = await client.query<{ "QUERY PLAN": { Plan: Record<string, number> }[] }>(
      `explain (analyze, buffers, format json) ${text}`,
      values,
    );
    const plan = rows[0]?.["QUERY PLAN"][0]?.Plan ?? {};
    return (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0);
  } finally {
    await client.query("rollback");
  }
}

it("a page of the day costs more than that", async () => {
  expect(pages).toBeGreaterThan(200);
  const client = await database.pool.connect();
  const read = await pagesOf({ text: `select count(*) from delivery where "endpointId" = $1`, values: [endpointId], client });
  client.release();
  expect(few(read)).toBe(false);
});

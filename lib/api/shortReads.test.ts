// What the API reads by a key, or as the first page of a list: by an index, and of ten days in those alone that can have it.
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makePastDays } from "../db/partitions.ts";
import { type NamedQuery, SharedConnections } from "../db/sharedConnections.ts";
import { newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { dayMs } from "../words/duration.ts";
import { createApi } from "./app.ts";

const days = 10;
const perDay = 60;
const nowMs = Date.now();

type Made = { messageId: string; attemptId: string; atMs: number };

let database: TestDatabase;
let tenant: Tenant;
const [applicationId, endpointId] = [newId("application"), newId("endpoint")];
const made: Made[] = Array.from({ length: days * perDay }, (_, i) => {
  const atMs = Math.floor(nowMs - (i * dayMs) / perDay);
  return { messageId: newId("message", atMs), attemptId: newId("attempt", atMs), atMs };
});

/** Somebody else's, all of today: whoever looks for rows by their moment alone reads these too. */
const others: Made[] = Array.from({ length: 1_000 }, (_, i) => {
  const atMs = nowMs - i * 5;
  return { messageId: newId("message", atMs), attemptId: newId("attempt", atMs), atMs };
});

beforeAll(async () => {
  database = await testDatabase();
  await makePastDays(new Date(nowMs - (days + 1) * dayMs));
  tenant = await newTenant();
  await store(tenant.environmentId, { applicationId, endpointId }, made);
  const other = await newTenant();
  await store(other.environmentId, { applicationId: newId("application"), endpointId: newId("endpoint") }, others);
  await database.asOwner("analyze");
});
afterAll(() => database.close());

async function store(environmentId: string, ids: { applicationId: string; endpointId: string }, all: Made[]): Promise<void> {
  const { prisma, pool } = database;
  const uid = ids.applicationId === applicationId ? "cafe" : "other";
  await prisma.application.create({ data: { id: ids.applicationId, environmentId, name: "Café", uid } });
  const common = { applicationId: ids.applicationId, environmentId, url: "https://example.com/", eventTypes: [], channels: [] };
  await prisma.endpoint.create({ data: { ...common, id: ids.endpointId, uid: "first" } });
  const rows = `from jsonb_to_recordset($1) as r("messageId" text, "attemptId" text, "atMs" float8)`;
  const at = `to_timestamp("atMs" / 1000)`;
  const json = JSON.stringify(all);
  await pool.query(
    `insert into message ("id", "createdAt", "payload", "payloadBytes", "eventType", "environmentId", "applicationId")
     select "messageId", ${at}, '{}', 2, 't', $2, $3 ${rows}`,
    [json, environmentId, ids.applicationId],
  );
  await pool.query(
    `insert into delivery ("messageId", "createdAt", "status", "attemptCount", "succeededAt", "eventType", "environmentId", "applicationId", "endpointId")
     select "messageId", ${at}, 'succeeded', 1, ${at}, 't', $2, $3, $4 ${rows}`,
    [json, environmentId, ids.applicationId, ids.endpointId],
  );
  await pool.query(
    `insert into attempt ("id", "messageId", "createdAt", "endpointId", "attemptNumber", "url", "responseStatusCode", "durationMs", "eventType")
     select "attemptId", "messageId", ${at}, $2, 1, 'https://example.com/', 200, 3, 't' ${rows}`,
    [json, ids.endpointId],
  );
}

type Plan = {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Loops"?: number;
  "Actual Rows"?: number;
  "Rows Removed by Filter"?: number;
  Plans?: Plan[];
};

const api = createApi();

async function answerTo(path: string, apiKey = tenant.apiKey): Promise<{ status: number; body: string }> {
  const answer = await api.request(path, { headers: { authorization: `Bearer ${apiKey}` } });
  return { status: answer.status, body: await answer.text() };
}

/** What answers to questions that come at once took: the statements, each explained as it is run, with the settings of its connection. */
async function plansOf(paths: string[]): Promise<{ answers: { status: number; body: string }[]; plans: Plan[] }> {
  const asked: NamedQuery[] = [];
  const query = vi.spyOn(SharedConnections.prototype, "query");
  const answers = await Promise.all(paths.map((path) => answerTo(path)));
  asked.push(...query.mock.calls.map(([one]) => one));
  const [shared] = query.mock.contexts;
  query.mockRestore();
  const plans: Plan[] = [];
  const client = await (shared as SharedConnections).pool.connect();
  try {
    for (const [number, { text, values }] of asked.entries()) {
      await client.query(`prepare explained_${number} as ${text}`);
      const given = values.length === 0 ? "" : `(${values.map(literal).join(", ")})`;
      type Explained = { "QUERY PLAN": { Plan: Plan }[] };
      const { rows } = await client.query<Explained>(`explain (analyze, format json) execute explained_${number}${given}`);
      const plan = rows[0]?.["QUERY PLAN"][0]?.Plan;
      if (plan !== undefined) plans.push(plan);
    }
    await client.query("deallocate all");
  } finally {
    client.release(true);
  }
  return { answers, plans };
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map((one) => `"${one}"`).join(",")}}`);
  return pg.escapeLiteral(value instanceof Date ? value.toISOString() : (value as string));
}

const allOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(allOf)];

const message = made[3 * perDay] as Made;
const [app, ofEndpoint] = [`/api/v1/app/${applicationId}`, `endpoint/${endpointId}`];

/** `most`: in so many days of a table at most, counting those alone in which something was looked for. */
const reads: [path: string, most: number][] = [
  [app, 0],
  ["/api/v1/app/cafe", 0],
  [`${app}/${ofEndpoint}`, 0],
  [`${app}/endpoint/first`, 0],
  [`${app}/msg/${message.messageId}`, 1],
  [`${app}/msg/${message.messageId}?with_content=false`, 1],
  [`${app}/msg/${message.messageId}/endpoint`, 1],
  // Retries come later, so all days from the message's own on can have them; and one more at either end, for clocks that were set back.
  [`${app}/attempt/msg/${message.messageId}`, 6],
  [`${app}/msg/${message.messageId}/attempt/${message.attemptId}`, 2],
  ["/api/v1/app?limit=50", 0],
  [`${app}/endpoint?limit=50`, 0],
  [`${app}/msg?limit=50`, 2],
  [`${app}/attempt/${ofEndpoint}?limit=50`, 2],
  [`${app}/attempt/${ofEndpoint}?limit=50&with_msg=true`, 2],
  [`${app}/${ofEndpoint}/msg?limit=50`, 2],
  ["/api/v1/delivery?limit=50", 2],
  [`/api/v1/delivery?limit=50&endpoint_id=${endpointId}`, 2],
];

test.each(reads)("%s", async (path, most) => {
  const { answers, plans } = await plansOf([path]);
  expect(answers).toEqual([{ status: 200, body: expect.stringMatching(/"id":|"messageId":/) as string }]);
  expect(plans.length).toBeGreaterThan(0);
  for (const plan of plans) {
    const reached = allOf(plan).filter((one) => one["Relation Name"] !== undefined && (one["Actual Loops"] ?? 0) > 0);
    expect(reached.filter((one) => one["Node Type"] === "Seq Scan")).toEqual([]);
    for (const table of ["message", "delivery", "attempt"]) {
      const names = reached.flatMap((one) => one["Relation Name"] ?? []).filter((name) => name.startsWith(`${table}_2`));
      expect(new Set(names).size).toBeLessThanOrEqual(most);
    }
    const looked = reached.map((one) => ((one["Actual Rows"] ?? 0) + (one["Rows Removed by Filter"] ?? 0)) * (one["Actual Loops"] ?? 0));
    expect(Math.max(0, ...looked)).toBeLessThanOrEqual(2 * perDay);
  }
});

test("what is asked of many messages at once takes few statements, which look at those alone, and everybody gets their own", async () => {
  const other = await newTenant();
  const ids = { applicationId: newId("application"), endpointId: newId("endpoint") };
  const foreign: Made = { messageId: newId("message"), attemptId: newId("attempt"), atMs: Date.now() };
  await database.pool.query(
    `update message set "payload" = convert_to('{"n":' || hashtext("id") || '}', 'UTF8') where "applicationId" = $1`,
    [applicationId],
  );
  await store(other.environmentId, ids, [foreign]);
  const named = [...made.filter((_, i) => i % 29 === 0), foreign, message].map(({ messageId }) => messageId);
  const paths = [
    ...named.flatMap((id) => [`${app}/msg/${id}`, `${app}/msg/${id}?with_content=false`, `${app}/attempt/msg/${id}`]),
    `${app}/attempt/msg/${message.messageId}?limit=1`,
    `${app}/attempt/msg/${message.messageId}?with_content=false&limit=2`,
    `${app}/msg/${newId("message")}`,
  ];
  const { answers, plans } = await plansOf(paths);
  expect(plans.length).toBeLessThan(paths.length / 5);
  for (const [i, path] of paths.entries()) expect([path, answers[i]]).toEqual([path, await answerTo(path)]);
  expect(answers.filter(({ status }) => status === 404)).toHaveLength(4);
  for (const plan of plans) {
    const reached = allOf(plan).filter((one) => one["Relation Name"] !== undefined && (one["Actual Loops"] ?? 0) > 0);
    expect(reached.filter((one) => one["Node Type"] === "Seq Scan")).toEqual([]);
    const looked = reached.map((one) => ((one["Actual Rows"] ?? 0) + (one["Rows Removed by Filter"] ?? 0)) * (one["Actual Loops"] ?? 0));
    expect(Math.max(0, ...looked)).toBeLessThanOrEqual(2 * named.length);
  }
});

test("pages lead through all days, forward and back", async () => {
  for (const path of [`${app}/msg`, `${app}/attempt/${ofEndpoint}`, `${app}/${ofEndpoint}/msg`]) {
    const ask = async (iterator: string | null) => {
      const url = `${path}?limit=130${iterator === null ? "" : `&iterator=${iterator}`}`;
      const answer = await api.request(url, { headers: { authorization: `Bearer ${tenant.apiKey}` } });
      return (await answer.json()) as { data: { id: string }[]; iterator: string; prevIterator: string; done: boolean };
    };
    const ids = made.map(({ messageId, attemptId }) => (path.includes("attempt") ? attemptId : messageId));
    const found: string[] = [];
    let page = await ask(null);
    for (;;) {
      found.push(...page.data.map(({ id }) => id));
      if (page.done) break;
      page = await ask(page.iterator);
    }
    expect(found).toEqual(ids);
    const back: string[] = [];
    do {
      page = await ask(page.prevIterator);
      back.unshift(...page.data.map(({ id }) => id));
    } while (!page.done);
    expect(back).toEqual(ids.slice(0, back.length));
    expect(back.length).toBeGreaterThan(500 - 130);
  }
});

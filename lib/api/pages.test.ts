// Pages of messages and attempts, against a list that is kept in memory: rows made at one moment, borders of days, filters, iterators.
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePastDays } from "../db/partitions.ts";
import { newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { dayMs, hourMs } from "../words/duration.ts";
import { createApi } from "./app.ts";

/** Numbers from 0 up to 1, the same in each run. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

const draw = drawn(20_261_203);
const drawBelow = (most: number): number => Math.floor(draw() * most);
const oneOf = <T>(all: readonly T[]): T => all[drawBelow(all.length)] as T;

const [applicationId, otherId] = [newId("application"), newId("application")];
const endpointIds = [newId("endpoint"), newId("endpoint")] as const;
const midnightMs = Math.floor(Date.now() / dayMs) * dayMs;

/** Moments that lie about borders of days, some of them many times; the one of tomorrow is from before a clock was set back. */
const moments = [-1, 0, 1, 2, 3, 6, 9].flatMap((days) => {
  const borderMs = midnightMs - days * dayMs;
  return [borderMs, borderMs, borderMs - 1, borderMs + 1, borderMs - 700, borderMs - 5 * hourMs - 3];
});

type Message = { id: string; atMs: number; tag: string; eventType: string; endpointIds: string[] };
type Attempt = { id: string; atMs: number; message: Message; endpointId: string; number: number; status: "succeeded" | "failed" };

function drawMessage(sentTo: string[]): Message {
  const atMs = oneOf(moments);
  return { id: newId("message", atMs), atMs, tag: oneOf(["a", "b"]), eventType: oneOf(["t.one", "t.two"]), endpointIds: sentTo };
}

const messages = Array.from({ length: 150 }, () => {
  const chosen = drawBelow(3);
  return drawMessage(chosen === 2 ? [...endpointIds] : [endpointIds[chosen] as string]);
});

/** Of another application of the environment. */
const others = Array.from({ length: 50 }, () => drawMessage([]));

const attempts: Attempt[] = messages.flatMap((message) =>
  message.endpointIds.flatMap((endpointId) =>
    Array.from({ length: 1 + drawBelow(2) }, (_, number) => {
      const atMs = Math.min(message.atMs + oneOf([0, 0, 5, 4 * hourMs, dayMs]) * number, Date.now());
      // An attempt's id dates from its beginning, its row from its end.
      const id = newId("attempt", atMs - drawBelow(30_000));
      return { id, atMs, message, endpointId, number: number + 1, status: oneOf(["succeeded", "failed"]) };
    }),
  ),
);

let database: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  database = await testDatabase();
  await makePastDays(new Date(midnightMs - 12 * dayMs));
  tenant = await newTenant();
  const { pool, prisma } = database;
  const { environmentId } = tenant;
  for (const id of [applicationId, otherId]) await prisma.application.create({ data: { id, environmentId, name: "Pages" } });
  for (const id of endpointIds)
    await prisma.endpoint.create({
      data: { id, applicationId, environmentId, url: "https://example.com/", eventTypes: [], channels: [] },
    });
  for (const [of, made] of [
    [applicationId, messages],
    [otherId, others],
  ] as const)
    await pool.query(
      `insert into message ("id", "createdAt", "payload", "payloadBytes", "eventType", "tags", "environmentId", "applicationId")
     select "id", to_timestamp("atMs" / 1000), '{}', 2, "eventType", array["tag"], $2, $3
     from jsonb_to_recordset($1) as r("id" text, "atMs" float8, "tag" text, "eventType" text)`,
      [JSON.stringify(made), environmentId, of],
    );
  const deliveries = messages.flatMap((message) => message.endpointIds.map((endpointId) => ({ ...message, endpointId })));
  await pool.query(
    `insert into delivery ("messageId", "createdAt", "status", "attemptCount", "eventType", "environmentId", "applicationId", "endpointId")
     select "id", to_timestamp("atMs" / 1000), 'failed', 1, "eventType", $2, $3, "endpointId"
     from jsonb_to_recordset($1) as r("id" text, "atMs" float8, "eventType" text, "endpointId" text)`,
    [JSON.stringify(deliveries), environmentId, applicationId],
  );
  await pool.query(
    `insert into attempt ("id", "messageId", "createdAt", "endpointId", "attemptNumber", "errorClass", "url", "responseStatusCode", "durationMs", "eventType")
     select "id", "messageId", to_timestamp("atMs" / 1000), "endpointId", "number", case when "status" = 'failed' then 'status' end, 'https://example.com/', 200, 3, "eventType"
     from jsonb_to_recordset($1) as r("id" text, "messageId" text, "atMs" float8, "endpointId" text, "number" int, "status" text, "eventType" text)`,
    [JSON.stringify(attempts.map((one) => ({ ...one, messageId: one.message.id, eventType: one.message.eventType })))],
  );
});
afterAll(() => database.close());

type Listed = { data: { id: string; msg?: { id: string } | null }[]; iterator: string | null; prevIterator?: string; done: boolean };

async function ask(path: string, query: Record<string, string>): Promise<Listed> {
  const answer = await createApi().request(`/api/v1${path}?${new URLSearchParams(query)}`, {
    headers: { authorization: `Bearer ${tenant.apiKey}` },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Listed;
}

type Row = { id: string; atMs: number; message: Message; status?: string };

/** Conditions of a list, and what they leave. */
function drawFilters(withStatus: boolean): { query: Record<string, string>; holds: (row: Row) => boolean } {
  const query: Record<string, string> = {};
  const conditions: ((row: Row) => boolean)[] = [];
  if (draw() < 0.4) {
    const beforeMs = oneOf(moments) + drawBelow(3) - 1;
    query["before"] = new Date(beforeMs).toISOString();
    conditions.push(({ atMs }) => atMs < beforeMs);
  }
  if (draw() < 0.4) {
    const afterMs = oneOf(moments) + drawBelow(3) - 1;
    query["after"] = new Date(afterMs).toISOString();
    conditions.push(({ atMs }) => atMs >= afterMs);
  }
  if (draw() < 0.25) {
    query["tag"] = "a";
    conditions.push(({ message }) => message.tag === "a");
  }
  if (draw() < 0.25) {
    query["event_types"] = "t.two";
    conditions.push(({ message }) => message.eventType === "t.two");
  }
  if (withStatus && draw() < 0.25) {
    query["status"] = "2";
    conditions.push(({ status }) => status === "failed");
  }
  return { query, holds: (row) => conditions.every((condition) => condition(row)) };
}

/** Of an environment's messages, those that a filter finds: in the order of the primary key. */
const greatestFirst = (one: Row, other: Row): number => (one.id < other.id ? 1 : -1);
const newestFirst = (one: Row, other: Row): number => other.atMs - one.atMs || (one.id < other.id ? 1 : -1);
const ofMessages = messages.map((message) => ({ ...message, message }));
const [ofOne] = messages.toSorted((one, other) => other.endpointIds.length - one.endpointIds.length) as [Message];

const app = `/app/${applicationId}`;
const lists: [name: string, path: string, rows: Row[], withStatus: boolean][] = [
  ["an environment's messages", "/msg", [...messages, ...others].map((message) => ({ ...message, message })), false],
  ["an application's messages", `${app}/msg`, ofMessages, false],
  [
    "an endpoint's messages",
    `${app}/endpoint/${endpointIds[0]}/msg`,
    ofMessages.filter((message) => message.endpointIds.includes(endpointIds[0])),
    false,
  ],
  [
    "an endpoint's attempts",
    `${app}/attempt/endpoint/${endpointIds[1]}`,
    attempts.filter((one) => one.endpointId === endpointIds[1]),
    true,
  ],
  ["a message's attempts", `${app}/attempt/msg/${ofOne.id}`, attempts.filter(({ message }) => message === ofOne), true],
];

test.each(lists)("%s, page by page, are what a list in memory has", async (_name, path, rows, withStatus) => {
  for (let round = 0; round < 4; round++) {
    const { query, holds } = round === 0 ? { query: {}, holds: () => true } : drawFilters(withStatus);
    const isFiltered = Object.keys(query).length > 0;
    const expected = rows.filter(holds).toSorted(path === "/msg" && isFiltered ? greatestFirst : newestFirst);
    const ids = expected.map(({ id }) => id);
    const limit = Math.max(1, Math.ceil(ids.length / (2 + drawBelow(4))) - drawBelow(2));
    let from = 0;
    for (let iterator: string | null = null; ;) {
      const page = await ask(path, {
        ...query,
        limit: String(limit),
        ...(iterator === null ? {} : { iterator }),
        ...(withStatus ? { with_msg: "true" } : {}),
      });
      const where = { path, query, limit, from };
      expect({ ...where, ids: page.data.map(({ id }) => id) }).toEqual({ ...where, ids: ids.slice(from, from + limit) });
      const told = page.data.flatMap(({ msg }) => msg?.id ?? []);
      expect(told).toEqual(withStatus ? expected.slice(from, from + limit).map(({ message }) => message.id) : []);
      expect({ ...where, done: page.done }).toEqual({ ...where, done: from + limit >= ids.length });
      const back =
        page.prevIterator === undefined ? [] : (await ask(path, { ...query, limit: String(limit), iterator: page.prevIterator })).data;
      expect({ ...where, back: back.map(({ id }) => id) }).toEqual({ ...where, back: ids.slice(Math.max(0, from - limit), from) });
      if (page.done) break;
      from += limit;
      iterator = page.iterator;
    }
  }
});

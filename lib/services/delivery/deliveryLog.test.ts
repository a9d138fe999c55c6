import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../../actor.ts";
import type { DeliveryQuery } from "../../contract/delivery.ts";
import { makePastDays } from "../../db/partitions.ts";
import { lastMomentOf, readLastAttempted, sortedDeliveries } from "../../db/sql/log/log.ts";
import { newId } from "../../ids.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newEnvironmentId, newTenant } from "../../testing/tenant.ts";
import * as log from "./deliveryLog.ts";
import { dayMs, hourMs } from "../../words/duration.ts";

const rowCount = 400;
const eventTypes = ["a.one", "a.two", "a.rare"];

type Made = {
  messageId: string;
  endpointId: string;
  applicationId: string;
  createdAt: Date;
  eventType: string;
  status: "pending" | "succeeded" | "failed" | "cancelled";
  code: number | null;
  error: string | null;
  attempts: number;
  /** Some in the same moment, some of old deliveries after those of newer ones. */
  lastAttemptAt: Date | null;
};

let database: TestDatabase;
let actor: Actor;
let stranger: Actor;
const applications: string[] = [];
const endpoints: { id: string; applicationId: string }[] = [];
const made: Made[] = [];

/** The last are of before a clock was set back. */
const spanMs = 14 * dayMs + 3 * hourMs;

/** Two weeks of deliveries of two applications, some messages with more than one, several of one millisecond. */
beforeAll(async () => {
  database = await testDatabase();
  const startMs = Date.now() - 14 * dayMs;
  await makePastDays(new Date(startMs - 3 * dayMs));
  actor = (await tenantSince(startMs)).actor;
  stranger = (await newTenant()).actor;
  for (const uid of ["one", "two"]) {
    const applicationId = newId("application", startMs);
    await database.prisma.application.create({ data: { id: applicationId, environmentId: actor.environmentId, name: uid, uid } });
    applications.push(applicationId);
    for (let i = 0; i < 2; i++) {
      const id = newId("endpoint", startMs);
      const description = `${uid} ${i}`;
      await database.prisma.endpoint.create({
        data: {
          id,
          applicationId,
          environmentId: actor.environmentId,
          url: "https://example.com/",
          description,
          eventTypes: [],
          channels: [],
        },
      });
      endpoints.push({ id, applicationId });
    }
  }
  for (let i = 0; i < rowCount; i++) made.push(...rowsOf(i, startMs));
  await insert();
});

afterAll(() => database.close());

async function tenantSince(startMs: number) {
  const tenant = await newTenant();
  const environmentId = newEnvironmentId(startMs);
  await database.prisma.environment.create({ data: { id: environmentId, organizationId: tenant.organizationId, name: "Old" } });
  return { actor: { ...tenant.actor, environmentId } };
}

function rowsOf(i: number, startMs: number): Made[] {
  const createdMs = Math.round(startMs + (Math.floor(i / 3) * 3 * spanMs) / rowCount);
  const messageId = newId("message", createdMs);
  const application = applications[i % 2] ?? "";
  const targets = endpoints.filter(({ applicationId }) => applicationId === application).slice(0, i % 5 === 0 ? 2 : 1);
  return targets.map(({ id: endpointId, applicationId }, n) => {
    const kind = (i * 7 + n) % 11;
    const common = {
      messageId,
      endpointId,
      applicationId,
      createdAt: new Date(createdMs),
      eventType: eventTypes[i % 50 === 0 ? 2 : i % 2] ?? "",
    };
    const lastAttemptAt = new Date(createdMs + ((i * 31) % 17) * dayMs);
    if (kind < 6)
      return { ...common, status: "succeeded", code: i % 4 === 0 ? 204 : 200, error: null, attempts: kind === 0 ? 3 : 1, lastAttemptAt };
    if (kind < 8) return { ...common, status: "failed", code: i % 3 === 0 ? 404 : 503, error: "status", attempts: 8, lastAttemptAt };
    if (kind === 8) return { ...common, status: "cancelled", code: null, error: null, attempts: 0, lastAttemptAt: null };
    if (kind === 9) return { ...common, status: "pending", code: null, error: null, attempts: 0, lastAttemptAt: null };
    return { ...common, status: "pending", code: 0, error: "timeout", attempts: 2, lastAttemptAt };
  });
}

async function insert(): Promise<void> {
  const messages = new Map(made.map((row) => [row.messageId, row]));
  for (const { messageId, createdAt, applicationId, eventType } of messages.values())
    await database.pool.query(
      `insert into message ("id", "createdAt", "environmentId", "applicationId", "eventType", "payload", "payloadBytes")
       values ($1, $2, $3, $4, $5, '{}', 2)`,
      [messageId, createdAt, actor.environmentId, applicationId, eventType],
    );
  for (const { messageId, endpointId, applicationId, createdAt, eventType, status, code, error, attempts, lastAttemptAt } of made)
    await database.pool.query(
      `insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "status", "attemptCount",
         "lastStatusCode", "lastErrorClass", "lastAttemptAt", "nextAttemptAt")
       values ($1, $2, $3, $4, $5, $6, $7::text, $8, $9, $10, $11, case when $7::text = 'pending' then now() + interval '1 hour' end)`,
      [messageId, endpointId, createdAt, actor.environmentId, applicationId, eventType, status, attempts, code, error, lastAttemptAt],
    );
}

const key = ({ messageId, endpointId }: { messageId: string; endpointId: string }): string => `${messageId}.${endpointId}`;

/** What the log should say: every row looked at, in its order. */
function expected(matches: (row: Made) => boolean): string[] {
  const order = (row: Made): string => `${row.createdAt.toISOString()} ${key(row)}`;
  return made
    .filter(matches)
    .sort((one, other) => (order(one) < order(other) ? 1 : -1))
    .map(key);
}

/** As `expected`, sorted by the last attempt. */
function expectedByAttempt(matches: (row: Made) => boolean): string[] {
  const order = (row: Made): string => `${(row.lastAttemptAt ?? row.createdAt).toISOString()} ${key(row)}`;
  return made
    .filter(matches)
    .sort((one, other) => (order(one) < order(other) ? 1 : -1))
    .map(key);
}

type Query = Omit<Parameters<typeof log.list>[1], "limit" | "iterator">;

async function walk(query: Query, limit: number): Promise<string[]> {
  const found: string[] = [];
  let iterator: string | null = null;
  for (;;) {
    const page = await log.list(actor, { ...query, limit, iterator });
    found.push(...page.data.map(key));
    if (page.done) return found;
    iterator = page.iterator;
  }
}

async function walkBack(query: Query, limit: number): Promise<string[]> {
  const all = await log.list(actor, { ...query, limit: 250 });
  const last = all.data.at(-1);
  if (last === undefined) return [];
  const found = [key(last)];
  let iterator: string | null = `-${all.iterator}`;
  for (;;) {
    const page = await log.list(actor, { ...query, limit, iterator });
    found.unshift(...page.data.map(key));
    if (page.done) return found;
    iterator = page.prevIterator ?? null;
  }
}

const middle = new Date(Date.now() - 7 * dayMs).toISOString();

const cases: [string, () => DeliveryQuery, (row: Made) => boolean][] = [
  ["nothing", () => ({}), () => true],
  ["a status", () => ({ status: ["failed"] }), ({ status }) => status === "failed"],
  ["pending", () => ({ status: ["pending"] }), ({ status }) => status === "pending"],
  ["retrying", () => ({ status: ["retrying"] }), ({ status, error }) => status === "pending" && error !== null],
  ["not tried yet", () => ({ status: ["untried"] }), ({ status, attempts }) => status === "pending" && attempts === 0],
  [
    "not tried yet, retrying, or given up",
    () => ({ status: ["untried", "retrying", "failed"] }),
    ({ status, attempts, error }) => status === "failed" || (status === "pending" && (attempts === 0 || error !== null)),
  ],
  [
    "retrying, or given up",
    () => ({ status: ["retrying", "failed"] }),
    ({ status, error }) => status === "failed" || (status === "pending" && error !== null),
  ],
  [
    "retrying, or a success",
    () => ({ status: ["retrying", "succeeded"], application_id: applications[0] }),
    ({ status, error, applicationId }) =>
      applicationId === applications[0] && (status === "succeeded" || (status === "pending" && error !== null)),
  ],
  ["two statuses", () => ({ status: ["cancelled", "failed"] }), ({ status }) => status === "failed" || status === "cancelled"],
  ["a status code", () => ({ http_status: ["503"] }), ({ code }) => code === 503],
  ["a code of success", () => ({ http_status: ["204"] }), ({ code }) => code === 204],
  ["a class of status codes and no answer", () => ({ http_status: ["4xx", "0"] }), ({ code }) => code === 404 || code === 0],
  ["an event type", () => ({ event_types: ["a.rare"] }), ({ eventType }) => eventType === "a.rare"],
  ["event types", () => ({ event_types: ["a.one", "a.rare"] }), ({ eventType }) => eventType !== "a.two"],
  ["an endpoint", () => ({ endpoint_id: endpoints[3]?.id }), ({ endpointId }) => endpointId === endpoints[3]?.id],
  ["an application by uid", () => ({ application_id: "two" }), ({ applicationId }) => applicationId === applications[1]],
  ["an error class", () => ({ error_class: ["timeout"] }), ({ error }) => error === "timeout"],
  ["a number of attempts", () => ({ min_attempts: 2 }), ({ attempts }) => attempts >= 2],
  ["one attempt", () => ({ min_attempts: 1 }), ({ attempts }) => attempts >= 1],
  ["before", () => ({ before: middle }), ({ createdAt }) => createdAt < new Date(middle)],
  ["after", () => ({ after: middle }), ({ createdAt }) => createdAt >= new Date(middle)],
  [
    "an application, an event type and a status",
    () => ({ application_id: applications[0], event_types: ["a.one"], status: ["succeeded"] }),
    (row) => row.applicationId === applications[0] && row.eventType === "a.one" && row.status === "succeeded",
  ],
  [
    "an event type and a status",
    () => ({ event_types: ["a.two"], status: ["succeeded", "pending"] }),
    (row) => row.eventType === "a.two" && (row.status === "succeeded" || row.status === "pending"),
  ],
  [
    "an event type, trouble and time",
    () => ({ event_types: ["a.one", "a.two"], status: ["failed"], http_status: ["404"], after: middle }),
    (row) => row.eventType !== "a.rare" && row.code === 404 && row.createdAt >= new Date(middle),
  ],
  ["a message", () => ({ message_id: made[5]?.messageId }), ({ messageId }) => messageId === made[5]?.messageId],
  [
    "a message of an application",
    () => ({ message_id: made[5]?.messageId, application_id: made[5]?.applicationId }),
    ({ messageId }) => messageId === made[5]?.messageId,
  ],
];

describe("the log", () => {
  it.each(cases)("filtered by %s, page by page, forward and back, and counted", async (_name, query, matches) => {
    const all = expected(matches);
    expect(all.length).toBeGreaterThan(0);
    expect(await walk(query(), 250)).toEqual(all);
    expect(await walk(query(), 17)).toEqual(all);
    expect(all.length > 250 ? all : await walkBack(query(), 17)).toEqual(all);
    expect(await log.count(actor, query())).toEqual({ count: all.length, capped: false });
  });

  it.each(cases.filter((_, at) => at % 4 === 0))(
    "filtered by %s, sorted by the last attempt, page by page, forward and back",
    async (_name, query, matches) => {
      const all = expectedByAttempt(matches);
      const sorted: Query = { ...query(), sort: "lastAttemptAt" };
      expect(await walk(sorted, 97)).toEqual(all);
      expect(all.length > 250 ? all : await walkBack(sorted, 97)).toEqual(all);
    },
  );

  it("sorts the newest 10,000 that a filter finds, and reads no more", async () => {
    const environmentId = (await tenantSince(Date.now() - dayMs)).actor.environmentId;
    const startMs = Date.now() - 3_600_000;
    // The older, the later attempted; the two oldest are beyond what is looked at.
    await database.pool.query(
      `insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "status", "lastAttemptAt")
       select 'msg_' || lpad(n::text, 27, '0'), $1, $2::timestamptz + n * interval '1 ms', $3, $4, 'many.of.it', 'succeeded',
         $2::timestamptz + (20000 - n) * interval '1 ms' from generate_series(1, $5::int) n`,
      [endpoints[0]?.id, new Date(startMs), environmentId, applications[0], sortedDeliveries + 2],
    );
    const filter = { environmentId, since: new Date(startMs - dayMs), until: new Date() };
    const rows = await readLastAttempted({ filter, place: null, down: true, limit: 3 });
    expect(rows.map(({ messageId }) => Number(messageId.slice(4)))).toEqual([3, 4, 5]);
    const last = rows[2];
    const next = await readLastAttempted({ filter, place: last ? { ...last, moment: lastMomentOf(last) } : null, down: true, limit: 2 });
    expect(next.map(({ messageId }) => Number(messageId.slice(4)))).toEqual([6, 7]);
  });

  it("shows what a row belongs to", async () => {
    const { data } = await log.list(actor, { limit: 1, status: ["pending"], error_class: ["timeout"] });
    expect(data[0]).toMatchObject({
      endpointUrl: "https://example.com/",
      applicationName: expect.stringMatching(/one|two/) as string,
      applicationUid: expect.stringMatching(/one|two/) as string,
      sending: false,
      maxAttempts: 8,
      lastStatusCode: 0,
      nextAttemptAt: expect.any(String) as string,
    });
  });

  it("ends at its environment", async () => {
    expect((await log.list(stranger, { limit: 50 })).data).toEqual([]);
    expect(await log.count(stranger, {})).toEqual({ count: 0, capped: false });
    expect((await log.list(stranger, { limit: 50, message_id: made[0]?.messageId })).data).toEqual([]);
    await expect(log.list(stranger, { limit: 50, endpoint_id: endpoints[0]?.id })).rejects.toThrow("Endpoint not found");
    await expect(log.list(stranger, { limit: 50, application_id: applications[0] })).rejects.toThrow("Application not found");
  });

  it("refuses iterators that are none", async () => {
    for (const iterator of ["x", "msg_x.ep_x", made[0]?.messageId ?? ""])
      await expect(log.list(actor, { limit: 1, iterator })).rejects.toThrow("no iterator");
    const ofRow = made[0] ? key(made[0]) : "";
    for (const iterator of ["x", ".1", ofRow, `${ofRow}.`, `${ofRow}.x`, `${ofRow}.99999999999999`, `${ofRow}.-1`])
      await expect(log.list(actor, { limit: 1, iterator, sort: "lastAttemptAt" })).rejects.toThrow("no iterator");
  });
});

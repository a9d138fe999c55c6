import { afterAll, beforeAll, expect, it } from "vitest";
import { makePastDays } from "../../db/partitions.ts";
import { dueNow } from "../../db/sql/hot/keys.ts";
import { expire } from "../../db/sql/upkeep/expire.ts";
import { newId } from "../../ids.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newApplicationId, newTenant } from "../../testing/tenant.ts";
import { dayMs } from "../../words/duration.ts";
import * as eventTypes from "./eventTypes.ts";
import { samplePayloads } from "./payloadSampling.ts";
import { getShape } from "./payloadShape.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  // A test shortly after midnight looks into yesterday.
  await makePastDays(new Date(Date.now() - dayMs));
});
afterAll(() => database.close());

const type = "invoice.paid";

async function newPlace() {
  const { actor } = await newTenant();
  const input = { name: type, description: "", archived: false, deprecated: false };
  await eventTypes.create(actor, input, null);
  return { actor, applicationId: newApplicationId() };
}
type Place = Awaited<ReturnType<typeof newPlace>>;

/** Stores messages of consecutive milliseconds, the last of them now. */
async function store(
  { actor, applicationId }: Place,
  payloads: readonly (string | null)[],
  contentType: string | null = null,
): Promise<string[]> {
  const fromMs = Date.now() - payloads.length;
  const ids = payloads.map((_, at) => newId("message", fromMs + at));
  for (const [at, payload] of payloads.entries())
    await database.pool.query(
      `insert into message ("id", "createdAt", "environmentId", "applicationId", "eventType", "payload", "payloadBytes", "contentType")
       values ($1, to_timestamp($2 / 1000.0), $3, $4, $5, convert_to($6, 'UTF8'), coalesce(length($6), 0), $7)`,
      [ids[at], fromMs + at, actor.environmentId, applicationId, type, payload, contentType],
    );
  return ids;
}

/** Reads whatever is there, whose turn it is or not. */
async function sampleAll(): Promise<void> {
  await database.pool.query(`update payload_shape set "nextReadAt" = ${dueNow}`);
  while (await samplePayloads());
}

const readingOf = async ({ actor }: Place) => {
  const { rows } = await database.pool.query<{ waitSeconds: number; days: number }>(
    `select "waitSeconds", (extract(epoch from now() - "readUntil") / 86400)::float8 as "days" from payload_shape where "environmentId" = $1`,
    [actor.environmentId],
  );
  return rows[0];
};

it("a type that nobody sends is looked at ever less, and not through all days; what comes then is read", async () => {
  const place = await newPlace();
  for (let reading = 0; reading < 12; reading++) await sampleAll();
  const { waitSeconds = 0, days = 90 } = (await readingOf(place)) ?? {};
  expect(waitSeconds).toBe(900);
  expect(days).toBeLessThan(0.1);
  await store(place, repeat({ total: 5 }, 1));
  await sampleAll();
  expect(await getShape(place.actor, type)).toMatchObject({ observed: 1 });
  expect(await readingOf(place)).toMatchObject({ waitSeconds: 5 });
});

const repeat = (payload: object, times: number): string[] => Array.from({ length: times }, () => JSON.stringify(payload));

it("shows the fields of an environment's payloads with their types, what changed, and a schema of them; no value of them is kept", async () => {
  const place = await newPlace();
  const other = await newPlace();
  await store(place, repeat({ id: "secret-value", total: 5, lines: [{ sku: "x" }], byUser: { usr_9f8e7d6c: 1 } }, 8));
  await sampleAll();
  await store(place, [...repeat({ id: "secret-value", total: null, lines: [] }, 1), '{"id":8202522731445525542,"total":5,"lines":[]}']);
  await sampleAll();
  const shape = await getShape(place.actor, type);
  expect(shape).toMatchObject({ observed: 10, unread: 0, cut: false, refusals: null });
  expect(
    shape.fields.map(({ path, types, required }) => `${path} ${types.map((one) => one.type).join("|")}${required ? "" : "?"}`),
  ).toEqual([
    "id string|integer",
    "total integer|null",
    "lines array",
    "lines[] object?",
    "lines[].sku string",
    "byUser object?",
    "byUser.* integer?",
  ]);
  expect(shape.changes.map(({ path, kind }) => `${path} ${kind}`)).toEqual(["id type", "total null", "byUser optional"]);
  expect(shape.schema).toMatchObject({ required: ["id", "total", "lines"], properties: { total: { type: ["integer", "null"] } } });
  expect(await getShape(other.actor, type)).toMatchObject({ observed: 0, fields: [], changes: [], schema: null, since: null });
  const { rows } = await database.pool.query(`select s::text as "text" from payload_shape s`);
  expect(JSON.stringify(rows)).not.toMatch(/secret-value|usr_9f8e|8202522731445525542/);
});

it("takes the newest few of many messages, each once, and leaves out what is too large or has no fields", async () => {
  const place = await newPlace();
  await store(place, repeat({ a: 1 }, 40));
  await sampleAll();
  await sampleAll();
  expect(await getShape(place.actor, type)).toMatchObject({ observed: 10, unread: 0 });
  await store(place, ["no fields", null, JSON.stringify({ a: "x".repeat(300_000) }), '{"a":2}'], null);
  await sampleAll();
  expect(await getShape(place.actor, type)).toMatchObject({ observed: 11, unread: 2 });
});

it("reads bodies as everybody else does: a form's fields", async () => {
  const place = await newPlace();
  await store(place, ["a=1&b=two"], "application/x-www-form-urlencoded");
  await sampleAll();
  expect((await getShape(place.actor, type)).fields.map(({ path }) => path)).toEqual(["a", "b"]);
});

it("counts payloads that the newest schema would refuse, and begins anew with another schema", async () => {
  const place = await newPlace();
  const schema = (kind: string) => Buffer.from(JSON.stringify({ 1: {}, 2: { type: "object", properties: { a: { type: kind } } } }));
  const change = (kind: string) =>
    eventTypes.patch(
      place.actor,
      type,
      { schemas: JSON.parse(String(schema(kind))) as Record<string, Record<string, unknown>> },
      schema(kind),
    );
  await change("integer");
  const [, wrong] = await store(place, ['{"a":1}', '{"a":"x"}', '{"a":2}']);
  await sampleAll();
  const { refusals } = await getShape(place.actor, type);
  expect(refusals).toMatchObject({ schemaVersion: "2", checked: 3, count: 1 });
  expect(refusals?.latest).toEqual([{ messageId: wrong, createdAt: expect.any(String), path: ["a"], message: "must be integer" }]);
  await change("string");
  await store(place, ['{"a":"x"}']);
  await sampleAll();
  expect((await getShape(place.actor, type)).refusals).toMatchObject({ checked: 1, count: 0, latest: [] });
});

it("a type whose turn has not come is left alone, and is read less often while nothing comes", async () => {
  const place = await newPlace();
  const waits = async (): Promise<number> => {
    const where = { environmentId_eventType: { environmentId: place.actor.environmentId, eventType: type } };
    return (await database.prisma.payloadShape.findUniqueOrThrow({ where })).waitSeconds;
  };
  await sampleAll();
  await sampleAll();
  const before = await waits();
  await sampleAll();
  expect(await waits()).toBe(Math.min(60, before * 2));
  await store(place, ['{"a":1}']);
  await database.pool.query(`update payload_shape set "nextReadAt" = now() + interval '1 hour'`);
  await samplePayloads();
  expect((await getShape(place.actor, type)).observed).toBe(0);
  await sampleAll();
  expect(await waits()).toBe(5);
});

it("goes with its event type, its environment, and once its messages are too old", async () => {
  const [gone, old, kept] = [await newPlace(), await newPlace(), await newPlace()];
  for (const place of [gone, old, kept]) await store(place, ['{"a":1}']);
  await sampleAll();
  await eventTypes.remove(gone.actor, type, true);
  await database.pool.query(`update payload_shape set "seenAt" = now() - interval '91 days' where "environmentId" = $1`, [
    old.actor.environmentId,
  ]);
  await expire(90);
  const left = (await database.prisma.payloadShape.findMany()).map(({ environmentId }) => environmentId);
  expect([gone, old, kept].map(({ actor }) => left.includes(actor.environmentId))).toEqual([false, false, true]);
  await database.prisma.environment.delete({ where: { id: kept.actor.environmentId } });
  expect(await database.prisma.payloadShape.count({ where: { environmentId: kept.actor.environmentId } })).toBe(0);
});

it("a field that nobody has sent within the retention is forgotten with the next reading", async () => {
  const place = await newPlace();
  await store(place, ['{"a":1,"b":1}']);
  await sampleAll();
  const { environmentId } = place.actor;
  const row = await database.prisma.payloadShape.findFirstOrThrow({ where: { environmentId } });
  const shape = row.shape?.replaceAll(/\b1[78]\d{11}\b/g, (ms) => String(Number(ms) - 200 * dayMs)) ?? "";
  await database.prisma.payloadShape.updateMany({ where: { environmentId }, data: { shape } });
  await store(place, ['{"a":1}']);
  await sampleAll();
  expect((await getShape(place.actor, type)).fields.map(({ path }) => path)).toEqual(["a"]);
});

import { afterAll, beforeAll, expect, it } from "vitest";
import type { Actor } from "../../actor.ts";
import { makePastDays } from "../../db/partitions.ts";
import { findByWords, searchKeys } from "../../db/sql/log/messageWords.ts";
import { expire } from "../../db/sql/upkeep/expire.ts";
import { type ApplicationId, newId } from "../../ids.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newApplicationId, newEnvironmentId, newTenant } from "../../testing/tenant.ts";
import { dayMs } from "../../words/duration.ts";
import { patchSettings } from "../environment/environmentSettings.ts";
import * as messages from "../message/messages.ts";
import { count, list } from "./deliveryLog.ts";
import { readSearchIndex, readWords } from "./searchIndex.ts";

type Place = { actor: Actor; applicationId: ApplicationId; endpointId: string };
type Made = { id: string; number: number; colour: string };

const startMs = Date.now() - 10 * dayMs;
const colours = ["red", "green", "blue"];
const whole = { limit: 100 };

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await makePastDays(new Date(startMs - 2 * dayMs));
});
afterAll(() => database.close());

/** An environment that is as old as the test's messages, with one application and its endpoint. */
async function newPlace(): Promise<Place> {
  const { actor } = await newTenant();
  const environmentId = newEnvironmentId(startMs - dayMs);
  await database.pool.query(`update environment set "id" = $1 where "id" = $2`, [environmentId, actor.environmentId]);
  const place = { actor: { ...actor, environmentId }, applicationId: newApplicationId(startMs), endpointId: newId("endpoint", startMs) };
  await addApplication(place);
  await patchSettings(place.actor, { payloadSearch: true });
  return place;
}

async function addApplication({ actor: { environmentId }, applicationId, endpointId }: Place): Promise<void> {
  await database.prisma.application.create({ data: { id: applicationId, environmentId, name: "Café" } });
  const url = "https://example.com/";
  await database.prisma.endpoint.create({ data: { id: endpointId, applicationId, environmentId, url, eventTypes: [], channels: [] } });
}

/** Numbered messages over the last ten days, three of each moment, as committed at any time. */
async function store({ actor, applicationId, endpointId }: Place, from: number, size: number): Promise<Made[]> {
  const made = Array.from({ length: size }, (_, at) => {
    const atMs = Math.floor(startMs + (9.9 * dayMs * Math.floor(at / 3)) / Math.ceil(size / 3));
    return { id: newId("message", atMs), atMs, number: from + at, colour: colours[at % colours.length] ?? "" };
  });
  const values = [actor.environmentId, applicationId, endpointId, JSON.stringify(made)];
  await database.pool.query(
    `insert into message ("id", "createdAt", "environmentId", "applicationId", "eventType", "channels", "tags", "payload", "payloadBytes")
     select m->>'id', to_timestamp((m->>'atMs')::float8 / 1000), $1, $2, 't', '{}', '{}',
       convert_to(jsonb_build_object('order', jsonb_build_object('id', 'ORD-' || (m->>'number')), 'colour', m->>'colour')::text, 'UTF8'), 40
     from jsonb_array_elements($4) m where $3::text is not null`,
    values,
  );
  await database.pool.query(
    `insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "status", "attemptCount")
     select m->>'id', $3, to_timestamp((m->>'atMs')::float8 / 1000), $1, $2, 't', 'succeeded', 1 from jsonb_array_elements($4) m`,
    values,
  );
  return made;
}

async function readAll(): Promise<void> {
  while (await readWords());
}

async function walk(actor: Actor, search: string): Promise<string[]> {
  const found: string[] = [];
  for (let iterator: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof list>> = await list(actor, { limit: 97, iterator, search });
    found.push(...page.data.map(({ messageId }) => messageId));
    if (page.done) return found;
    iterator = page.iterator ?? null;
  }
}

/** What is newer than the message, read towards the newest. */
async function walkBack({ actor, endpointId }: Place, search: string, from: string): Promise<string[]> {
  const found: string[] = [];
  for (let at = from; ;) {
    const { data } = await list(actor, { limit: 91, iterator: `-${at}.${endpointId}`, search });
    const [newest] = data;
    if (newest === undefined) return found;
    found.unshift(...data.map(({ messageId }) => messageId));
    at = newest.messageId;
  }
}

const idsOf = (made: Made[], wanted: (one: Made) => boolean): string[] =>
  made
    .filter(wanted)
    .map(({ id }) => id)
    .toSorted()
    .toReversed();

it("finds all messages that have the words, and no others, page by page", async () => {
  const place = await newPlace();
  const made = await store(place, 1_000, 750);
  await readAll();
  for (const [search, wanted] of [
    ["ord-1007", ({ number }: Made) => number === 1_007],
    ["order.id=1499", ({ number }: Made) => number === 1_499],
    ["ord", () => true],
    ["red 1003", ({ number, colour }: Made) => number === 1_003 && colour === "red"],
    ["colour=1003", () => false],
    ["nothing", () => false],
  ] as const) {
    const found = await walk(place.actor, search);
    expect([search, new Set(found).size, found.toSorted().toReversed()]).toEqual([search, found.length, idsOf(made, wanted)]);
    expect((await count(place.actor, { search })).count).toBe(found.length);
  }
  const newestFirst = await walk(place.actor, "ord");
  expect(await walkBack(place, "ord", newestFirst.at(-1) ?? "")).toEqual(newestFirst.slice(0, -1));
  expect(await readSearchIndex(place.actor)).toMatchObject({ enabled: true, since: expect.any(String) });
});

it("holds with the log's other filters, and for one application alone", async () => {
  const place = await newPlace();
  const made = await store(place, 1, 30);
  const other = { ...place, applicationId: newApplicationId(), endpointId: newId("endpoint") };
  await addApplication(other);
  const theirs = await store(other, 1, 30);
  await readAll();
  const found = async (actor: Actor, query: object) => (await list(actor, { ...whole, search: "colour=green", ...query })).data.length;
  expect(await found(place.actor, {})).toBe(20);
  expect(await found(place.actor, { application_id: other.applicationId })).toBe(10);
  expect(await found(place.actor, { endpoint_id: place.endpointId })).toBe(10);
  expect(await found({ ...place.actor, applicationId: other.applicationId }, {})).toBe(10);
  expect(await found(place.actor, { message_id: made.find(({ colour }) => colour === "green")?.id })).toBe(1);
  expect(await found(place.actor, { message_id: made.find(({ colour }) => colour === "red")?.id })).toBe(0);
  expect(await found(place.actor, { status: ["failed"] })).toBe(0);
  expect(await found(place.actor, { event_types: ["t"] })).toBe(20);
  expect(await found(place.actor, { event_types: ["other"] })).toBe(0);
  expect(theirs).toHaveLength(30);
});

it("words of one environment are nothing to another, not even in the index", async () => {
  const [one, other] = [await newPlace(), await newPlace()];
  await store(one, 1, 3);
  await readAll();
  expect(await walk(one.actor, "red")).toHaveLength(1);
  expect(await walk(other.actor, "red")).toEqual([]);
  const [ours] = searchKeys(one.actor.environmentId, ["red"]);
  expect(searchKeys(other.actor.environmentId, ["red"])).not.toEqual([ours]);
});

it("what is committed late is found once it is there", async () => {
  const place = await newPlace();
  await readAll();
  const { until } = await readSearchIndex(place.actor);
  const id = newId("message");
  const values = [place.actor.environmentId, place.applicationId, place.endpointId, id, new Date(Date.parse(until ?? "") - 9_000)];
  await database.pool.query(
    `insert into message ("id", "createdAt", "environmentId", "applicationId", "eventType", "channels", "tags", "payload", "payloadBytes")
     select $4, $5::timestamptz, $1, $2, 't', '{}', '{}', 'a late word', 11 where $3::text is not null`,
    values,
  );
  await database.pool.query(
    `insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "status")
     values ($4, $3, $5, $1, $2, 't', 'succeeded')`,
    values,
  );
  expect(await walk(place.actor, "late")).toEqual([]);
  await readAll();
  expect(await walk(place.actor, "late")).toEqual([id]);
});

it("an expunged or expired payload is not found any more, and leaves no words", async () => {
  const place = await newPlace();
  const [first, second] = await store(place, 1, 3);
  await readAll();
  await messages.expunge(place.actor, place.applicationId, first?.id ?? "");
  await database.pool.query(`update message set "payloadExpiresAt" = now() - interval '1 second' where "id" = $1`, [second?.id]);
  expect(await walk(place.actor, "ord")).toHaveLength(1);
  await expire(90);
  const { rows } = await database.pool.query(`select "messageId" from message_search where "environmentId" = $1`, [
    place.actor.environmentId,
  ]);
  expect(rows.map(({ messageId }) => messageId as string)).not.toContain(first?.id);
  expect(rows).toHaveLength(1);
});

it("turned off it says so and forgets the words; turned on again it reads them all anew", async () => {
  const place = await newPlace();
  const made = await store(place, 1, 12);
  await readAll();
  await patchSettings(place.actor, { payloadSearch: false });
  await expect(list(place.actor, { ...whole, search: "red" })).rejects.toMatchObject({
    code: "validation_error",
    issues: [{ loc: ["query", "search"], msg: expect.stringContaining("An admin turns that on"), type: "payload_search_off" }],
  });
  expect(await readSearchIndex(place.actor)).toEqual({ enabled: false, since: null, until: null });
  await readAll();
  const kept = await database.pool.query(`select from message_search where "environmentId" = $1`, [place.actor.environmentId]);
  expect(kept.rowCount).toBe(0);
  await patchSettings(place.actor, { payloadSearch: true });
  await readAll();
  expect(await walk(place.actor, "colour=red")).toHaveLength(made.filter(({ colour }) => colour === "red").length);
});

it.each([["  "], ["=!"], [Array.from({ length: 21 }, (_, at) => `w${at}`).join(" ")]])("refuses %j", async (search) => {
  const place = await newPlace();
  await expect(list(place.actor, { ...whole, search })).rejects.toMatchObject({ issues: [{ loc: ["query", "search"] }] });
});

it("is served by an index, in the days that are asked for alone", async () => {
  const place = await newPlace();
  const keys = searchKeys(place.actor.environmentId, ["red"]);
  const text = `explain (format json) select s."createdAt" from message_search s where s."words" @> $1::bigint[] and s."createdAt" >= $2
    and s."createdAt" < $3 order by s."createdAt" desc limit 300`;
  const client = await database.pool.connect();
  const noonMs = Math.floor(startMs / dayMs) * dayMs + dayMs / 2;
  try {
    await client.query("begin; set local enable_seqscan = off");
    const { rows } = await client.query(text, [`{${keys.join()}}`, new Date(noonMs), new Date(noonMs + 1_000)]);
    await client.query("rollback");
    const plan = JSON.stringify(rows);
    // Of few rows that of the key may be the cheaper one.
    expect(plan).toMatch(/message_search_\d+_(words_idx|pkey)/);
    expect(plan).not.toContain("Seq Scan");
    expect(new Set(plan.match(/message_search_\d{8}/g)).size).toBe(1);
  } finally {
    client.release();
  }
  expect(await findByWords(keys, { since: new Date(startMs), until: new Date(), beyond: null, down: true, limit: 5 })).toEqual([]);
});

import { BackgroundTaskStatus, Svix } from "svix";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../../actor.ts";
import { createApi } from "../../api/app.ts";
import { makePastDays } from "../../db/partitions.ts";
import { minutesSql as lateMinutesSql } from "../../db/sql/figures/lateSuccess.ts";
import { slicesOf } from "../../db/sql/figures/statistics.ts";
import { durationSteps, rollUp, rollUpPast } from "../../db/sql/figures/rollup.ts";
import { createFrontServer, type FrontServer } from "../../http/server.ts";
import { newId } from "../../ids.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newTenant } from "../../testing/tenant.ts";
import { workOnOne } from "../../background/taskRunner.ts";
import { ofDeliveries } from "../endpoint/endpointStats.ts";
import * as overview from "./overview.ts";
import * as statistics from "./statistics.ts";
import { dayMs, hourMs, minuteMs } from "../../words/duration.ts";

let database: TestDatabase;
let front: FrontServer;
let url: string;
beforeAll(async () => {
  database = await testDatabase();
  await makePastDays(new Date(Date.now() - 12 * dayMs));
  const api = createApi();
  front = createFrontServer({ api: (request, bindings) => api.fetch(request, bindings), next: null, fastLane: true });
  await new Promise<void>((resolve) => front.server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(front.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await front.close(100);
  await database.close();
});

type Place = { applicationId: string; endpointId: string };

async function newEndpoint({ environmentId }: Actor, name: string, eventTypes: string[] = []): Promise<Place> {
  const place = { applicationId: newId("application"), endpointId: newId("endpoint") };
  await database.prisma.application.create({ data: { id: place.applicationId, environmentId, name, uid: name } });
  await database.prisma.endpoint.create({
    data: {
      id: place.endpointId,
      applicationId: place.applicationId,
      environmentId,
      url: "https://example.com/",
      eventTypes,
      channels: [],
    },
  });
  return place;
}

type Made = { messageId: string; atMs: number; number: number; succeeded: boolean; durationMs: number };

/** Over the days before `endMs`, at moments that fall on no border. */
const make = (count: number, spanMs: number, endMs: number): Made[] =>
  Array.from({ length: count }, (_, i) => {
    const atMs = Math.floor(endMs - 1_000 - (spanMs * i) / count);
    return { messageId: newId("message", atMs), atMs, number: (i % 3) + 1, succeeded: i % 4 !== 0, durationMs: (i * 37) % 2_900 };
  });

async function storeAttempts(place: Place, made: Made[]): Promise<void> {
  await database.pool.query(
    `insert into attempt ("id", "createdAt", "messageId", "endpointId", "eventType", "attemptNumber",
       "url", "responseStatusCode", "errorClass", "durationMs")
     select m->>'id', to_timestamp((m->>'atMs')::float8 / 1000), m->>'messageId', $1, 'a.type', (m->>'number')::int, '', 200,
       case when (m->>'succeeded')::bool then null else 'status' end, (m->>'durationMs')::int
     from jsonb_array_elements($2) m`,
    [place.endpointId, JSON.stringify(made.map((one) => ({ ...one, id: newId("attempt", one.atMs) })))],
  );
}

const exact = (made: Made[], sinceMs: number, untilMs: number) => {
  const within = made.filter(({ atMs }) => atMs >= sinceMs && atMs < untilMs);
  return {
    deliveries: within.filter(({ number }) => number === 1).length,
    delivered: within.filter(({ number, succeeded }) => number === 1 && succeeded).length,
    succeeded: within.filter(({ succeeded }) => succeeded).length,
    failed: within.filter(({ succeeded }) => !succeeded).length,
  };
};

const iso = (ms: number): string => new Date(ms).toISOString();

describe("slices of a range", () => {
  const nowMs = Date.UTC(2026, 10, 24, 12, 34, 56, 789);
  const countedMs = Date.UTC(2026, 10, 24, 12, 30);

  it("cover it without a gap or an overlap, each from what can answer it", () => {
    for (const agoMs of [5_000, 10 * minuteMs, hourMs, 47 * hourMs, 60 * hourMs, 28 * dayMs])
      for (const lengthMs of [1, 90_000, 59 * minuteMs, 3 * hourMs, 5 * dayMs])
        for (const finest of ["hours", "minutes"] as const) {
          const [since, until] = [nowMs - agoMs, Math.min(nowMs, nowMs - agoMs + lengthMs)];
          const slices = slicesOf(since, until, countedMs, nowMs, finest);
          expect(slices[0]?.sinceMs).toBe(since);
          expect(slices.at(-1)?.untilMs).toBe(until);
          expect(slices.slice(1).map(({ sinceMs }) => sinceMs)).toEqual(slices.slice(0, -1).map(({ untilMs }) => untilMs));
          const rolled = slices.filter(({ source }) => source !== "attempts");
          const steps = rolled.map(({ source }) => (source === "hours" ? hourMs : minuteMs));
          expect(rolled.filter(({ sinceMs, untilMs }, at) => sinceMs % (steps[at] ?? 0) !== 0 || untilMs % (steps[at] ?? 0) !== 0)).toEqual(
            [],
          );
          expect(rolled.filter(({ untilMs }) => untilMs > countedMs)).toEqual([]);
        }
  });
});

it("latency and counts of any range are those of the attempts", async () => {
  const { actor } = await newTenant();
  const [place, other] = [await newEndpoint(actor, "one"), await newEndpoint(actor, "other")];
  const nowMs = Date.now();
  const made = make(4_000, 9 * dayMs, nowMs);
  await storeAttempts(place, made);
  await storeAttempts(other, make(50, dayMs, nowMs));
  await rollUpPast(new Date(nowMs - 10 * dayMs), new Date(nowMs - 2 * dayMs));
  await rollUp();
  for (const [sinceMs, untilMs] of [
    [nowMs - 8.3 * dayMs, nowMs],
    [nowMs - 5.17 * dayMs, nowMs - 3.31 * dayMs],
    [nowMs - 30 * hourMs, nowMs - 1.5 * hourMs],
    [nowMs - 3 * hourMs, nowMs],
    [nowMs - 90_500, nowMs - 500],
  ] as const) {
    const range = { since: iso(sinceMs), until: iso(untilMs) };
    const found = await statistics.ofEndpoint(actor, place.applicationId, place.endpointId, range);
    const expected = exact(made, Date.parse(range.since), Date.parse(range.until));
    expect(found).toMatchObject(expected);
    expect(found.buckets.reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0)).toBe(expected.succeeded + expected.failed);
    expect(await statistics.ofApplication(actor, "one", range)).toMatchObject(expected);
    const durations = made
      .filter(({ atMs }) => atMs >= Date.parse(range.since) && atMs < Date.parse(range.until))
      .map(({ durationMs }) => durationMs)
      .toSorted((a, b) => a - b);
    for (const [share, told] of [
      [0.5, found.p50],
      [0.95, found.p95],
      [0.99, found.p99],
    ] as const) {
      const real = durations[Math.ceil(durations.length * share) - 1];
      const step = durationSteps.findIndex((end) => (real ?? 0) < end);
      // The right step of the histogram, or no attempt at all.
      const bounds = real === undefined ? [null, null] : [durationSteps[step - 1] ?? 0, durationSteps[step]];
      expect([told === null ? null : told >= (bounds[0] ?? 0) && told <= (bounds[1] ?? 0)]).toEqual([real === undefined ? null : true]);
    }
  }
  const never = await statistics.ofApplication(actor, "one", { since: iso(nowMs - 11.9 * dayMs), until: iso(nowMs - 10 * dayMs) });
  expect(never).toMatchObject({ deliveries: 0, succeeded: 0, failed: 0, successRate: null, p50: null, p99: null, buckets: [] });
  const { actor: stranger } = await newTenant();
  await expect(statistics.ofApplication(stranger, place.applicationId, {})).rejects.toThrow("Application not found");
});

it("usage by application and event type, as JSON, CSV and the SDK's tasks", async () => {
  const { actor, apiKey } = await newTenant();
  const [busy, quiet, silent] = [
    await newEndpoint(actor, "busy", ["a.type", "b.type"]),
    await newEndpoint(actor, "quiet"),
    await newEndpoint(actor, "=silent"),
  ];
  const nowMs = Date.now();
  const [many, few] = [make(300, 20 * hourMs, nowMs), make(30, 20 * hourMs, nowMs)];
  await storeAttempts(busy, many);
  await storeAttempts(quiet, few);
  await rollUpPast(new Date(nowMs - dayMs), new Date(nowMs));
  await rollUp();
  const all = (made: Made[]) => exact(made, 0, Infinity);
  const range = { since: iso(nowMs - dayMs), until: iso(nowMs) };
  const usage = await statistics.usage(actor, { ...range, by: "application", limit: 50 });
  expect(usage.data).toMatchObject([
    { id: busy.applicationId, ...all(many) },
    { id: quiet.applicationId, ...all(few) },
  ]);
  expect(await statistics.usage(actor, { ...range, by: "application", limit: 1 })).toMatchObject({
    hasMore: true,
    data: [{ name: "busy" }],
  });
  const types = await statistics.usage(actor, { ...range, by: "eventType", limit: 50 });
  expect(types.data).toMatchObject([{ id: "a.type", deliveries: all(many).deliveries + all(few).deliveries }]);
  const found = async (by: "application" | "eventType", search: string) =>
    (await statistics.usage(actor, { ...range, by, search, limit: 1 })).data.map(({ name }) => name);
  for (const search of ["UIE", " quiet ", quiet.applicationId])
    expect([search, await found("application", search)]).toEqual([search, ["quiet"]]);
  for (const search of ["%", "_", "silent"]) expect([search, await found("application", search)]).toEqual([search, []]);
  expect([await found("eventType", "A.T"), await found("eventType", "b.")]).toEqual([["a.type"], []]);
  expect((await statistics.usageAsCsv(actor, { ...range, by: "application", search: "quiet" }, false)).trim().split("\r\n")).toHaveLength(
    2,
  );
  const csv = await statistics.usageAsCsv(actor, { ...range, by: "application" }, true);
  expect(csv.startsWith("\ufeffid,name,")).toBe(true);
  const { deliveries, delivered, succeeded, failed } = all(many);
  const ofDeliveries = [delivered, deliveries - delivered, delivered / deliveries];
  expect(csv.split("\r\n")[1]).toBe(
    [busy.applicationId, "busy", "busy", deliveries, succeeded, failed, succeeded / (succeeded + failed), ...ofDeliveries].join(","),
  );

  const svix = new Svix(apiKey, { serverUrl: url });
  const finished = async (id: string) => {
    for (let task = await svix.backgroundTask.get(id); ; task = await svix.backgroundTask.get(id)) {
      if (task.status !== BackgroundTaskStatus.Running) return task;
      await workOnOne(() => false);
    }
  };
  const asked = { since: new Date(nowMs - dayMs), until: new Date(nowMs) };
  const some = await svix.statistics.aggregateAppStats({ ...asked, appIds: ["busy", silent.applicationId, "nobody"] });
  expect(some).toMatchObject({ status: "running", task: "application.stats", unresolvedAppIds: ["nobody"] });
  expect(await finished(some.id)).toMatchObject({
    status: "finished",
    data: {
      appStats: [
        { appId: busy.applicationId, appUid: "busy", messageDestinations: deliveries },
        { appId: silent.applicationId, appUid: "=silent", messageDestinations: 0 },
      ],
    },
  });
  await expect(svix.statistics.aggregateAppStats({ ...asked, appIds: ["nobody"] })).rejects.toMatchObject({ code: 422 });
  const subscribed = await svix.statistics.aggregateEventTypes();
  expect(subscribed.task).toBe("event-type.aggregate");
  expect((await finished(subscribed.id)).data).toEqual({
    event_types: [
      { appId: busy.applicationId, explicitlySubscribedEventTypes: ["a.type", "b.type"], hasCatchAllEndpoint: false },
      { appId: quiet.applicationId, explicitlySubscribedEventTypes: [], hasCatchAllEndpoint: true },
      { appId: silent.applicationId, explicitlySubscribedEventTypes: [], hasCatchAllEndpoint: true },
    ],
  });
});

describe("deliveries that have succeeded", () => {
  const waitsMs = [5_000, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 26 * hourMs];

  /** Deliveries with all their attempts: some succeed at once, some later, some never, and some are sent again after a success. */
  const chains = (count: number, spanMs: number, endMs: number): Made[] =>
    Array.from({ length: count }, (_, i) => {
      const firstMs = Math.floor(endMs - 1_000 - (spanMs * i) / count);
      const messageId = newId("message", firstMs - (i % 7) * 1_000);
      const failures = i % 3 === 0 ? 0 : i % (waitsMs.length + 1);
      const outcomes = [...Array.from({ length: failures }, () => false), i % 5 !== 0, ...(i % 11 === 0 ? [true, false] : [])];
      let atMs = firstMs;
      return outcomes.flatMap((succeeded, at) => {
        if (at > 0) atMs += waitsMs[at - 1] ?? hourMs;
        return atMs >= endMs ? [] : [{ messageId, atMs, number: at + 1, succeeded, durationMs: 10 }];
      });
    }).flat();

  const sumOf = (buckets: { deliveries: number; delivered: number }[]) => {
    const sum = (name: "deliveries" | "delivered") => buckets.reduce((total, bucket) => total + bucket[name], 0);
    return { deliveries: sum("deliveries"), delivered: sum("delivered"), deliveredRate: sum("delivered") / sum("deliveries") };
  };

  const expected = (made: Made[], sinceMs: number, untilMs: number) => {
    const begun = made.filter(({ number, atMs }) => number === 1 && atMs >= sinceMs && atMs < untilMs).map(({ messageId }) => messageId);
    const succeeded = new Set(made.filter((attempt) => attempt.succeeded).map(({ messageId }) => messageId));
    const delivered = begun.filter((messageId) => succeeded.has(messageId)).length;
    return { deliveries: begun.length, delivered, deliveredRate: delivered / begun.length };
  };

  it("are the same in the figures of an endpoint, an application, an environment and in its usage, however often they are counted", async () => {
    const { actor } = await newTenant();
    const place = await newEndpoint(actor, "chains");
    const nowMs = Date.now();
    const made = chains(900, 6 * dayMs, nowMs);
    await storeAttempts(place, made);
    await rollUpPast(new Date(nowMs - 7 * dayMs), new Date(nowMs));
    await rollUp();
    await rollUpPast(new Date(nowMs - 2 * dayMs), new Date(nowMs));
    for (const [sinceMs, untilMs] of [
      [nowMs - 5.3 * dayMs, nowMs],
      [nowMs - 4.17 * dayMs, nowMs - 3.31 * dayMs],
      [nowMs - 30 * hourMs, nowMs - 1.5 * hourMs],
      [nowMs - 3 * hourMs, nowMs],
    ] as const) {
      const range = { since: iso(sinceMs), until: iso(untilMs) };
      const counts = expected(made, Date.parse(range.since), Date.parse(range.until));
      expect(await statistics.ofEndpoint(actor, place.applicationId, place.endpointId, range)).toMatchObject(counts);
      expect(await statistics.ofApplication(actor, "chains", range)).toMatchObject(counts);
    }
    const range = { since: iso(nowMs - 2.5 * dayMs), until: iso(nowMs) };
    const usage = await statistics.usage(actor, { ...range, by: "application", limit: 5 });
    const counts = expected(made, Date.parse(usage.since), Date.parse(usage.until));
    expect(usage.data).toMatchObject([counts]);
    expect((await statistics.usage(actor, { ...range, by: "eventType", limit: 5 })).data).toMatchObject([counts]);
    for (const sinceMs of [nowMs - 2.5 * dayMs, nowMs - 3 * hourMs]) {
      const volume = await overview.volume(actor, { since: iso(sinceMs) });
      expect(sumOf(volume.buckets)).toMatchObject(expected(made, Date.parse(volume.since), nowMs));
      expect((await overview.volume(actor, { since: iso(sinceMs), event_type: "a.type" })).buckets).toEqual(volume.buckets);
      expect(sumOf((await overview.volume(actor, { since: iso(sinceMs), event_type: "b.type" })).buckets)).toMatchObject({ deliveries: 0 });
      const { since, totals, previous, eventTypes } = await overview.get(actor, { since: iso(sinceMs) });
      expect(totals).toMatchObject(expected(made, Date.parse(since), nowMs));
      expect(eventTypes).toMatchObject([{ delivered: totals.delivered }]);
      // In whole hours or minutes.
      const [from, to] = [Date.parse(previous.since), Date.parse(since)];
      const size = nowMs - sinceMs > 12 * hourMs ? hourMs : minuteMs;
      expect(previous).toMatchObject(expected(made, Math.ceil(from / size) * size, to));
    }
  });

  it("are looked up among the attempts of one message", async () => {
    const nowMs = Date.now();
    const values = [iso(nowMs - minuteMs), iso(nowMs), iso(nowMs - dayMs)];
    const { rows } = await database.pool.query<{ "QUERY PLAN": string }>(`explain ${lateMinutesSql}`, values);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).toContain('"messageId" = a');
    expect(plan).not.toMatch(/Seq Scan on attempt_\S+ b/);
    const tooOld = iso(nowMs - 3 * dayMs)
      .slice(0, 10)
      .replaceAll("-", "");
    const days = [...plan.matchAll(/ on attempt_(\d{8})/g)].map(([, day = ""]) => day);
    expect(days.length).toBeGreaterThan(0);
    expect(days.filter((day) => day <= tooOld)).toEqual([]);
  });
});

describe("an endpoint's deliveries by status", () => {
  const statuses = ["succeeded", "failed", "cancelled", "succeeded"] as const;

  async function storeDeliveries({ environmentId }: Actor, place: Place, count: number, spanMs: number): Promise<string[]> {
    const nowMs = Date.now();
    const made = Array.from({ length: count }, (_, i) => {
      const atMs = Math.floor(nowMs - (spanMs * i) / count);
      return { messageId: newId("message", atMs), atMs, status: statuses[i % statuses.length] };
    });
    await database.pool.query(
      `insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "status", "attemptCount", "succeededAt")
       select m->>'messageId', $3, to_timestamp((m->>'atMs')::float8 / 1000), $1, $2, 't', m->>'status', 1,
         case when m->>'status' = 'succeeded' then now() end
       from jsonb_array_elements($4) m`,
      [environmentId, place.applicationId, place.endpointId, JSON.stringify(made)],
    );
    return made.map(({ messageId }) => messageId);
  }

  it("is the exact count, remembered by day until an attempt changes it", async () => {
    const { actor } = await newTenant();
    const place = await newEndpoint(actor, "counted");
    const messageIds = await storeDeliveries(actor, place, 400, 9.5 * dayMs);
    const count = () => ofDeliveries(actor, place.applicationId, place.endpointId, {});
    const days = async () => (await database.prisma.endpointDay.findMany({ where: { endpointId: place.endpointId } })).length;
    const first = await count();
    expect(first).toEqual({ succeeded: 200, failed: 100, cancelled: 100, untried: 0, retrying: 0 });
    expect(await days()).toBeGreaterThanOrEqual(8);
    expect(await count()).toEqual(first);

    // Nothing of the past is counted again, until the rollup sees an attempt there.
    const failed = messageIds[4 * 50 + 1] ?? "";
    const createdAt = (await database.prisma.delivery.findFirst({ where: { messageId: failed } }))?.createdAt ?? new Date();
    await database.pool.query(
      `update delivery set status = 'succeeded', "succeededAt" = now() where "messageId" = $1 and "createdAt" = $2`,
      [failed, createdAt],
    );
    expect(await count()).toEqual(first);
    await storeAttempts(place, [{ messageId: failed, atMs: Date.now(), number: 2, succeeded: true, durationMs: 5 }]);
    await rollUp();
    expect(await count()).toEqual({ ...first, succeeded: 201, failed: 99 });

    // A day with something pending is never remembered.
    const pending = `update delivery set status = $3, "nextAttemptAt" = $4 where "messageId" = $1 and "createdAt" = $2`;
    await database.prisma.endpointDay.deleteMany({ where: { endpointId: place.endpointId } });
    await database.pool.query(pending, [messageIds[4 * 50 + 5], await createdOf(messageIds[4 * 50 + 5] ?? ""), "pending", new Date()]);
    expect(await count()).toEqual({ succeeded: 201, failed: 98, cancelled: 100, untried: 0, retrying: 1 });
    await database.pool.query(pending, [messageIds[4 * 50 + 5], await createdOf(messageIds[4 * 50 + 5] ?? ""), "cancelled", null]);
    expect(await count()).toEqual({ succeeded: 201, failed: 98, cancelled: 101, untried: 0, retrying: 0 });
  });

  const createdOf = async (messageId: string): Promise<Date> =>
    (await database.prisma.delivery.findFirst({ where: { messageId } }))?.createdAt ?? new Date();
});

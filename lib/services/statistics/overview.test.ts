import { afterAll, beforeAll, expect, it } from "vitest";
import type { Actor } from "../../actor.ts";
import { makePastDays } from "../../db/partitions.ts";
import { durationSteps, rollUp } from "../../db/sql/figures/rollup.ts";
import { newId } from "../../ids.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newTenant } from "../../testing/tenant.ts";
import * as overview from "./overview.ts";
import { hourMs } from "../../words/duration.ts";

const eventTypes = ["often", "seldom"];

type Made = { atMs: number; number: number; succeeded: boolean; durationMs: number; eventType: string };

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await makePastDays(new Date(Date.now() - 10 * 24 * hourMs));
});
afterAll(() => database.close());

async function newEndpoint(actor: Actor): Promise<{ applicationId: string; endpointId: string }> {
  const applicationId = newId("application");
  const endpointId = newId("endpoint");
  const { environmentId } = actor;
  await database.prisma.application.create({ data: { id: applicationId, environmentId, name: "Café" } });
  await database.prisma.endpoint.create({
    data: { id: endpointId, applicationId, environmentId, url: "https://example.com/", eventTypes: [], channels: [] },
  });
  return { applicationId, endpointId };
}

async function storeAttempts(place: { endpointId: string }, made: Made[]): Promise<void> {
  for (const { atMs, number, succeeded, durationMs, eventType } of made)
    await database.pool.query(
      `insert into attempt ("id", "createdAt", "messageId", "endpointId", "eventType", "attemptNumber",
         "url", "responseStatusCode", "errorClass", "durationMs")
       values ($1, to_timestamp($2::float8 / 1000), $3, $4, $5, $6, '', $7, $8, $9)`,
      [
        newId("attempt", atMs),
        atMs,
        newId("message", atMs),
        place.endpointId,
        eventType,
        number,
        succeeded ? 200 : 500,
        succeeded ? null : "status",
        durationMs,
      ],
    );
}

const make = (count: number, spanMs: number, endMs: number): Made[] =>
  Array.from({ length: count }, (_, i) => ({
    atMs: endMs - Math.round((spanMs * i) / count),
    number: (i % 3) + 1,
    succeeded: i % 4 !== 0,
    durationMs: (i * 37) % 900,
    eventType: eventTypes[i % 5 === 0 ? 1 : 0] ?? "",
  }));

const totalsOf = (made: Made[]) => ({
  deliveries: made.filter(({ number }) => number === 1).length,
  delivered: made.filter(({ number, succeeded }) => number === 1 && succeeded).length,
  succeeded: made.filter(({ succeeded }) => succeeded).length,
  failed: made.filter(({ succeeded }) => !succeeded).length,
});

/** Counted from both, for hours whose minutes are all kept. */
async function hoursThatAreNotTheirMinutes(): Promise<unknown[]> {
  const countsOf = (minutes: number, start: string): string => `
    select "endpointId", ${start} as "start", sum("deliveries") as "deliveries", sum("succeeded") as "succeeded", sum("failed") as "failed",
      sum("atOnce") as "atOnce", (select array_agg(d."sum" order by d."step") from (
        select (t."n" - 1) % ${durationSteps.length + 1} as "step", sum(t."count") from unnest(array_agg("durations")) with ordinality as t("count", "n")
        group by 1) d) as "durations"
    from delivery_rollup where "minutes" = ${minutes} and "start" > now() - interval '40 hours' group by 1, 2`;
  const { rows } = await database.pool.query(
    `(${countsOf(60, `"start"`)}) except (${countsOf(1, `date_bin('1 hour', "start", 'epoch')`)})`,
  );
  return rows;
}

it("counts as the attempts do: at first, after a pause of days, and again for what came late", async () => {
  const { actor } = await newTenant();
  const place = await newEndpoint(actor);
  const nowMs = Date.now();
  const since = new Date(nowMs - 8 * 24 * hourMs).toISOString();
  const old = make(300, 24 * hourMs, nowMs - 6 * 24 * hourMs);
  await storeAttempts(place, old);
  await rollUp();
  expect((await overview.get(actor, { since })).totals).toMatchObject(totalsOf(old));
  // As if nobody had counted since.
  await database.pool.query(`update setting set "value" = convert_to($1, 'UTF8') where "name" = 'rollup_until'`, [
    new Date(nowMs - 5.9 * 24 * hourMs).toISOString(),
  ]);
  const recent = make(400, 5 * 24 * hourMs, nowMs - 10 * 60_000);
  await storeAttempts(place, recent);
  await rollUp();
  const late = make(20, 60_000, nowMs - 30_000);
  await storeAttempts(place, late);
  await rollUp();
  await rollUp();
  const all = [...old, ...recent, ...late];
  const { totals, buckets, eventTypes: types } = await overview.get(actor, { since });
  expect(totals).toMatchObject({ ...totalsOf(all), successRate: totalsOf(all).succeeded / all.length });
  expect(types).toEqual(
    eventTypes.map((eventType) => ({ eventType, ...totalsOf(all.filter((attempt) => attempt.eventType === eventType)) })),
  );
  for (const bucket of buckets) {
    const startMs = Date.parse(bucket.start);
    const within = all.filter(({ atMs }) => atMs >= startMs && atMs < startMs + 6 * hourMs);
    expect(bucket).toMatchObject(totalsOf(within));
  }
  expect(await hoursThatAreNotTheirMinutes()).toEqual([]);
  // The last hour by minutes.
  const lastHour = await overview.get(actor, { since: new Date(nowMs - hourMs).toISOString() });
  expect(lastHour.bucketSeconds).toBe(60);
  const sinceMs = Date.parse(lastHour.since);
  expect(lastHour.totals).toMatchObject(totalsOf(all.filter(({ atMs }) => atMs >= sinceMs)));
});

it("counts a minute once more when it closes, though there are as many attempts as are counted", async () => {
  const { actor } = await newTenant();
  const nowMs = Date.now();
  const [one] = make(1, 60_000, nowMs - 10 * 60_000);
  const place = await newEndpoint(actor);
  await storeAttempts(place, one === undefined ? [] : [{ ...one, succeeded: false }]);
  const countSince = async (agoMs: number): Promise<object> => {
    await database.pool.query(`update setting set "value" = convert_to($1, 'UTF8') where "name" = 'rollup_until'`, [
      new Date(nowMs - agoMs).toISOString(),
    ]);
    await rollUp();
    return (await overview.get(actor, { since: new Date(nowMs - hourMs).toISOString() })).totals;
  };
  expect(await countSince(12 * 60_000)).toMatchObject({ succeeded: 0, failed: 1 });
  await database.asOwner(`update attempt set "errorClass" = null where "endpointId" = '${place.endpointId}'`);
  expect(await countSince(60_000)).toMatchObject({ succeeded: 0, failed: 1 });
  expect(await countSince(12 * 60_000)).toMatchObject({ succeeded: 1, failed: 0 });
});

it("percentiles lie in the step of the histogram that the exact ones lie in", async () => {
  const { actor } = await newTenant();
  const place = await newEndpoint(actor);
  const made = make(200, 10 * 60_000, Date.now() - 20 * 60_000);
  await storeAttempts(place, made);
  await database.pool.query(`delete from setting where "name" = 'rollup_until'`);
  await rollUp();
  const { totals } = await overview.get(actor, { since: new Date(Date.now() - 2 * hourMs).toISOString() });
  const sorted = made.map(({ durationMs }) => durationMs).sort((one, other) => one - other);
  expect(totals.p50).toBeGreaterThanOrEqual(300);
  expect(totals.p50).toBeLessThanOrEqual(500);
  expect(sorted[100]).toBeGreaterThanOrEqual(300);
  expect(sorted[100]).toBeLessThanOrEqual(500);
  expect(totals.p95).toBeGreaterThanOrEqual(750);
  expect(totals.p95).toBeLessThanOrEqual(1000);
});

it("shows backlog, next retries and what fails, of its own environment alone", async () => {
  const { actor } = await newTenant();
  const { actor: stranger } = await newTenant();
  const place = await newEndpoint(actor);
  await database.prisma.endpoint.update({ where: { id: place.endpointId }, data: { failingSince: new Date(Date.now() - hourMs) } });
  const insert = (attemptCount: number, dueInSeconds: number) =>
    database.pool.query(
      `insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "status", "attemptCount", "nextAttemptAt")
       -- By a process whose clock is a little ahead.
       values ($1, $2, now() + interval '1 second', $3, $4, 't', 'pending', $5, now() + make_interval(secs => $6))`,
      [newId("message"), place.endpointId, actor.environmentId, place.applicationId, attemptCount, dueInSeconds],
    );
  await insert(2, 600);
  await insert(0, -60);
  const seen = await overview.get(actor, {});
  expect(seen.backlog).toMatchObject({ pending: 2, capped: false });
  expect(seen.retrying).toEqual({ count: 1, capped: false });
  expect(Date.parse(seen.backlog.oldestDueAt ?? "")).toBeLessThan(Date.now());
  expect(seen.nextRetries).toMatchObject([{ endpointId: place.endpointId, attemptCount: 2, applicationName: "Café" }]);
  expect(seen.failingEndpoints).toMatchObject([{ id: place.endpointId, disabledReason: null, applicationName: "Café" }]);
  const unseen = await overview.get(stranger, {});
  expect(unseen).toMatchObject({ backlog: { pending: 0, oldestDueAt: null }, nextRetries: [], failingEndpoints: [], eventTypes: [] });
  expect(unseen.totals.successRate).toBeNull();
});

it("refuses ranges that are none", async () => {
  const { actor } = await newTenant();
  const later = new Date(Date.now() + hourMs).toISOString();
  await expect(overview.get(actor, { since: later })).rejects.toThrow("before");
  await expect(overview.get(actor, { since: "2020-01-01T00:00:00Z" })).rejects.toThrow("longer");
});

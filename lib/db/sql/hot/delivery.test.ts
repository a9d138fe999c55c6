// Settle, resend, recover, leases and cancelling: what a delivery goes through.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Claimed } from "./claim.ts";
import { accepted, givenUp, made, one, retryIn, take, url } from "../../../testing/attempts.ts";
import { type TestDatabase, testDatabase } from "../../../testing/database.ts";
import { newApplication, newMessage, type TestApplication } from "../../../testing/sending.ts";
import { newId } from "../../../ids.ts";
import { acceptTogether } from "./accept.ts";
import { cancelInactive, findInactiveWithPending } from "./cancel.ts";
import { disableEndpoint } from "./disable.ts";
import { cancelHeld, giveBack, renew } from "./lease.ts";
import { queueRecover } from "./recover.ts";
import { queueManual } from "./resend.ts";
import { settle } from "./settle.ts";
import { dayMs, hourMs } from "../../../words/duration.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
// A claim takes whatever is due in the whole database.
beforeEach(async () => {
  await database.pool.query(`delete from "delivery"`);
});

const range = { since: new Date(Date.now() - dayMs), until: new Date(Date.now() + dayMs) };
const rowOf = ({ messageId, endpointId }: { messageId: string; endpointId: string }) =>
  database.prisma.delivery.findFirstOrThrow({ where: { messageId, endpointId } });
const endpointOf = (id: string) => database.prisma.endpoint.findUniqueOrThrow({ where: { id } });
const makeDue = (): Promise<unknown> =>
  database.pool.query(`update "delivery" set "nextAttemptAt" = now() - interval '1 second' where "status" = 'pending'`);

test("a success is final", async () => {
  const application = await newApplication([{ url }]);
  const row = await one(application);
  const attempt = made(row, { timings: { dnsMs: 1.6, tcpMs: 0, tlsMs: null, firstByteMs: 20 } });
  expect(await settle([attempt])).toEqual([{ held: true, dueInMs: null, failingForMs: null }]);
  expect(await rowOf(row)).toMatchObject({
    status: "succeeded",
    attemptCount: 1,
    scheduledCount: 1,
    nextAttemptAt: null,
    retryAt: null,
    leaseId: null,
    lastStatusCode: 200,
    lastErrorClass: null,
    lastDurationMs: 3,
  });
  expect(await database.prisma.attempt.findFirstOrThrow({ where: { id: attempt.id } })).toMatchObject({
    attemptNumber: 1,
    trigger: null,
    errorClass: null,
    eventType: "cafe.closed",
    response: "ok",
    responseHeaders: { server: "x" },
    dnsMs: 2,
    tcpMs: 0,
    tlsMs: null,
    firstByteMs: 20,
  });
});

test("a failure is due again by the database's clock, and after the last one it has failed", async () => {
  const row = await one(await newApplication([{ url }]));
  const [first] = await settle([made(row, retryIn(30_000))]);
  expect(first).toMatchObject({ held: true });
  expect(first?.held === true && first.dueInMs).toBeCloseTo(30_000, -2);
  const waiting = await rowOf(row);
  expect(waiting).toMatchObject({ status: "pending", attemptCount: 1, scheduledCount: 1, leaseId: null });
  expect(waiting.nextAttemptAt).toEqual(waiting.retryAt);
  await makeDue();
  const { claimed } = await take();
  expect(claimed).toMatchObject([{ attemptCount: 1, scheduledCount: 1 }]);
  await settle([made(claimed[0] as Claimed, givenUp)]);
  expect(await rowOf(row)).toMatchObject({ status: "failed", attemptCount: 2, scheduledCount: 2, nextAttemptAt: null, retryAt: null });
});

test("an outcome without its lease, or of another attempt, changes nothing and leaves no attempt", async () => {
  const row = await one(await newApplication([{ url }]));
  const before = await rowOf(row);
  const stale = [made(row, { leaseId: "lease_other" }), made({ ...row, attemptCount: 1 }), made({ ...row, messageId: newId("message") })];
  expect(await settle(stale)).toEqual([{ held: false }, { held: false }, { held: false }]);
  expect(await rowOf(row)).toEqual(before);
  expect(await database.prisma.attempt.count({ where: { endpointId: row.endpointId } })).toBe(0);
  // What is not stale counts, and only once.
  expect(await settle([made(row)])).toMatchObject([{ held: true }]);
  expect(await settle([made(row)])).toEqual([{ held: false }]);
  expect(await database.prisma.attempt.count({ where: { endpointId: row.endpointId } })).toBe(1);
});

test("a resend while a retry is scheduled: it goes first, the schedule stays, the numbers follow each other", async () => {
  const application = await newApplication([{ url }]);
  const row = await one(application);
  await settle([made(row, retryIn(300_000))]);
  const { retryAt } = await rowOf(row);
  expect(await queueManual({ ...row, ...application }, "lease_1")).toMatchObject({ leased: true, attemptCount: 1, manualQueued: 1 });
  const [failed] = await settle([made({ ...row, attemptCount: 1, manualQueued: 1 }, givenUp)]);
  expect(failed?.held === true && failed.dueInMs).toBeGreaterThan(290_000);
  expect(await rowOf(row)).toMatchObject({
    status: "pending",
    attemptCount: 2,
    scheduledCount: 1,
    manualQueued: 0,
    nextAttemptAt: retryAt,
  });
  await makeDue();
  await take();
  await settle([made({ ...row, attemptCount: 2 })]);
  const attempts = await database.prisma.attempt.findMany({ where: { messageId: row.messageId }, orderBy: { attemptNumber: "asc" } });
  expect(attempts.map(({ attemptNumber, trigger }) => [attemptNumber, trigger])).toEqual([
    [1, null],
    [2, "manual"],
    [3, null],
  ]);
});

test("a resend of what is under way waits for it; asked for again before it is done, it is still one", async () => {
  const application = await newApplication([{ url }]);
  const row = await one(application);
  expect(await queueManual({ ...row, ...application }, "lease_2")).toMatchObject({ leased: false, manualQueued: 1 });
  expect(await queueManual({ ...row, ...application }, "lease_2")).toBeNull();
  // The attempt under way began as a scheduled one.
  await settle([made(row)]);
  expect(await rowOf(row)).toMatchObject({ status: "pending", manualQueued: 1, succeededAt: expect.any(Date) });
  const { claimed } = await take();
  expect(claimed).toMatchObject([{ attemptCount: 1, manualQueued: 1 }]);
  // Being made, it is not queued once more, not even under the same lease.
  expect(await queueManual({ ...row, ...application }, (await rowOf(row)).leaseId ?? "")).toBeNull();
  await settle([made(claimed[0] as Claimed, givenUp)]);
  // It succeeded once, and stays so.
  expect(await rowOf(row)).toMatchObject({ status: "succeeded", attemptCount: 2, scheduledCount: 1, manualQueued: 0 });
  // What is done can be asked for again.
  expect(await queueManual({ ...row, ...application }, "lease_3")).toMatchObject({ leased: true, manualQueued: 1 });
});

test("a resend to an endpoint that the message was not for makes the delivery", async () => {
  const application = await newApplication([{ url }, { url }]);
  const message = newMessage(application, { endpointIds: application.endpointIds.slice(0, 1) });
  await acceptTogether([message]);
  const key = { messageId: message.id, endpointId: application.endpointIds[1] ?? "", createdAt: message.createdAt };
  expect(await queueManual({ ...key, ...application, eventType: "cafe.closed" }, null)).toMatchObject({ leased: false, manualQueued: 1 });
  const { claimed } = await take();
  expect(claimed.map(({ endpointId }) => endpointId).toSorted()).toEqual(application.endpointIds.toSorted());
});

test("recovering queues one manual attempt for each that has failed, in steps, and none twice", async () => {
  const application = await newApplication([{ url }]);
  const endpointId = application.endpointIds[0] ?? "";
  await accepted(application, 7);
  const { claimed } = await take();
  await settle(claimed.map((row, i) => made(row, i < 5 ? givenUp : {})));
  const steps: number[] = [];
  let cursor: Awaited<ReturnType<typeof queueRecover>>["cursor"] = null;
  do {
    const step = await queueRecover(endpointId, range.since, range.until, 2, cursor);
    steps.push(step.queued);
    cursor = step.cursor;
  } while (cursor !== null);
  expect(steps).toEqual([2, 2, 1]);
  expect(await queueRecover(endpointId, range.since, range.until, 10, null)).toEqual({ looked: 0, queued: 0, cursor: null });
  const again = await take();
  expect(again.claimed.map(({ manualQueued }) => manualQueued)).toEqual([1, 1, 1, 1, 1]);
});

test("recovering includes what was cancelled after a failure, not what was never attempted", async () => {
  const application = await newApplication([{ url }]);
  const endpointId = application.endpointIds[0] ?? "";
  const [failedOnce] = await accepted(application, 2);
  const { claimed } = await take();
  await settle(claimed.filter(({ messageId }) => messageId === failedOnce?.id).map((row) => made(row, retryIn(60_000))));
  await cancelHeld(claimed.filter(({ messageId }) => messageId !== failedOnce?.id).map((row) => ({ ...row, leaseId: "lease_1" })));
  await database.prisma.delivery.updateMany({
    where: { messageId: failedOnce?.id ?? "" },
    data: { status: "cancelled", nextAttemptAt: null, retryAt: null },
  });
  expect(await queueRecover(endpointId, range.since, range.until, 10, null)).toEqual({ looked: 1, queued: 1, cursor: null });
  expect((await take()).claimed.map(({ messageId }) => messageId)).toEqual([failedOnce?.id]);
});

test("recovering leaves alone what can't be sent: a failure without its payload, or whose endpoint is disabled, stays one", async () => {
  const application = await newApplication([{ url }, { url }]);
  const [active = "", disabled = ""] = application.endpointIds;
  const [deleted, expired, kept] = await accepted(application, 3);
  await settle((await take()).claimed.map((row) => made(row, givenUp)));
  await database.prisma.message.updateMany({ where: { id: deleted?.id ?? "" }, data: { payload: null } });
  await database.prisma.message.updateMany({ where: { id: expired?.id ?? "" }, data: { payloadExpiresAt: range.since } });
  await database.prisma.endpoint.update({ where: { id: disabled }, data: { disabledAt: new Date() } });
  expect(await queueRecover(active, range.since, range.until, 10, null)).toEqual({ looked: 3, queued: 1, cursor: null });
  expect(await queueRecover(disabled, range.since, range.until, 10, null)).toEqual({ looked: 3, queued: 0, cursor: null });
  const pending = await database.prisma.delivery.findMany({ where: { status: { not: "failed" } } });
  expect(pending.map(({ messageId, endpointId, status }) => [messageId, endpointId, status])).toEqual([[kept?.id, active, "pending"]]);
});

test("what is held can be given back, renewed or cancelled, but only by its holder", async () => {
  const application = await newApplication([{ url }]);
  const row = await one(application);
  const mine = { ...row, leaseId: "lease_1" };
  const foreign = { ...row, leaseId: "lease_2" };
  await giveBack([foreign]);
  await cancelHeld([foreign]);
  expect(await rowOf(row)).toMatchObject({ status: "pending", leaseId: "lease_1" });
  await makeDue();
  await renew([mine]);
  expect((await take({ leaseId: "lease_2" })).claimed).toEqual([]);
  await giveBack([mine]);
  expect((await take({ leaseId: "lease_2" })).claimed).toHaveLength(1);
  await cancelHeld([mine]);
  expect(await rowOf(row)).toMatchObject({ status: "pending" });
  await cancelHeld([foreign]);
  expect(await rowOf(row)).toMatchObject({ status: "cancelled", nextAttemptAt: null, leaseId: null });
});

test("the pending deliveries of a disabled or deleted endpoint are cancelled, except those under way", async () => {
  const [disabled, deleted, gone, active] = await Promise.all([0, 1, 2, 3].map(() => newApplication([{ url }])));
  const all = [disabled, deleted, gone, active] as TestApplication[];
  for (const application of all) await accepted(application, 3);
  const underWay = await take({ roomOfOthers: 1 });
  await database.prisma.endpoint.update({ where: { id: disabled?.endpointIds[0] ?? "" }, data: { disabledAt: new Date() } });
  await database.prisma.endpoint.update({ where: { id: deleted?.endpointIds[0] ?? "" }, data: { deletedAt: new Date() } });
  await database.prisma.application.update({ where: { id: gone?.applicationId ?? "" }, data: { deletedAt: new Date() } });
  const inactive = await findInactiveWithPending(range.since, range.until);
  expect(inactive).toEqual([disabled, deleted, gone].map((application) => application?.endpointIds[0] ?? "").toSorted());
  const everyone = all.flatMap(({ endpointIds }) => endpointIds);
  expect([await cancelInactive(everyone, 4), await cancelInactive(everyone, 4)]).toEqual([4, 2]);
  const left = await database.prisma.delivery.findMany({ where: { status: "pending" } });
  expect(left).toHaveLength(underWay.claimed.length + 2);
  expect((await take()).claimed.map(({ inactive }) => inactive)).toEqual([false, false]);
});

test("an endpoint is failing from its first failure until its next success", async () => {
  const application = await newApplication([{ url }]);
  const endpointId = application.endpointIds[0] ?? "";
  await accepted(application, 3);
  const [first, second, third] = (await take()).claimed as [Claimed, Claimed, Claimed];
  expect(await settle([made(first, { ...givenUp, countsAsFailure: false })])).toMatchObject([{ failingForMs: null }]);
  expect((await endpointOf(endpointId)).failingSince).toBeNull();
  expect(await settle([made(second, givenUp)])).toMatchObject([{ failingForMs: null }]);
  const since = (await endpointOf(endpointId)).failingSince;
  expect(since).not.toBeNull();
  await database.pool.query(`update "endpoint" set "failingSince" = now() - interval '6 days' where "id" = $1`, [endpointId]);
  const [again] = await settle([made(third, retryIn(10))]);
  expect(Math.floor((again?.held === true && again.failingForMs ? again.failingForMs : 0) / dayMs)).toBe(6);
  await makeDue();
  await settle([made((await take()).claimed[0] as Claimed)]);
  expect((await endpointOf(endpointId)).failingSince).toBeNull();
});

test("an endpoint is disabled once, and not for failing if it has recovered", async () => {
  const { applicationId, endpointIds } = await newApplication([{ url }]);
  const endpointId = endpointIds[0] ?? "";
  expect(await disableEndpoint(applicationId, endpointId, "failing", 5 * dayMs)).toBe(false);
  const winners = await Promise.all([1, 2, 3].map(() => disableEndpoint(applicationId, endpointId, "gone")));
  expect(winners.filter(Boolean)).toHaveLength(1);
  expect(await endpointOf(endpointId)).toMatchObject({ disabledReason: "gone", disabledAt: expect.any(Date) });
  const application = await database.prisma.application.findUniqueOrThrow({ where: { id: applicationId } });
  expect(application.endpointsVersion).toBe(2n);
});

test("an endpoint that failed five days ago and today is disabled only if it failed in between", async () => {
  const failedAt = async (endpointId: string, hoursAgo: number, errorClass = "status"): Promise<void> => {
    const createdAt = new Date(Date.now() - hoursAgo * hourMs);
    await database.pool.query("select make_day('attempt', $1)", [createdAt.toISOString().slice(0, 10)]);
    await database.prisma.attempt.create({
      data: {
        id: newId("attempt"),
        messageId: newId("message"),
        endpointId,
        eventType: "t",
        attemptNumber: 1,
        createdAt,
        url,
        responseStatusCode: 0,
        errorClass,
        durationMs: 1,
      },
    });
  };
  const cases: [isDisabled: boolean, ...[hoursAgo: number, errorClass?: string][]][] = [
    [false],
    [false, [1], [11]],
    [false, [122], [150]],
    [false, [50, "dns_unavailable"], [50, "proxy"], [50, "internal"]],
    [true, [1], [13]],
    [true, [110, "timeout"]],
  ];
  for (const [isDisabled, ...failures] of cases) {
    const { applicationId, endpointIds } = await newApplication([{ url }, { url }]);
    const [endpointId = "", other = ""] = endpointIds;
    await failedAt(other, 50);
    for (const [hoursAgo, errorClass] of failures) await failedAt(endpointId, hoursAgo, errorClass);
    await database.pool.query(`update "endpoint" set "failingSince" = now() - interval '6 days' where "id" = $1`, [endpointId]);
    expect([await disableEndpoint(applicationId, endpointId, "failing", 5 * dayMs), failures]).toEqual([isDisabled, failures]);
  }
});

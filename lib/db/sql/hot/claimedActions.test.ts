// What people and upkeep do to deliveries that a claim has in hand, and whose process never comes back.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { accepted, made, take, url } from "../../../testing/attempts.ts";
import { type TestDatabase, testDatabase } from "../../../testing/database.ts";
import { newApplication, type TestApplication } from "../../../testing/sending.ts";
import { dayMs } from "../../../words/duration.ts";
import { synchroniseClock } from "../../clock.ts";
import { cancelInactive, findInactiveWithPending } from "./cancel.ts";
import { cancelWaiting } from "./cancelOne.ts";
import type { Claimed } from "./claim.ts";
import { enterClaimed } from "./claimed.ts";
import { cancelHeld, giveBack, renew } from "./lease.ts";
import { queueRecover } from "./recover.ts";
import { queueManual } from "./resend.ts";
import { settle } from "./settle.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await synchroniseClock();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(`delete from "delivery"; delete from "claim"`);
});

const claims = async (): Promise<number> => (await database.pool.query(`select from "claim"`)).rowCount ?? 0;
/** The leases of all that is claimed run out, and who looks has looked. */
const abandon = async (): Promise<number> => {
  await database.pool.query(`update "claim" set "endsAt" = now() - interval '1 second', "lookAt" = now() - interval '1 second';
    update "delivery" set "nextAttemptAt" = now() - interval '1 second' where "leaseId" is not null`);
  return enterClaimed();
};
const rowOf = ({ messageId, endpointId }: Claimed) => database.prisma.delivery.findFirstOrThrow({ where: { messageId, endpointId } });
const held = (row: Claimed) => ({ ...row, leaseId: "lease_1" });

async function claimed(count: number, application?: TestApplication): Promise<[Claimed, ...Claimed[]]> {
  await accepted(application ?? (await newApplication([{ url }])), count);
  const { claimed: all } = await take();
  expect(all).toHaveLength(count);
  return all as [Claimed, ...Claimed[]];
}

test.each([
  ["disabled", `update "endpoint" set "disabledAt" = now(), "disabledReason" = 'manual' where "applicationId" = $1`],
  ["deleted", `update "endpoint" set "deletedAt" = now() where "applicationId" = $1`],
  ["of an application that is deleted", `update "application" set "deletedAt" = now() where "id" = $1`],
])("an endpoint that is %s meanwhile: what is in hand is cancelled once it has entered the queue, and not before", async (_, change) => {
  const cafe = await newApplication([{ url }]);
  const all = await claimed(12, cafe);
  await database.pool.query(change, [cafe.applicationId]);
  const sweep = async (): Promise<number> =>
    cancelInactive(await findInactiveWithPending(new Date(Date.now() - dayMs), new Date(Date.now() + dayMs)), 100);
  expect(await sweep()).toBe(0);
  expect(await settle([made(all[0])])).toMatchObject([{ held: true }]);
  expect(await abandon()).toBe(11);
  expect(await sweep()).toBe(11);
  expect(await claims()).toBe(0);
  expect(await database.prisma.delivery.groupBy({ by: ["status"], _count: true, orderBy: { status: "asc" } })).toEqual([
    { status: "cancelled", _count: 11 },
    { status: "succeeded", _count: 1 },
  ]);
});

test("a resend of what is in hand waits for its process, which comes back or not", async () => {
  const [comes, stays] = (await claimed(12)) as [Claimed, Claimed, ...Claimed[]];
  for (const row of [comes, stays]) {
    const { environmentId } = await rowOf(row);
    expect(await queueManual({ ...row, environmentId }, "lease_2")).toMatchObject({ leased: false, manualQueued: 1 });
    expect(await queueManual({ ...row, environmentId }, "lease_2")).toBeNull();
  }
  expect(await settle([made(comes)])).toMatchObject([{ held: true }]);
  expect(await rowOf(comes)).toMatchObject({ status: "pending", manualQueued: 1, leaseId: null });
  expect(await abandon()).toBe(11);
  const again = (await take({ leaseId: "lease_3" })).claimed;
  expect(again).toHaveLength(12);
  expect(
    again
      .filter(({ manualQueued }) => manualQueued === 1)
      .map(({ messageId }) => messageId)
      .toSorted(),
  ).toEqual([comes.messageId, stays.messageId].toSorted());
});

test("a resend of what has run out and not yet entered the queue takes it over, and the look leaves it alone", async () => {
  const [row] = await claimed(12);
  await database.pool.query(`update "delivery" set "nextAttemptAt" = now() - interval '1 second' where "leaseId" is not null`);
  const { environmentId } = await rowOf(row);
  expect(await queueManual({ ...row, environmentId }, "lease_2")).toMatchObject({ leased: true });
  await database.pool.query(`update "claim" set "endsAt" = now() - interval '1 second', "lookAt" = now() - interval '1 second'`);
  expect(await enterClaimed()).toBe(11);
  expect(await claims()).toBe(0);
  expect(await settle([made(row)])).toEqual([{ held: false }]);
  expect(await settle([made({ ...row, manualQueued: 1 }, { leaseId: "lease_2" })])).toMatchObject([{ held: true }]);
});

test("what is in hand is cancelled by nobody, until its lease has run out; recovering in bulk leaves it alone", async () => {
  const [row, ...others] = await claimed(12);
  expect(await cancelWaiting(row)).toBe(false);
  const since = new Date(Date.now() - dayMs);
  expect(await queueRecover(row.endpointId, since, new Date(Date.now() + dayMs), 100, null)).toMatchObject({ looked: 0, queued: 0 });
  await database.pool.query(`update "delivery" set "nextAttemptAt" = now() - interval '1 second' where "leaseId" is not null`);
  expect(await cancelWaiting(row)).toBe(true);
  await settle(others.map((other) => made(other)));
  expect(await abandon()).toBe(0);
  expect(await claims()).toBe(0);
  expect((await take()).claimed).toEqual([]);
});

test("a process that stood for longer than its lease changes nothing of what others have taken over", async () => {
  const all = await claimed(12);
  expect(await abandon()).toBe(12);
  const { claimed: taken } = await take({ leaseId: "lease_2" });
  expect(taken).toHaveLength(12);
  const before = await database.prisma.delivery.findMany({ orderBy: { messageId: "asc" } });
  await giveBack(all.map(held));
  await renew(all.map(held));
  await cancelHeld(all.map(held));
  expect((await settle(all.map((row) => made(row)))).every((settled) => !settled.held)).toBe(true);
  expect(await database.prisma.delivery.findMany({ orderBy: { messageId: "asc" } })).toEqual(before);
  expect(await settle(taken.map((row) => made(row, { leaseId: "lease_2" })))).toHaveLength(12);
  await abandon();
  expect(await claims()).toBe(0);
});

test("deliveries that are gone, row by row or with their day, leave no claim behind", async () => {
  await claimed(12);
  await database.pool.query(`delete from "delivery"`);
  expect(await abandon()).toBe(0);
  expect(await claims()).toBe(0);
});

test("a day's claims that can't be looked at don't keep those of other days from it", async () => {
  await claimed(12);
  await database.pool.query(
    `insert into "claim" select 'lease_of_' || d, "claimedAt", "lookAt", "endsAt", "day" + d, "messageIds", "endpointIds" from "claim", unnest(array[-3000, 3000]) d`,
  );
  expect(await abandon()).toBe(12);
  expect(await claims()).toBe(0);
});

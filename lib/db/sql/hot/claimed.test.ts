import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { accepted, made, retryIn, take, url } from "../../../testing/attempts.ts";
import { type TestDatabase, testDatabase } from "../../../testing/database.ts";
import { lookedThrough } from "../../../testing/lookedThrough.ts";
import { newApplication, type TestApplication } from "../../../testing/sending.ts";
import { dayMs } from "../../../words/duration.ts";
import { synchroniseClock } from "../../clock.ts";
import { hotPool } from "../../client.ts";
import { readQueue } from "../figures/endpointQueue.ts";
import type { Claimed } from "./claim.ts";
import { enterClaimed, lookSql, readUnlooked } from "./claimed.ts";
import { dayOf, ofDay } from "./keys.ts";
import { giveBack, renew } from "./lease.ts";
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

const rows = async () =>
  (
    await database.pool.query<{ leaseId: string | null; queued: boolean; count: number }>(
      `select "leaseId", "dueAt" is not null as "queued", count(*)::int from "delivery" group by 1, 2 order by 1, 2`,
    )
  ).rows;
const claims = async () => (await database.pool.query<{ count: number }>(`select cardinality("messageIds") as "count" from "claim"`)).rows;
const lookNow = (): Promise<unknown> => database.pool.query(`update "claim" set "lookAt" = now() - interval '1 second'`);
const runOut = async (): Promise<void> => {
  await database.pool.query(`update "claim" set "endsAt" = now() - interval '3 seconds', "lookAt" = now() - interval '1 second';
    update "delivery" set "nextAttemptAt" = now() - interval '3 seconds' where "leaseId" is not null`);
};
async function claimed(count: number, application?: TestApplication): Promise<Claimed[]> {
  await accepted(application ?? (await newApplication([{ url }])), count);
  const taken = await take();
  expect(taken.claimed).toHaveLength(count);
  return taken.claimed;
}
const held = (row: Claimed) => ({ ...row, leaseId: "lease_1" });

test("first attempts that are claimed together are in hand, and their claim keeps their keys; of few none is", async () => {
  await claimed(9);
  expect(await rows()).toEqual([{ leaseId: "lease_1", queued: true, count: 9 }]);
  expect(await claims()).toEqual([]);
  await database.pool.query(`delete from "delivery"`);
  const many = await claimed(12);
  expect(await rows()).toEqual([{ leaseId: "+lease_1", queued: false, count: 12 }]);
  const { rows: kept } = await database.pool.query<{ messageIds: string[]; endpointIds: string[]; day: number }>(`select * from "claim"`);
  expect(kept[0]?.messageIds.toSorted()).toEqual(many.map(({ messageId }) => messageId).toSorted());
  expect(new Set(kept[0]?.endpointIds)).toEqual(new Set(many.map(({ endpointId }) => endpointId)));
  expect(kept[0]?.day).toBe(dayOf(Date.now()) / dayMs);
});

test("of what was tried before none is: its success is in the log's index anyway", async () => {
  await accepted(await newApplication([{ url }]), 30);
  await database.pool.query(`update "delivery" set "attemptCount" = 1 where "messageId" in (select "messageId" from "delivery" limit 18)`);
  expect((await take()).claimed).toHaveLength(30);
  expect(await rows()).toEqual([
    { leaseId: "+lease_1", queued: false, count: 12 },
    { leaseId: "lease_1", queued: true, count: 18 },
  ]);
  expect(await claims()).toEqual([{ count: 12 }]);
});

test("its success changes no column that an index of deliveries names, and its claim goes once all have ended", async () => {
  const [first, ...others] = (await claimed(20)) as [Claimed, ...Claimed[]];
  const indexed = async () =>
    (
      await database.pool.query<Record<string, unknown>>(
        `select "messageId", "endpointId", "environmentId", "createdAt", "dueAt", "troubleStatus", "troubleStatusCode", "troubleAttempts", "lastErrorClass"
         from "delivery" order by "messageId"`,
      )
    ).rows;
  const before = await indexed();
  expect((await settle(others.map((row) => made(row)))).every((settled) => settled.held)).toBe(true);
  expect(await indexed()).toEqual(before);
  await lookNow();
  expect(await enterClaimed()).toBe(0);
  expect(await claims()).toEqual([{ count: 20 }]);
  await settle([made(first, retryIn(60_000))]);
  expect(await enterClaimed()).toBe(0);
  expect(await claims()).toEqual([{ count: 20 }]);
  await lookNow();
  await enterClaimed();
  expect(await claims()).toEqual([]);
});

test("what its process has not sent when the lease has run out is due again, once", async () => {
  const all = await claimed(15);
  await settle(all.slice(0, 5).map((row) => made(row)));
  expect(await readUnlooked()).toBe(0);
  await runOut();
  expect(await readUnlooked()).toBeGreaterThan(2);
  expect((await take({ leaseId: "lease_2" })).claimed).toEqual([]);
  const entered = await Promise.all([enterClaimed(), enterClaimed(), enterClaimed()]);
  expect(entered.reduce((sum, one) => sum + one)).toBe(10);
  expect(await readUnlooked()).toBe(0);
  expect(await claims()).toEqual([]);
  expect((await take({ leaseId: "lease_2" })).claimed).toHaveLength(10);
  expect(await settle([made(all[9] as Claimed)])).toEqual([{ held: false }]);
});

test("its process gives back and renews what is in hand: both are in the queue, and a claim that has run out leaves them alone", async () => {
  const [given, renewed, ...others] = (await claimed(12)) as [Claimed, Claimed, ...Claimed[]];
  await giveBack([held(given)]);
  await renew([held(renewed)]);
  await settle(others.map((row) => made(row)));
  await runOut();
  await renew([held(renewed)]);
  expect(await enterClaimed()).toBe(0);
  expect(await rows()).toEqual(
    expect.arrayContaining([
      { leaseId: "lease_1", queued: true, count: 1 },
      { leaseId: null, queued: true, count: 1 },
      { leaseId: null, queued: false, count: 10 },
    ]),
  );
  expect(await claims()).toEqual([]);
});

test("a row that somebody is at is not waited for: its claim stays, and is looked at again", async () => {
  const [first] = await claimed(11);
  await runOut();
  const other = await database.pool.connect();
  await other.query("begin");
  await other.query(`select from "delivery" where "messageId" = $1 for update`, [first?.messageId]);
  expect(await enterClaimed()).toBe(10);
  expect(await claims()).toEqual([{ count: 11 }]);
  await other.query("rollback");
  other.release();
  await lookNow();
  expect(await enterClaimed()).toBe(1);
  expect(await claims()).toEqual([]);
});

test("of any number of claims none is left out, and those of a day that is past retention go", async () => {
  const application = await newApplication([{ url }]);
  for (const n of [1, 2, 3, 4, 5]) {
    await accepted(application, 10);
    expect((await take({ leaseId: `lease_${n}` })).claimed).toHaveLength(10);
  }
  await database.pool.query(
    `insert into "claim" select 'lease_gone', "claimedAt", "lookAt", "endsAt", $1, "messageIds", "endpointIds" from "claim" limit 1`,
    [Date.UTC(2020, 0, 1) / dayMs],
  );
  await runOut();
  expect(await enterClaimed(2)).toBe(50);
  expect(await claims()).toEqual([]);
});

test("a database too slow for so many claims at a time looks at fewer", async () => {
  const application = await newApplication([{ url }]);
  for (let n = 1; n <= 9; n++) {
    await accepted(application, 10);
    expect((await take({ leaseId: `lease_${n}` })).claimed).toHaveLength(10);
  }
  await runOut();
  // As after 10 seconds, from the 21st row of a statement on.
  await database.asOwner(`
    create function too_slow() returns trigger language plpgsql as $$ begin
      if (select count(*) from old_rows) > 20 then raise exception 'canceling statement due to statement timeout' using errcode = '57014'; end if;
      return null;
    end $$;
    create trigger too_slow after update on "${ofDay("delivery", dayOf(Date.now())).replaceAll('"', "")}"
      referencing old table as old_rows for each statement execute function too_slow()`);
  expect(await enterClaimed()).toBe(90);
  expect(await claims()).toEqual([]);
  await database.asOwner(`drop function too_slow cascade`);
});

test("what waits for an endpoint counts them as held, however old their messages are", async () => {
  const [cafe, other] = [await newApplication([{ url }]), await newApplication([{ url }])];
  await accepted(cafe, 12, { createdAt: new Date(Date.now() - 60_000) });
  await accepted(other, 12, { createdAt: new Date(Date.now() - 60_000) });
  const { claimed: all } = await take();
  const own = all.filter(({ endpointId }) => endpointId === cafe.endpointIds[0]);
  expect(await readQueue(cafe.endpointIds[0] ?? "", 100)).toMatchObject({ held: 12, due: 0 });
  expect(await readQueue(cafe.endpointIds[0] ?? "", 5)).toMatchObject({ held: 5 });
  await settle(own.slice(0, 4).map((row) => made(row)));
  expect(await readQueue(cafe.endpointIds[0] ?? "", 100)).toMatchObject({ held: 8, due: 0 });
});

test("a look finds rows by their keys, and locks them at their place", async () => {
  await hotPool().query(`analyze "delivery"; analyze "claim"`);
  const { rows: lines } = await hotPool().query<{ "QUERY PLAN": string }>(
    `explain (generic_plan) ${lookSql(ofDay("delivery", dayOf(Date.now())))}`,
  );
  const plan = lines.map((line) => line["QUERY PLAN"]).join("\n");
  expect(plan).toMatch(/delivery_\d{8}_pkey on delivery_\d{8} d .*\n +Index Cond: .*ROW.*messageId.*endpointId/);
  expect(plan.match(/TID Cond/g)).toHaveLength(2);
  expect(plan).not.toMatch(/Seq Scan on delivery|Bitmap Heap Scan on delivery/);
  // Of claims there are fifty at most, of what they hold thousands.
  expect(await lookedThrough(hotPool(), lookSql(ofDay("delivery", dayOf(Date.now()))))).toEqual(["left"]);
});

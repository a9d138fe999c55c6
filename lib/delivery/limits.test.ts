// Rates across processes: two engines on one database, and what a receiver sees of them together.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { changeApplication } from "../db/applications.ts";
import { metrics } from "../metrics.ts";
import { testDatabase, type TestDatabase } from "../testing/database.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { accepted } from "../testing/attempts.ts";
import { newApplication, type TestApplication } from "../testing/sending.ts";
import { until } from "../testing/until.ts";
import { takeTurns } from "../db/sql/hot/throttle.ts";
import { type Engine, startEngine } from "./engine.ts";
import { Limit } from "./limits.ts";

let database: TestDatabase;
let receiver: Receiver;
const engines: Engine[] = [];
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
  await receiver?.close();
});
afterAll(() => database.close());

const startTwo = (): void => void engines.push(startEngine(), startEngine());

/** Moments at which attempts began, milliseconds of the database's clock. */
async function starts({ endpointIds }: TestApplication): Promise<number[]> {
  const rows = await database.prisma.attempt.findMany({ where: { endpointId: { in: endpointIds } }, select: { createdAt: true } });
  return rows.map(({ createdAt }) => createdAt.getTime()).toSorted((a, b) => a - b);
}

/** The most that began within any `windowMs`. */
function busiest(moments: number[], windowMs: number): number {
  let first = 0;
  let most = 0;
  moments.forEach((moment, i) => {
    while ((moments[first] ?? 0) <= moment - windowMs) first++;
    most = Math.max(most, i - first + 1);
  });
  return most;
}

const setRate = ({ applicationId, endpointIds }: TestApplication, throttleRate: number | null): Promise<unknown> =>
  changeApplication(applicationId, (tx) => tx.endpoint.update({ where: { id: endpointIds[0] ?? "" }, data: { throttleRate } }));

test("two engines together keep an endpoint's rate, come near it, and keep nobody else waiting", async () => {
  receiver = await startReceiver();
  const limited = await newApplication([{ url: `${receiver.url}/limited`, throttleRate: 40 }]);
  const free = await newApplication([{ url: `${receiver.url}/free` }]);
  await accepted(limited, 110);
  await accepted(free, 50);
  startTwo();
  await until("the free one to be done", async () => (await starts(free)).length === 50);
  expect((await starts(limited)).length).toBeLessThan(110);
  await until("what waits to be told", async () => (await metrics().rateLimited.get()).values[0]?.value ?? 0);
  await until("all to arrive", async () => (await starts(limited)).length === 110);
  const moments = await starts(limited);
  // A turn may be taken a fifth of a second late: turns of 1.2 and of 2.2 seconds, both ends included.
  expect(busiest(moments, 1_000)).toBeLessThanOrEqual(49);
  expect(busiest(moments, 2_000)).toBeLessThanOrEqual(89);
  // 110 at 40 a second take 2.75 seconds; a machine that is busy with other things misses turns.
  expect((moments.at(-1) ?? 0) - (moments[0] ?? 0)).toBeLessThan(8_000);
});

test("an application's rate is shared by its endpoints and by both engines, and none of them starves", async () => {
  receiver = await startReceiver();
  const cafe = await newApplication([{ url: `${receiver.url}/a` }, { url: `${receiver.url}/b`, throttleRate: 5 }], 30);
  await accepted(cafe, 30);
  startTwo();
  await until("the first endpoint to be done", () => receiver.hits.filter(({ url }) => url === "/a").length === 30);
  const slower = receiver.hits.filter(({ url }) => url === "/b").length;
  // A second, more or less, at five a second; how many of them fall into it is chance.
  expect(slower).toBeGreaterThanOrEqual(1);
  expect(slower).toBeLessThan(15);
  await until("attempts to be stored", async () => (await starts(cafe)).length >= 33);
  expect(busiest(await starts(cafe), 1_000)).toBeLessThanOrEqual(35);
});

test("another rate holds at once, and so does none", async () => {
  receiver = await startReceiver();
  const cafe = await newApplication([{ url: receiver.url, throttleRate: 1 }]);
  await accepted(cafe, 200);
  startTwo();
  await receiver.waitForHits(1);
  await setRate(cafe, 20);
  // At one a second neither these nor, later, all the others would come so soon.
  await receiver.waitForHits(15, 10_000);
  await setRate(cafe, 1);
  const seen = receiver.hits.length;
  expect(seen).toBeLessThan(150);
  await receiver.waitForHits(seen + 1);
  await setRate(cafe, null);
  await receiver.waitForHits(200, 20_000);
  const moments = await starts(cafe);
  expect(busiest(moments.slice(0, 15), 500)).toBeLessThanOrEqual(14);
});

test("turns of one row follow each other, whoever takes them; those of a killed process are lost, no more", async () => {
  const cafe = await newApplication([{ url: "http://127.0.0.1:9/", throttleRate: 10 }], 100);
  const [id = ""] = cafe.endpointIds;
  const beganMs = performance.now();
  const all = await Promise.all(
    [1, 2, 3, 4].map(() =>
      takeTurns([
        { id, count: 5 },
        { id: cafe.applicationId, count: 5 },
        { id: "ep_gone", count: 1 },
      ]),
    ),
  );
  // Each counts from the beginning of its own statement, which is within this of the first one's; and takes that to be so
  // old, as the database's clock says, which is known to a millisecond or two, but no older than this.
  const apartMs = performance.now() - beganMs;
  const ofEndpoint = all.map((turns) => turns.get(id)?.inMs ?? -1).toSorted((a, b) => a - b);
  expect(ofEndpoint[0]).toBeGreaterThanOrEqual(-apartMs);
  for (const [i, inMs] of ofEndpoint.entries()) expect(inMs).toBeGreaterThanOrEqual(500 * i - 2 * apartMs);
  const ofApplication = all.map((turns) => turns.get(cafe.applicationId)?.inMs ?? -1);
  expect(Math.max(...ofApplication)).toBeLessThanOrEqual(151 + apartMs);
  expect(all[0]?.get("ep_gone")).toMatchObject({ perSecond: null });
});

test("turns don't move when their answer is long on its way", async () => {
  const cafe = await newApplication([{ url: "http://127.0.0.1:9/" }], 100);
  const wanted = [{ id: cafe.applicationId, count: 1 }];
  await takeTurns(wanted);
  const other = await database.pool.connect();
  await other.query(`begin`);
  await other.query(`select from throttle where id = $1 for update`, [cafe.applicationId]);
  const taken = takeTurns(wanted);
  const waiting = `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  const isWaiting = async (): Promise<boolean> => (await database.pool.query<{ n: number }>(waiting)).rows[0]?.n === 1;
  await until("the statement to wait", isWaiting);
  const waitsMs = performance.now();
  for (let i = 0; i < 50; i++) expect(await isWaiting()).toBe(true);
  const heldMs = performance.now() - waitsMs;
  await other.query("commit");
  other.release();
  // Both clocks count whole milliseconds.
  expect((await taken).get(cafe.applicationId)?.inMs).toBeLessThanOrEqual(10 - heldMs + 2);
});

test("a limit starts nothing without a turn, and none twice", () => {
  const limit = new Limit("ep_1", 10);
  expect(limit.waitMs(0)).toBe(Infinity);
  limit.give(50, 2, 10);
  expect(limit.waitMs(0)).toBe(50);
  expect(limit.waitMs(50)).toBe(0);
  limit.take(50);
  expect(limit.waitMs(50)).toBe(100);
  expect(limit.waitMs(351)).toBe(Infinity);
  limit.give(300, 1, 10);
  limit.set(20);
  expect(limit.waitMs(300)).toBe(Infinity);
});

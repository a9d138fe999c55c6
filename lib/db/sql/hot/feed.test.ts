// A message that commits late must not be skipped by whoever has read past it.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../../ids.ts";
import { type TestDatabase, testDatabase } from "../../../testing/database.ts";
import { newApplication, newMessage, type TestApplication } from "../../../testing/sending.ts";
import { newApplicationId } from "../../../testing/tenant.ts";
import { until } from "../../../testing/until.ts";
import { accept } from "./accept.ts";
import { expire } from "../upkeep/expire.ts";
import { lastPlace, placeBefore, readFeed, takeFeedPlaces } from "./feed.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const all = ({ applicationId }: TestApplication) => ({ applicationId, eventTypes: [], channels: [] });
const ids = async (cafe: TestApplication, after = "0"): Promise<string[]> =>
  (await readFeed(all(cafe), after, 100)).rows.map(({ id }) => id);
async function newPolled(): Promise<TestApplication> {
  const cafe = await newApplication([]);
  const { applicationId, environmentId } = cafe;
  await database.prisma.poller.create({ data: { id: newId("poller"), applicationId, environmentId, eventTypes: [], channels: [] } });
  return cafe;
}

const polled = (cafe: TestApplication) => newMessage(cafe, { endpointIds: [], polled: true });

test("what commits late is read late, and nothing behind it before it", async () => {
  const cafe = await newPolled();
  const early = polled(cafe);
  await accept({ ...early, polled: false });
  const slow = new pg.Client({ connectionString: database.url });
  await slow.connect();
  await slow.query("begin");
  await slow.query(
    `with ${takeFeedPlaces(`select $1::text as "applicationId", $2::text as "messageId", $3::timestamptz as "createdAt", 1 as "n"`)} select`,
    [cafe.applicationId, early.id, early.createdAt],
  );
  const late = polled(cafe);
  const accepting = accept(late);
  await until("the later one to wait", async () => {
    const { rows } = await database.pool.query(`select from pg_locks where locktype = 'advisory' and not granted`);
    return rows.length > 0;
  });
  expect(await ids(cafe)).toEqual([]);
  await slow.query("commit");
  await accepting;
  expect(await ids(cafe)).toEqual([early.id, late.id]);
  await slow.end();
});

test("many at once: each is read once, whoever reads while they are committed", async () => {
  const cafe = await newPolled();
  const messages = Array.from({ length: 200 }, () => polled(cafe));
  let stored = false;
  const storing = Promise.all(messages.map((message) => accept(message))).then(() => (stored = true));
  const read: string[] = [];
  let place = "0";
  for (let done = false; !done;) {
    done = stored;
    const page = await readFeed(all(cafe), place, 50);
    read.push(...page.rows.map(({ id }) => id));
    place = page.place;
    if (!page.done) done = false;
  }
  await storing;
  expect(read.toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
});

test("filters look at a bounded number; a payload that is gone is left out; old places expire", async () => {
  const cafe = await newPolled();
  const [first, second, third] = [polled(cafe), polled(cafe), { ...polled(cafe), eventType: "other" }];
  for (const message of [first, second, third]) await accept(message);
  await database.pool.query(`update message set payload = null where "id" = $1`, [second.id]);
  expect(await ids(cafe)).toEqual([first.id, third.id]);
  const page = await readFeed({ ...all(cafe), eventTypes: ["other"] }, "0", 1);
  expect([page.rows.map(({ id }) => id), page.done]).toEqual([[third.id], true]);
  expect(await ids(cafe, await placeBefore(cafe.applicationId, third.createdAt))).toContain(third.id);
  await database.pool.query(`update message_feed set "createdAt" = now() - interval '100 days' where "messageId" = $1`, [first.id]);
  await expire(90);
  expect(await ids(cafe)).toEqual([third.id]);
  expect(await ids({ ...cafe, applicationId: newApplicationId() })).toEqual([]);
  const last = await lastPlace(cafe.applicationId);
  await database.pool.query(`update message_feed set "createdAt" = now() - interval '100 days'`);
  await expire(90);
  expect(await lastPlace(cafe.applicationId)).toBe(last);
});

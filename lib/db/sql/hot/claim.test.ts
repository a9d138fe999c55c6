import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { accepted, made, one, take, url } from "../../../testing/attempts.ts";
import { type TestDatabase, testDatabase } from "../../../testing/database.ts";
import { newApplication, newMessage, type TestApplication } from "../../../testing/sending.ts";
import { newId } from "../../../ids.ts";
import { dayMs } from "../../../words/duration.ts";
import { hotPool } from "../../client.ts";
import { acceptTogether } from "./accept.ts";
import { claim, claimSql } from "./claim.ts";
import { dayOf, ofDay } from "./keys.ts";
import { giveBack } from "./lease.ts";
import { loadPayloads } from "./payloads.ts";
import { settle, settleSql } from "./settle.ts";
import { settlePlainSql } from "./settlePlain.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
// A claim takes whatever is due in the whole database.
beforeEach(async () => {
  await database.pool.query(`delete from "delivery"; delete from "claim"`);
});

const rowOf = ({ messageId, endpointId }: { messageId: string; endpointId: string }) =>
  database.prisma.delivery.findFirstOrThrow({ where: { messageId, endpointId } });
const makeDue = (): Promise<unknown> =>
  database.pool.query(`update "delivery" set "nextAttemptAt" = now() - interval '1 second' where "status" = 'pending'`);

test("a claim takes what is due, with all that sending needs, and leases it", async () => {
  const application = await newApplication([{ url }]);
  const [message] = await accepted(application, 1);
  const { claimed, nextDueInMs } = await take();
  expect(claimed).toHaveLength(1);
  expect(claimed[0]).toMatchObject({
    messageId: message?.id,
    endpointId: application.endpointIds[0],
    createdAt: message?.createdAt,
    applicationId: application.applicationId,
    applicationVersion: "1",
    eventType: "cafe.closed",
    attemptCount: 0,
    scheduledCount: 0,
    manualQueued: 0,
    inactive: false,
    payload: message?.payload,
    contentType: null,
  });
  expect(nextDueInMs).toBeNull();
  const later = await take();
  expect(later.claimed).toEqual([]);
  expect(later.nextDueInMs).toBeGreaterThan(50_000);
});

test("a lease that has run out is simply due", async () => {
  const row = await one(await newApplication([{ url }]));
  await makeDue();
  const { claimed } = await take({ leaseId: "lease_2" });
  expect(claimed).toMatchObject([{ messageId: row.messageId }]);
  expect(await rowOf(row)).toMatchObject({ leaseId: "lease_2" });
});

test("large payloads stay where they are, and are read on demand", async () => {
  const application = await newApplication([{ url }]);
  const payload = Buffer.alloc(100_000, "x");
  const message = newMessage(application, { payload, contentType: "text/plain" });
  await acceptTogether([message]);
  const { claimed } = await take();
  expect(claimed).toMatchObject([{ payload: null, payloadBytes: 100_000 }]);
  const loaded = await loadPayloads(claimed);
  expect(loaded.get(message.id)?.payload.equals(payload)).toBe(true);
  expect(loaded.get(message.id)?.contentType).toBe("text/plain");
});

test("an endpoint with a thousand due deliveries gets its share, and the others theirs", async () => {
  const [hung, ...others] = await Promise.all([0, 1, 2, 3].map(() => newApplication([{ url }])));
  await accepted(hung as TestApplication, 1_000);
  for (const other of others) await accepted(other, 5);
  const counts = new Map<string, number>();
  const { claimed } = await take({ roomOfOthers: 10 });
  for (const { endpointId } of claimed) counts.set(endpointId, (counts.get(endpointId) ?? 0) + 1);
  expect(counts.get(hung?.endpointIds[0] ?? "")).toBe(10);
  for (const other of others) expect(counts.get(other.endpointIds[0] ?? "")).toBe(5);
});

test("an endpoint without room is passed over; another's room is its own", async () => {
  const [full, narrow] = [await newApplication([{ url }]), await newApplication([{ url }])];
  await accepted(full, 5);
  await accepted(narrow, 5);
  const room = new Map([
    [full.endpointIds[0] ?? "", 0],
    [narrow.endpointIds[0] ?? "", 2],
  ]);
  const { claimed } = await take({ room });
  expect(claimed.map(({ endpointId }) => endpointId)).toEqual([narrow.endpointIds[0], narrow.endpointIds[0]]);
});

test("a claim goes on where the last one stopped, until every endpoint has had its turn", async () => {
  const applications = await Promise.all(Array.from({ length: 5 }, () => newApplication([{ url }])));
  for (const application of applications) await accepted(application, 2);
  const visited: string[] = [];
  let after = "";
  for (let round = 0; round < 3; round++) {
    const { claimed, lastEndpointId } = await take({ after, endpoints: 2 });
    visited.push(...claimed.map(({ endpointId }) => endpointId));
    after = lastEndpointId;
  }
  expect(after).toBe("");
  expect(visited).toEqual(visited.toSorted());
  expect(visited).toHaveLength(10);
});

test("cut short by the number of rows, it goes on after the last endpoint that got something", async () => {
  const applications = await Promise.all(Array.from({ length: 3 }, () => newApplication([{ url }])));
  for (const application of applications) await accepted(application, 2);
  const first = await take({ rows: 3 });
  expect(first.claimed).toHaveLength(3);
  expect(first.lastEndpointId).toBe(first.claimed.at(-1)?.endpointId);
  const second = await take({ after: first.lastEndpointId });
  expect(second.claimed).toHaveLength(2);
});

test("two workers at once never take the same", async () => {
  const application = await newApplication([{ url }]);
  await accepted(application, 200);
  const results = await Promise.all([1, 2, 3, 4].map((n) => take({ leaseId: `lease_${n}`, roomOfOthers: 60 })));
  const all = results.flatMap(({ claimed }) => claimed.map(({ messageId }) => messageId));
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(100);
});

test("what another holds is passed over, not waited for", async () => {
  const application = await newApplication([{ url }]);
  const [held, free] = await accepted(application, 2);
  const other = await database.pool.connect();
  try {
    await other.query("begin");
    await other.query(`select from "delivery" where "messageId" = $1 for update`, [held?.id]);
    expect((await take()).claimed.map(({ messageId }) => messageId)).toEqual([free?.id]);
  } finally {
    await other.query("rollback");
    other.release();
  }
});

test("a claimed delivery of an inactive endpoint says so", async () => {
  const application = await newApplication([{ url, disabled: true }]);
  await accepted(application, 1);
  expect((await take()).claimed).toMatchObject([{ inactive: true }]);
});

test.each([
  ["that is still empty", 0, 3],
  ["that the planner knows nothing of", 0, 0],
  ["of which it last saw a hundred rows", 100, 0],
])("on a day %s, rows are found by their keys all the same", async (_, count, daysAhead) => {
  const day = dayOf(Date.now()) + daysAhead * dayMs;
  if (count > 0) {
    await accepted(await newApplication([{ url }]), count);
    for (const table of ["delivery", "message"] as const) await database.asOwner(`analyze ${ofDay(table, day)}`);
  }
  const planOf = async (sql: string): Promise<string> => {
    const { rows } = await hotPool().query<{ "QUERY PLAN": string }>(`explain (generic_plan) ${sql}`);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  };
  const settling = [await planOf(settleSql(ofDay("delivery", day))), await planOf(settlePlainSql(ofDay("delivery", day)))];
  for (const plan of settling)
    expect(plan).toMatch(/delivery_\d{8}_pkey on delivery_\d{8} d .*\n +Index Cond: .*"messageId", "endpointId"/);
  const claiming = await planOf(claimSql(ofDay("delivery", day), ofDay("message", day)));
  expect(claiming).toMatch(/TID Cond: .*due\."row"/);
  expect(claiming).toMatch(/on message_\d{8} m .*\n +Index Cond: .*id = c/);
  for (const plan of [...settling, claiming]) expect(plan).not.toMatch(/Seq Scan|Bitmap/);
});

test("a day that is past retention has nothing to give, and nothing to settle", async () => {
  const day = Date.UTC(2020, 0, 1);
  const key = { messageId: newId("message"), endpointId: newId("endpoint"), createdAt: new Date(day + 1), leaseId: "lease_1" };
  expect(await claim({ leaseId: "lease_1", day, after: "", endpoints: 1, rows: 1, room: new Map(), roomOfOthers: 1 })).toBeNull();
  await giveBack([key]);
  expect((await loadPayloads([key])).size).toBe(0);
  const row = await one(await newApplication([{ url }]));
  const gone = made({ ...row, ...key });
  expect(await settle([gone, made(row)])).toMatchObject([{ held: false }, { held: true }]);
});

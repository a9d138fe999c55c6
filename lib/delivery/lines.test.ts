// Order: two engines on one database, one that is killed, receivers that fail at random.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { forgetApplication } from "../db/applications.ts";
import { accept } from "../db/sql/hot/accept.ts";
import { queueMissing } from "../db/sql/hot/resendMany.ts";
import { advanceLines } from "../db/sql/hot/lines.ts";
import { queueManual } from "../db/sql/hot/resend.ts";
import { closeSandbox } from "../sandbox/sandbox.ts";
import { testDatabase, type TestDatabase } from "../testing/database.ts";
import { type Hit, type Receiver, startReceiver } from "../testing/receiver.ts";
import { type Program, runProgram } from "../testing/program.ts";
import { newApplication, newMessage, post, type TestApplication } from "../testing/sending.ts";
import { testSecret } from "../testing/settings.ts";
import { until } from "../testing/until.ts";
import { type Engine, startEngine } from "./engine.ts";

const settings = { WEBSTER_LEASE_SECONDS: "3", WEBSTER_RETRY_SCHEDULE: "0.05,0.05,0.05", WEBSTER_ATTEMPT_TIMEOUT_SECONDS: "5" };

let database: TestDatabase;
let receiver: Receiver;
const engines: Engine[] = [];
const programs: Program[] = [];
beforeAll(async () => {
  database = await testDatabase(settings);
});
afterEach(async () => {
  for (const program of programs.splice(0)) program.kill("SIGKILL");
  for (const engine of engines.splice(0)) await engine.stop();
  await receiver?.close();
});
afterAll(async () => {
  closeSandbox();
  await database.close();
});

const start = (): Engine => {
  const engine = startEngine();
  engines.push(engine);
  return engine;
};
const idOf = ({ headers }: Hit): string => headers["webhook-id"] ?? "";
const left = ({ applicationId }: TestApplication): Promise<number> =>
  database.prisma.delivery.count({ where: { applicationId, status: "pending" } });
const ended = (cafe: TestApplication): Promise<unknown> => until("all to end", async () => (await left(cafe)) === 0);
const linesLeft = ({ endpointIds }: TestApplication): Promise<number> =>
  database.prisma.deliveryLine.count({ where: { endpointId: { in: endpointIds } } });

const line = (cafe: TestApplication, orderKey: string) => ({
  orderKeys: cafe.endpointIds.map(() => orderKey),
  orderingKey: orderKey || null,
});

/** Answers 500 to that share of the requests, and remembers which ids it took, each the first time. */
function unreliable(share: number, delayMs = 0): { taken: string[] } {
  const taken: string[] = [];
  receiver.respond((_, response, hit) => {
    const fails = Math.random() < share;
    if (!fails && !taken.includes(idOf(hit))) taken.push(idOf(hit));
    setTimeout(() => void response.writeHead(fails ? 500 : 200).end(), delayMs);
  });
  return { taken };
}

test("property: whatever fails, of each key the receiver takes the messages in the order of acceptance, one at a time", async () => {
  receiver = await startReceiver();
  const { taken } = unreliable(0.2);
  const cafe = await newApplication([{ url: receiver.url }]);
  start();
  start();
  const keys = ["a", "b"];
  const accepted = new Map<string, string[]>(keys.map((key) => [key, []]));
  await Promise.all(
    keys.map(async (key) => {
      for (let i = 0; i < 6; i++) accepted.get(key)?.push((await post(cafe, line(cafe, key))).id);
    }),
  );
  await ended(cafe);
  for (const [, ids] of accepted) expect(taken.filter((id) => ids.includes(id))).toEqual(ids.filter((id) => taken.includes(id)));
  // 0.2 ^ 4 of them are given up.
  expect(taken.length).toBeGreaterThan(7);
  await until("the lines to be empty", async () => (await linesLeft(cafe)) === 0);
});

test("a failure holds back its own key until it is given up; the others and what has no key go on", async () => {
  receiver = await startReceiver();
  const cafe = await newApplication([{ url: receiver.url, retrySchedule: [0.3, 0.3] }]);
  const poison = newMessage(cafe, line(cafe, "a"));
  receiver.respond((_, response, hit) => void response.writeHead(idOf(hit) === poison.id ? 500 : 200).end());
  await accept(poison);
  const behind = newMessage(cafe, line(cafe, "a"));
  const other = newMessage(cafe, line(cafe, "b"));
  const free = newMessage(cafe);
  for (const message of [behind, other, free]) await accept(message);
  start();
  start();
  await ended(cafe);
  const order = receiver.hits.map(idOf);
  expect(order.filter((id) => id === poison.id)).toHaveLength(3);
  for (const { id } of [other, free]) expect(order.indexOf(id)).toBeLessThan(order.lastIndexOf(poison.id));
  expect(order.indexOf(behind.id)).toBeGreaterThan(order.lastIndexOf(poison.id));
  expect(await database.prisma.delivery.count({ where: { messageId: poison.id, status: "failed" } })).toBe(1);
});

test("commits of one line follow each other: places are in the order in which they become visible", async () => {
  const cafe = await newApplication([{ url: "http://127.0.0.1:9/" }]);
  const messages = Array.from({ length: 60 }, () => newMessage(cafe, line(cafe, "")));
  await Promise.all(messages.map((message) => accept(message)));
  const { rows } = await database.pool.query<{ ordered: boolean; held: number }>(
    `select bool_and(x >= before) as "ordered", (select count(*)::int from delivery where "applicationId" = $2 and "nextAttemptAt" < now() + interval '1 day') as "held"
     from (select l.xmin::text::bigint as x, lag(l.xmin::text::bigint, 1, 0::bigint) over (order by l."place") as before
       from delivery_line l where l."endpointId" = $1) l`,
    [cafe.endpointIds[0], cafe.applicationId],
  );
  expect(rows[0]).toEqual({ ordered: true, held: expect.any(Number) as number });
  // However often, and by however many: one is due.
  const all = [{ endpointId: cafe.endpointIds[0] ?? "", orderKey: "" }];
  await Promise.all([1, 2, 3].map(() => advanceLines(all)));
  const due = await database.prisma.delivery.findMany({
    where: { applicationId: cafe.applicationId, nextAttemptAt: { lt: new Date("9000-01-01") } },
  });
  expect(due).toHaveLength(1);
  const first = await database.prisma.deliveryLine.findFirst({
    where: { endpointId: all[0]?.endpointId ?? "" },
    orderBy: { place: "asc" },
  });
  expect(due[0]?.messageId).toBe(first?.messageId);
});

test("a resend of what waits for its turn keeps its place; of what has ended it goes at once", async () => {
  receiver = await startReceiver({ status: 500 });
  const cafe = await newApplication([{ url: receiver.url, retrySchedule: [60] }]);
  start();
  const first = await post(cafe, line(cafe, ""));
  await receiver.waitForHits(1);
  const second = await post(cafe, line(cafe, ""));
  const key = {
    environmentId: cafe.environmentId,
    applicationId: cafe.applicationId,
    endpointId: cafe.endpointIds[0] ?? "",
    eventType: "a",
  };
  expect(await queueManual({ ...key, messageId: second.id, createdAt: second.createdAt }, null)).toMatchObject({
    manualQueued: 1,
    leased: false,
  });
  receiver.respond({ status: 200 });
  await queueManual({ ...key, messageId: first.id, createdAt: first.createdAt }, null);
  await ended(cafe);
  expect(receiver.hits.map(idOf)).toEqual([first.id, first.id, second.id]);
  await queueManual({ ...key, messageId: first.id, createdAt: first.createdAt }, null);
  await receiver.waitForHits(4);
});

test("what was missed is replayed in the order of the messages, behind what waits already", async () => {
  receiver = await startReceiver();
  const cafe = await newApplication([{ url: receiver.url }]);
  const [endpointId = ""] = cafe.endpointIds;
  await database.prisma.endpoint.update({ where: { id: endpointId }, data: { ordering: "fifo" } });
  const missed = Array.from({ length: 5 }, () => newMessage(cafe, { endpointIds: [] }));
  for (const message of missed) await accept(message);
  const waiting = newMessage(cafe, line(cafe, ""));
  await accept(waiting);
  const { environmentId, applicationId } = cafe;
  const all = {
    environmentId,
    applicationId,
    endpointId,
    eventTypes: [],
    channels: [],
    filter: null,
    since: new Date(0),
    until: new Date("9000-01-01"),
  };
  expect(await queueMissing(all, null, 100)).toEqual({ queued: 5, place: null });
  start();
  await ended(cafe);
  expect(receiver.hits.map(idOf)).toEqual([waiting, ...missed].map(({ id }) => id));
});

test("killed at any moment: its lines go on with another, in order, and none is stuck", async () => {
  receiver = await startReceiver();
  const { taken } = unreliable(0.1, 5);
  const cafe = await newApplication([{ url: receiver.url }]);
  await database.prisma.endpoint.updateMany({ where: { applicationId: cafe.applicationId }, data: { ordering: "fifo" } });
  const messages = Array.from({ length: 9 }, () => newMessage(cafe, line(cafe, "")));
  for (const message of messages) await accept(message);
  const env = { DATABASE_URL: database.url, WEBSTER_SECRET: testSecret, WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8", ...settings };
  const victim = runProgram("lib/testing/courier.ts", [cafe.environmentId, cafe.applicationId, "0", "1"], env);
  programs.push(victim);
  await receiver.waitForHits(3);
  victim.kill("SIGKILL");
  await victim.exited;
  start();
  start();
  await ended(cafe);
  const order = messages.map(({ id }) => id);
  expect(taken).toEqual(order.filter((id) => taken.includes(id)));
  expect(taken.length).toBeGreaterThan(6);
  await until("the line to be empty", async () => (await linesLeft(cafe)) === 0);
});

test("100 through a transformation, one of which loops for ever: that one is ended and says why, the others arrive, in order where that is asked for", async () => {
  receiver = await startReceiver();
  const url = receiver.url;
  const cafe = await newApplication([
    { url: `${url}/in-order`, retrySchedule: [0.01] },
    { url: `${url}/at-once`, retrySchedule: [0.01] },
  ]);
  const code = `function handler(webhook) {
    if (webhook.payload.n === 50) for (;;) {}
    webhook.payload.made = webhook.payload.n * 2;
    return webhook;
  }`;
  for (const id of cafe.endpointIds) {
    await database.prisma.endpointTransformation.create({ data: { endpointId: id, version: 1, code, createdBy: "Test" } });
    await database.prisma.endpoint.update({ where: { id }, data: { transformationVersion: 1, transformationEnabled: true } });
  }
  forgetApplication(cafe.applicationId);
  start();
  const ids: string[] = [];
  for (let n = 0; n < 100; n++) {
    const payload = Buffer.from(JSON.stringify({ n }));
    ids.push((await post(cafe, { payload, orderKeys: ["", null] })).id);
  }
  await ended(cafe);
  const expected = [...ids.keys()].filter((n) => n !== 50);
  const came = (path: string): number[] =>
    receiver.hits
      .filter((hit) => hit.url === path)
      .map(({ body }) => {
        const { n, made } = JSON.parse(body.toString()) as { n: number; made: number };
        expect(made).toBe(n * 2);
        return n;
      });
  expect(came("/in-order")).toEqual(expected);
  // Elsewhere they may pass each other: whose code runs when is a matter of turns.
  expect(came("/at-once").toSorted((a, b) => a - b)).toEqual(expected);
  const failed = await database.prisma.delivery.findMany({ where: { applicationId: cafe.applicationId, status: { not: "succeeded" } } });
  expect(failed.map(({ messageId, status, lastErrorClass }) => [messageId, status, lastErrorClass])).toEqual(
    cafe.endpointIds.map(() => [ids[50], "failed", "transformation"]),
  );
  const attempts = await database.prisma.attempt.findMany({ where: { messageId: ids[50] ?? "" } });
  expect(attempts).toHaveLength(4);
  for (const { response } of attempts) expect(response).toMatch(/ran longer than 500 ms|ran for too long/);
});

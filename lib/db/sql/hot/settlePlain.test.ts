import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { made, one, retryIn, url } from "../../../testing/attempts.ts";
import { type TestDatabase, testDatabase } from "../../../testing/database.ts";
import { newApplication } from "../../../testing/sending.ts";
import type { Claimed } from "./claim.ts";
import { dayOf } from "./keys.ts";
import { queueManual } from "./resend.ts";
import { settle, type SettledAttempt } from "./settle.ts";
import { settlePlain } from "./settlePlain.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
// A claim takes whatever is due in the whole database.
beforeEach(async () => {
  await database.pool.query(`delete from "delivery"`);
});

const day = (): number => dayOf(Date.now());
const deliveryOf = ({ messageId }: Claimed) => database.prisma.delivery.findFirstOrThrow({ where: { messageId } });
const attemptsOf = ({ messageId }: Claimed) => database.prisma.attempt.findMany({ where: { messageId } });
const newDelivery = async (): Promise<Claimed> => one(await newApplication([{ url }]));

test.each<[string, Partial<SettledAttempt>]>([
  ["as it is", {}],
  [
    "with its steps and notes",
    { timings: { dnsMs: 1.6, tcpMs: 0, tlsMs: null, firstByteMs: 20.4 }, notes: ["headers_cut", "reconnected"] },
  ],
  ["without an answer's headers", { responseHeaders: null, response: 'odd "text" \\ {x,y} NULL', statusCode: 204 }],
])("a success %s leaves the same rows as by the full statement", async (_, changes) => {
  const [plain, full] = [await newDelivery(), await newDelivery()];
  const other = await newDelivery();
  const startedMs = Date.now();
  expect(await settlePlain(day(), [made(plain, { ...changes, startedMs })])).toEqual([{ held: true, dueInMs: null, failingForMs: null }]);
  // A failure in its company takes the full statement for both.
  const both = [made(full, { ...changes, startedMs }), made(other, retryIn(1_000))];
  expect(await settlePlain(day(), both)).toBeNull();
  expect((await settle(both))[0]).toEqual({ held: true, dueInMs: null, failingForMs: null });
  const ids = { messageId: 0, endpointId: 0, environmentId: 0, applicationId: 0, id: 0 };
  const whenever = { createdAt: 0, succeededAt: 0 };
  const [delivery, otherDelivery] = await Promise.all(
    [plain, full].map(async (row) => ({ ...(await deliveryOf(row)), ...ids, ...whenever })),
  );
  expect(delivery).toEqual(otherDelivery);
  const [attempts, otherAttempts] = await Promise.all(
    [plain, full].map(async (row) => (await attemptsOf(row)).map((attempt) => ({ ...attempt, ...ids }))),
  );
  expect(attempts).toHaveLength(1);
  expect(attempts).toEqual(otherAttempts);
});

test("of several, those whose lease is lost change nothing, and the others are held", async () => {
  const rows = [await newDelivery(), await newDelivery(), await newDelivery()] as const;
  const attempts = rows.map((row, i) => made(row, i === 1 ? { leaseId: "lease_other" } : {}));
  expect((await settlePlain(day(), attempts))?.map(({ held }) => held)).toEqual([true, false, true]);
  const before = await Promise.all(rows.map(async (row) => [(await deliveryOf(row)).status, (await attemptsOf(row)).length]));
  expect(before).toEqual([
    ["succeeded", 1],
    ["pending", 0],
    ["succeeded", 1],
  ]);
});

test("a resend that waits is due at once", async () => {
  const application = await newApplication([{ url }]);
  const row = await one(application);
  await queueManual({ ...row, ...application }, "lease_2");
  const [settled] = (await settlePlain(day(), [made(row)])) ?? [];
  expect(settled?.held === true && settled.dueInMs).toBeLessThanOrEqual(0);
  expect(await deliveryOf(row)).toMatchObject({ status: "pending", manualQueued: 1, attemptCount: 1 });
});

test("where an endpoint is failing nothing is stored, and the full statement ends its failing", async () => {
  const [row, failing] = [await newDelivery(), await newDelivery()];
  const endpoint = { where: { id: failing.endpointId } };
  await database.prisma.endpoint.update({ ...endpoint, data: { failingSince: new Date() } });
  const attempts = [made(row), made(failing)];
  expect(await settlePlain(day(), attempts)).toBeNull();
  expect(await deliveryOf(row)).toMatchObject({ status: "pending", attemptCount: 0 });
  expect((await settle(attempts)).map(({ held }) => held)).toEqual([true, true]);
  expect(await database.prisma.endpoint.findUniqueOrThrow(endpoint)).toMatchObject({ failingSince: null });
});

test.each<[string, Partial<SettledAttempt>]>([
  ["manual", { trigger: "manual" }],
  ["the fifth, after four that failed", { attemptCount: 4 }],
  ["one whose body is kept as bytes", { responseBytes: Buffer.from([255]) }],
  ["no success", retryIn(1_000)],
])("an attempt that is %s takes the full statement", async (_, changes) => {
  expect(await settlePlain(day(), [made(await newDelivery(), changes)])).toBeNull();
});

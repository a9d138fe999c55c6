import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { changeApplication, reloadApplication } from "../db/applications.ts";
import { queueManual } from "../db/sql/hot/resend.ts";
import { newId } from "../ids.ts";
import { sealer } from "../seal.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Answer, type Receiver, startReceiver } from "../testing/receiver.ts";
import { type EndpointOptions, newApplication, newSecret, post, type TestApplication } from "../testing/sending.ts";
import { until } from "../testing/until.ts";
import { Webhook } from "standardwebhooks";
import { type Engine, type EngineOptions, startEngine } from "./engine.ts";
import { handoff } from "./handoff.ts";

let database: TestDatabase;
const engines: Engine[] = [];
const receivers: Receiver[] = [];
beforeAll(async () => {
  database = await testDatabase({
    WEBSTER_RETRY_SCHEDULE: "0.1,0.1,0.1",
    WEBSTER_ATTEMPT_TIMEOUT_SECONDS: "10",
    WEBSTER_HTTPS_ONLY: "false",
  });
});
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
  for (const receiver of receivers.splice(0)) await receiver.close();
});
afterAll(() => database.close());

const start = (options?: EngineOptions): Engine => {
  const engine = startEngine(options);
  engines.push(engine);
  return engine;
};
const receive = async (answer?: Answer | Answer[]): Promise<Receiver> => {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  return receiver;
};
const application = async (receiver: Receiver, options: Partial<EndpointOptions> = {}): Promise<TestApplication> =>
  newApplication([{ url: receiver.url, ...options }]);

const deliveryOf = (messageId: string) => database.prisma.delivery.findFirst({ where: { messageId } });
const ended = (messageId: string, status: string, timeoutMs?: number) =>
  until(
    `${messageId} to be ${status}`,
    async () => {
      const delivery = await deliveryOf(messageId);
      return delivery?.status === status ? delivery : null;
    },
    timeoutMs,
  );
const attemptsOf = (messageId: string) => database.prisma.attempt.findMany({ where: { messageId }, orderBy: { attemptNumber: "asc" } });
const endpointOf = (id: string | undefined) => database.prisma.endpoint.findUniqueOrThrow({ where: { id: id ?? "" } });

test("what is accepted arrives at once, and is recorded", async () => {
  const receiver = await receive({ status: 201, headers: { "x-answer": "yes" }, body: "thanks" });
  start();
  const cafe = await application(receiver);
  const message = await post(cafe);
  await receiver.waitForHits(1);
  const delivery = await ended(message.id, "succeeded");
  expect(delivery).toMatchObject({ attemptCount: 1, lastStatusCode: 201, lastErrorClass: null });
  expect(await attemptsOf(message.id)).toMatchObject([
    { attemptNumber: 1, trigger: null, errorClass: null, responseStatusCode: 201, response: "thanks", url: receiver.url },
  ]);
  expect((await attemptsOf(message.id))[0]?.responseHeaders).toMatchObject({ "x-answer": "yes" });
});

test("without an engine where it was accepted, it is claimed", async () => {
  const receiver = await receive();
  const message = await post(await application(receiver));
  expect(message.leaseId).toBeNull();
  start();
  await receiver.waitForHits(1);
  await ended(message.id, "succeeded");
});

test("failures are retried by the schedule with the same id and body, and given up at its end", async () => {
  const receiver = await receive({ status: 500, body: "no" });
  start();
  const message = await post(await application(receiver, { retrySchedule: [0.2, 0.4] }));
  await ended(message.id, "failed");
  expect(receiver.hits).toHaveLength(3);
  expect(new Set(receiver.hits.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([message.id]));
  expect(new Set(receiver.hits.map(({ body }) => body.toString("hex")))).toEqual(new Set([message.payload.toString("hex")]));
  const [first, second, third] = receiver.hits.map(({ at }) => at.getTime()) as [number, number, number];
  expect(second - first).toBeGreaterThanOrEqual(155);
  expect(third - second).toBeGreaterThanOrEqual(315);
  const attempts = await attemptsOf(message.id);
  expect(attempts.map(({ attemptNumber, errorClass }) => [attemptNumber, errorClass])).toEqual([1, 2, 3].map((n) => [n, "status"]));
});

test("a retry that succeeds ends it", async () => {
  const receiver = await receive([{ status: 503 }, { status: 302, headers: { location: "/" } }, { status: 200 }]);
  start();
  const message = await post(await application(receiver));
  expect(await ended(message.id, "succeeded")).toMatchObject({ attemptCount: 3, scheduledCount: 3 });
  expect(receiver.hits).toHaveLength(3);
});

test.each([
  ["120", 120],
  ["-5", 80],
  ["1e308", 80],
  ["NaN", 80],
  ["Wed, 21 Oct 2065 07:28:00 GMT", 200],
  ["soon", 80],
  ["", 80],
])("Retry-After: %s is honoured between once and twice the wait", async (value, atLeastSeconds) => {
  const receiver = await receive({ status: 503, headers: { "retry-after": value } });
  start();
  const message = await post(await application(receiver, { retrySchedule: [100] }));
  const waiting = await until("the attempt to be stored", async () => {
    const delivery = await deliveryOf(message.id);
    return delivery?.attemptCount === 1 ? delivery : null;
  });
  const waitSeconds = ((waiting.nextAttemptAt?.getTime() ?? 0) - (waiting.lastAttemptAt?.getTime() ?? 0)) / 1000;
  expect(waitSeconds).toBeGreaterThanOrEqual(atLeastSeconds);
  expect(waitSeconds).toBeLessThan(201);
});

test("410 disables the endpoint, once, and cancels what was to come", async () => {
  const receiver = await receive({ status: 500 });
  start();
  const cafe = await application(receiver, { retrySchedule: [60] });
  const waiting = await Promise.all([1, 2, 3].map(() => post(cafe)));
  await receiver.waitForHits(3);
  receiver.respond({ status: 410 });
  const gone = await post(cafe);
  await ended(gone.id, "failed");
  for (const { id } of waiting) await ended(id, "cancelled");
  expect(await endpointOf(cafe.endpointIds[0])).toMatchObject({ disabledReason: "gone" });
  expect((await post(cafe)).endpointIds).toEqual([]);
  expect(receiver.hits).toHaveLength(4);
});

test("a receiver can abort a message, or ask for no more", async () => {
  const receiver = await receive([
    { status: 500, headers: { "webhook-delivery": "abort-message" } },
    { status: 200, headers: { "Webhook-Delivery": "Disable" } },
  ]);
  start();
  const cafe = await application(receiver);
  const aborted = await post(cafe);
  expect(await ended(aborted.id, "cancelled")).toMatchObject({ attemptCount: 1, nextAttemptAt: null });
  const last = await post(cafe);
  await ended(last.id, "succeeded");
  const endpoint = await until("the endpoint to be disabled", async () => {
    const found = await endpointOf(cafe.endpointIds[0]);
    return found.disabledAt === null ? null : found;
  });
  expect(endpoint.disabledReason).toBe("requested");
});

test("what waits for a deleted endpoint is cancelled, and never sent", async () => {
  const receiver = await receive({ status: 500 });
  start();
  const cafe = await application(receiver, { retrySchedule: [0.5] });
  const message = await post(cafe);
  await receiver.waitForHits(1);
  await until("the attempt to be stored", async () => (await deliveryOf(message.id))?.attemptCount === 1);
  await changeApplication(cafe.applicationId, (tx) =>
    tx.endpoint.update({ where: { id: cafe.endpointIds[0] ?? "" }, data: { deletedAt: new Date() } }),
  );
  await ended(message.id, "cancelled");
  expect(receiver.hits).toHaveLength(1);
});

test("a change of the endpoint counts from the next attempt on", async () => {
  const [receiver, moved] = [await receive({ status: 500 }), await receive()];
  start();
  const cafe = await application(receiver, { retrySchedule: [0.3] });
  const message = await post(cafe);
  await receiver.waitForHits(1);
  const secret = newSecret();
  const endpointId = cafe.endpointIds[0] ?? "";
  await changeApplication(cafe.applicationId, async (tx) => {
    await tx.endpoint.update({ where: { id: endpointId }, data: { url: moved.url } });
    await tx.endpointSecret.deleteMany({ where: { endpointId } });
    await tx.endpointSecret.create({ data: { id: `sec_${endpointId}`, endpointId, sealed: sealer().seal(`sec_${endpointId}`, secret) } });
  });
  await ended(message.id, "succeeded");
  expect(receiver.hits).toHaveLength(1);
  const hit = moved.hits[0];
  expect(() => new Webhook(secret).verify(hit?.body.toString() ?? "", hit?.headers ?? {})).not.toThrow();
});

test("a resend goes at once, and leaves the schedule alone", async () => {
  const receiver = await receive([{ status: 500 }, { status: 500 }, { status: 200 }]);
  start();
  const cafe = await application(receiver, { retrySchedule: [6] });
  const message = await post(cafe);
  await until("the attempt to be stored", async () => (await deliveryOf(message.id))?.attemptCount === 1);
  const key = { messageId: message.id, endpointId: cafe.endpointIds[0] ?? "", createdAt: message.createdAt, eventType: "cafe.closed" };
  const leaseId = handoff.leaseId() ?? "";
  const queued = await queueManual({ ...key, ...cafe }, leaseId);
  if (queued === null) throw new Error("not queued");
  const snapshot = await reloadApplication(cafe.applicationId);
  const endpoint = snapshot?.endpoints[0];
  expect(queued.leased).toBe(true);
  if (snapshot === null || endpoint === undefined) throw new Error("gone");
  handoff.offer([{ ...key, ...queued, leaseId, application: snapshot, endpoint, payload: null, contentType: null }]);
  await receiver.waitForHits(2, 4_500);
  await ended(message.id, "succeeded");
  expect((await attemptsOf(message.id)).map(({ trigger }) => trigger)).toEqual([null, "manual", null]);
});

test("a hung endpoint with many deliveries does not slow its neighbours", async () => {
  const [hung, healthy] = [await receive(() => undefined), await receive()];
  start();
  const cafe = await newApplication([{ url: hung.url }, { url: healthy.url }]);
  const messages = await Promise.all(Array.from({ length: 300 }, () => post(cafe)));
  // Long before the first of the hung attempts ends.
  await healthy.waitForHits(300, 8_000);
  expect(new Set(healthy.hits.map(({ headers }) => headers["webhook-id"])).size).toBe(300);
  expect(messages).toHaveLength(300);
  expect(hung.hits.length).toBeLessThan(60);
});

test("our own resolver's failure is retried, and not held against the endpoint", async () => {
  start({ resolve: (_, done) => done(Object.assign(new Error("again"), { code: "EAI_AGAIN" }), []) });
  const cafe = await newApplication([{ url: "http://hooks.example.com/" }]);
  const message = await post(cafe);
  await ended(message.id, "failed");
  expect((await attemptsOf(message.id)).map(({ errorClass }) => errorClass)).toEqual(Array(4).fill("dns_unavailable"));
  expect((await endpointOf(cafe.endpointIds[0])).failingSince).toBeNull();
});

describe("an endpoint that has failed for five days", () => {
  async function failing(receiver: Receiver) {
    start();
    const cafe = await application(receiver, { retrySchedule: [0.05] });
    const since = new Date(Date.now() - 5.1 * 86_400_000);
    const endpointId = cafe.endpointIds[0] ?? "";
    await database.prisma.endpoint.update({ where: { id: endpointId }, data: { failingSince: since } });
    return { ...cafe, endpointId };
  }

  test("is disabled with the next delivery that is given up", async () => {
    const receiver = await receive({ status: 500 });
    const cafe = await failing(receiver);
    const createdAt = new Date(Date.now() - 86_400_000);
    await database.pool.query("select make_day('attempt', $1)", [createdAt.toISOString().slice(0, 10)]);
    const { endpointId } = cafe;
    const before = { id: newId("attempt"), messageId: newId("message"), endpointId, eventType: "t", attemptNumber: 1, createdAt };
    await database.prisma.attempt.create({ data: { ...before, url: "", responseStatusCode: 500, errorClass: "status", durationMs: 1 } });
    const message = await post(cafe);
    await ended(message.id, "failed");
    expect(receiver.hits).toHaveLength(2);
    await until("the endpoint to be disabled", async () => (await endpointOf(cafe.endpointIds[0])).disabledReason === "failing");
  });

  test("has all its tries before, as one that nothing was sent to for a week", async () => {
    const receiver = await receive([{ status: 503 }, { status: 200 }]);
    const cafe = await failing(receiver);
    const message = await post(cafe);
    await ended(message.id, "succeeded");
    expect(await endpointOf(cafe.endpointIds[0])).toMatchObject({ disabledAt: null, failingSince: null });
  });
});

test("an endpoint's rate is kept", async () => {
  const receiver = await receive();
  start();
  const cafe = await application(receiver, { throttleRate: 20 });
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: 20 }, () => post(cafe)));
  await receiver.waitForHits(20);
  expect(performance.now() - startedMs).toBeGreaterThan(800);
});

test("an application's rate is kept by all of its endpoints together", async () => {
  const receiver = await receive();
  start();
  const cafe = await newApplication([{ url: receiver.url }, { url: receiver.url }], 20);
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: 10 }, () => post(cafe)));
  await receiver.waitForHits(20);
  expect(performance.now() - startedMs).toBeGreaterThan(800);
});

test("more than an endpoint can take is given back, and arrives later all the same", async () => {
  let open = false;
  const stalled: (() => void)[] = [];
  const receiver = await receive((_, response) => {
    const answer = (): void => void response.writeHead(204).end();
    if (open) answer();
    else stalled.push(answer);
  });
  const engine = start();
  const cafe = await application(receiver);
  await Promise.all(Array.from({ length: 1_500 }, () => post(cafe)));
  await until("some to be given back", async () => {
    const free = await database.prisma.delivery.count({ where: { applicationId: cafe.applicationId, leaseId: null, status: "pending" } });
    return free >= 400 && engine.held().waiting <= 1_000;
  });
  open = true;
  for (const answer of stalled) answer();
  await until(
    "all to arrive",
    async () => (await database.prisma.delivery.count({ where: { applicationId: cafe.applicationId, status: "succeeded" } })) === 1_500,
  );
  const ids = receiver.hits.map(({ headers }) => headers["webhook-id"]);
  expect(new Set(ids).size).toBe(1_500);
  expect(ids.length).toBeLessThanOrEqual(1_500);
});

test("an expunged payload is not sent: the delivery is cancelled", async () => {
  const receiver = await receive();
  const cafe = await application(receiver);
  const message = await post(cafe);
  await database.prisma.message.updateMany({ where: { id: message.id }, data: { payload: null } });
  start();
  await ended(message.id, "cancelled");
  expect(receiver.hits).toHaveLength(0);
});

test("two engines share the work, and send nothing twice", async () => {
  const receiver = await receive();
  const cafe = await application(receiver);
  await Promise.all(Array.from({ length: 400 }, () => post(cafe)));
  start();
  start();
  await until(
    "all to be stored",
    async () => (await database.prisma.delivery.count({ where: { applicationId: cafe.applicationId, status: "succeeded" } })) === 400,
  );
  expect(receiver.hits).toHaveLength(400);
});

test("draining finishes what is under way, and gives back the rest", async () => {
  const answers: (() => void)[] = [];
  const receiver = await receive((_, response) => void answers.push(() => void response.writeHead(204).end()));
  const engine = start();
  const cafe = await application(receiver);
  const messages = await Promise.all(Array.from({ length: 60 }, () => post(cafe)));
  await until("attempts to be under way", () => answers.length > 0 && answers.length === engine.held().inFlight);
  const drained = engine.drain(5_000);
  expect(handoff.leaseId()).toBeNull();
  await until("the rest to be given back", () => engine.held().waiting === 0);
  for (const answer of answers) answer();
  await drained;
  expect(engine.held()).toEqual({ waiting: 0, inFlight: 0, unsettled: 0 });
  const stored = await database.prisma.delivery.findMany({ where: { applicationId: cafe.applicationId } });
  expect(stored.filter(({ status }) => status === "succeeded")).toHaveLength(receiver.hits.length);
  expect(stored.filter(({ leaseId }) => leaseId !== null)).toEqual([]);
  // Another one goes on where it left off.
  receiver.respond({ status: 204 });
  await engine.stop();
  start();
  for (const { id } of messages) await ended(id, "succeeded");
  expect(receiver.hits).toHaveLength(60);
});

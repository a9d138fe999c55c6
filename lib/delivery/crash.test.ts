// Processes that die, stop or lose their database, and what must be true afterwards.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Program, runProgram } from "../testing/program.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { newApplication, type TestApplication } from "../testing/sending.ts";
import { testSecret } from "../testing/settings.ts";
import { until } from "../testing/until.ts";
import { type Engine, startEngine } from "./engine.ts";

const settings = { WEBSTER_LEASE_SECONDS: "3", WEBSTER_RETRY_SCHEDULE: "0.1,0.1", WEBSTER_ATTEMPT_TIMEOUT_SECONDS: "10" };

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
  await receiver.close();
});
afterAll(() => database.close());

const start = (): Engine => {
  const engine = startEngine();
  engines.push(engine);
  return engine;
};

function courier({ environmentId, applicationId }: TestApplication, messages: number, together: number): Program {
  const program = runProgram("lib/testing/courier.ts", [environmentId, applicationId, String(messages), String(together)], {
    DATABASE_URL: database.url,
    WEBSTER_SECRET: testSecret,
    WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8",
    ...settings,
  });
  programs.push(program);
  return program;
}

const acceptedBy = (program: Program): string[] => [...program.output().matchAll(/^accepted (msg_\w+)$/gm)].map((match) => match[1] ?? "");
const hitIds = (): string[] => receiver.hits.map(({ headers }) => headers["webhook-id"] ?? "");
const attempts = ({ endpointIds }: TestApplication) => database.prisma.attempt.findMany({ where: { endpointId: { in: endpointIds } } });
const allEnded = ({ applicationId }: TestApplication): Promise<unknown> =>
  until(
    "every delivery to succeed",
    async () => (await database.prisma.delivery.count({ where: { applicationId, status: { not: "succeeded" } } })) === 0,
  );
const storedIds = async ({ applicationId }: TestApplication): Promise<Set<string>> =>
  new Set((await database.prisma.message.findMany({ where: { applicationId }, select: { id: true } })).map(({ id }) => id));

test("killed after the send and before the record: sent again when the lease runs out, with the same id, once", async () => {
  receiver = await startReceiver([() => undefined, { status: 200 }]);
  const cafe = await newApplication([{ url: receiver.url }]);
  const victim = courier(cafe, 1, 1);
  await receiver.waitForHits(1);
  victim.kill("SIGKILL");
  await victim.exited;
  start();
  await receiver.waitForHits(2);
  await allEnded(cafe);
  expect(new Set(hitIds()).size).toBe(1);
  expect(receiver.hits).toHaveLength(2);
  expect(await attempts(cafe)).toMatchObject([{ attemptNumber: 1, errorClass: null }]);
});

test("an attempt that outlives its lease keeps it, as long as its process lives", async () => {
  let answer = (): void => undefined;
  receiver = await startReceiver((_, response) => void (answer = () => void response.writeHead(200).end()));
  const cafe = await newApplication([{ url: receiver.url }]);
  courier(cafe, 1, 1);
  start();
  await receiver.waitForHits(1);
  const leased = async (): Promise<number> =>
    (await database.prisma.delivery.findFirst({ where: { applicationId: cafe.applicationId } }))?.nextAttemptAt?.getTime() ?? 0;
  const first = await leased();
  await until("the lease to be renewed well beyond its length", async () => (await leased()) > first + 2_000);
  answer();
  await allEnded(cafe);
  expect(receiver.hits).toHaveLength(1);
});

test("killed while it accepts: all that was acknowledged is stored and arrives, and nothing arrives that was not stored", async () => {
  receiver = await startReceiver();
  const cafe = await newApplication([{ url: receiver.url }]);
  for (const enough of [20, 150]) {
    const victim = courier(cafe, 100_000, 20);
    await until(`${enough} to be accepted`, () => acceptedBy(victim).length >= enough);
    victim.kill("SIGKILL");
    await victim.exited;
  }
  const acknowledged = programs.flatMap(acceptedBy);
  start();
  await allEnded(cafe);
  const stored = await storedIds(cafe);
  const arrived = new Set(hitIds());
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  expect([...stored].filter((id) => !arrived.has(id))).toEqual([]);
  expect([...arrived].filter((id) => !stored.has(id))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThanOrEqual(170);
});

test("SIGTERM under load: what is under way ends, the rest goes to others, nothing is sent twice", async () => {
  const answers: (() => void)[] = [];
  receiver = await startReceiver((_, response) => void answers.push(() => void response.writeHead(204).end()));
  const cafe = await newApplication([{ url: receiver.url }]);
  const leaving = courier(cafe, 400, 400);
  await leaving.waitFor(/done/);
  await receiver.waitForHits(1);
  leaving.kill("SIGTERM");
  const { applicationId } = cafe;
  const free = (): Promise<number> => database.prisma.delivery.count({ where: { applicationId, status: "pending", leaseId: null } });
  await until("the rest to be given back", async () => (await free()) === 400 - answers.length);
  receiver.respond({ status: 204 });
  for (const answer of answers) answer();
  expect((await leaving.exited).code).toBe(0);
  const sent = receiver.hits.length;
  expect(sent).toBeLessThan(400);
  expect(await attempts(cafe)).toHaveLength(sent);
  start();
  await allEnded(cafe);
  expect(new Set(hitIds()).size).toBe(400);
  expect(receiver.hits).toHaveLength(400);
});

test("stopped past its lease and continued: its late result changes nothing", async () => {
  let answerFirst = (): void => undefined;
  receiver = await startReceiver([(_, response) => void (answerFirst = () => void response.writeHead(500).end()), { status: 200 }]);
  const cafe = await newApplication([{ url: receiver.url }]);
  const stale = courier(cafe, 1, 1);
  await receiver.waitForHits(1);
  stale.kill("SIGSTOP");
  start();
  await receiver.waitForHits(2);
  await allEnded(cafe);
  answerFirst();
  stale.kill("SIGCONT");
  await stale.waitFor(/delivery.lease_lost/);
  expect(await database.prisma.delivery.findFirst({ where: { applicationId: cafe.applicationId } })).toMatchObject({
    status: "succeeded",
    attemptCount: 1,
    lastStatusCode: 200,
  });
  expect(await attempts(cafe)).toMatchObject([{ responseStatusCode: 200 }]);
  expect(receiver.hits).toHaveLength(2);
});

import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { hotPool } from "../db/client.ts";
import { acceptTogether } from "../db/sql/hot/accept.ts";
import type { Settled, SettledAttempt } from "../db/sql/hot/settle.ts";
import { newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newApplication, newMessage } from "../testing/sending.ts";
import { Settler } from "./settler.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
afterAll(() => database.close());

const away = (): never => {
  throw Object.assign(new Error("away"), { code: "ECONNREFUSED" });
};
const url = "https://example.com/hook";

async function leased(count: number): Promise<SettledAttempt[]> {
  const application = await newApplication([{ url }]);
  const messages = Array.from({ length: count }, () => newMessage(application, { leaseId: "lease_1" }));
  await acceptTogether(messages);
  return messages.map(({ id, createdAt, endpointIds }) => ({
    id: newId("attempt"),
    startedMs: Date.now(),
    messageId: id,
    endpointId: endpointIds[0] ?? "",
    createdAt,
    leaseId: "lease_1",
    attemptCount: 0,
    trigger: "scheduled",
    verdict: { status: "succeeded" },
    countsAsFailure: false,
    url,
    statusCode: 200,
    errorClass: null,
    response: "fine",
    responseHeaders: null,
    durationMs: 1,
  }));
}

async function settleAll(attempts: SettledAttempt[], leaseEndsMs = performance.now() + 60_000): Promise<(Settled | undefined)[]> {
  const settler = new Settler();
  const results: (Settled | undefined)[] = attempts.map(() => undefined);
  for (const [i, attempt] of attempts.entries())
    settler.add({ attempt, leaseEndsMs, awaited: true, settled: (result) => (results[i] = result) });
  await settler.idle();
  expect(settler.unsettled).toBe(0);
  return results;
}

test("what a receiver wrote and the database refuses is left out; the attempt and its neighbours are recorded", async () => {
  const attempts = await leased(3);
  Object.assign(attempts[1] ?? {}, { response: "nul \u0000", responseHeaders: { "x-a": "\u0000" } });
  expect(await settleAll(attempts)).toMatchObject([{ held: true }, { held: true }, { held: true }]);
  const stored = await database.prisma.attempt.findMany({ where: { id: { in: attempts.map(({ id }) => id) } }, orderBy: { id: "asc" } });
  expect(stored.map(({ response }) => response)).toEqual(["fine", "", "fine"]);
});

test("a statement that was prepared before a migration is prepared anew: what a receiver wrote is kept", async () => {
  const [before, after] = [await leased(1), await leased(1)];
  const failing = { verdict: { status: "failed" }, statusCode: 500 } as const;
  expect(await settleAll(before.map((attempt) => ({ ...attempt, ...failing })))).toMatchObject([{ held: true }]);
  await database.asOwner(`alter table "delivery" alter "orderKey" type varchar`);
  expect(await settleAll(after.map((attempt) => ({ ...attempt, ...failing })))).toMatchObject([{ held: true }]);
  const stored = await database.prisma.attempt.findFirst({ where: { id: after[0]?.id ?? "" } });
  expect(stored).toMatchObject({ response: "fine" });
});

test("while the database is away outcomes are kept", async () => {
  const attempts = await leased(2);
  const query = vi.spyOn(hotPool(), "query");
  for (let i = 0; i < 3; i++) query.mockImplementationOnce(away);
  expect(await settleAll(attempts)).toMatchObject([{ held: true }, { held: true }]);
  expect(query.mock.calls.length).toBeGreaterThan(3);
});

test("but no longer than their lease: then somebody else sends again", async () => {
  const attempts = await leased(1);
  vi.spyOn(hotPool(), "query").mockImplementation(away);
  expect(await settleAll(attempts, performance.now() + 250)).toEqual([{ held: false }]);
});

test("those that will be tried again after a while are stored together, and apart from those that are done", async () => {
  const attempts = await leased(4);
  const retried = (attempt: SettledAttempt): SettledAttempt => ({
    ...attempt,
    verdict: { status: "pending", waitMs: 5_000 },
    errorClass: "refused",
    statusCode: 0,
  });
  const query = vi.spyOn(hotPool(), "query");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const settler = new Settler();
  const done: number[] = [];
  const add = (number: number, attempt: SettledAttempt): Promise<void> =>
    new Promise((resolve) => {
      const settled = ({ held }: Settled): void => {
        expect(held).toBe(true);
        done.push(number);
        resolve();
      };
      settler.add({ attempt, leaseEndsMs: performance.now() + 60_000, awaited: true, settled });
    });
  const [first, second, third, fourth] = attempts as [SettledAttempt, SettledAttempt, SettledAttempt, SettledAttempt];
  const later = [add(1, retried(first))];
  await add(2, second);
  later.push(add(3, retried(third)));
  await add(4, fourth);
  expect(done).toEqual([2, 4]);
  vi.advanceTimersByTime(25);
  await Promise.all(later);
  expect(done).toEqual([2, 4, 1, 3]);
  const names = query.mock.calls.map(([statement]) => (statement as unknown as { name: string }).name.replace(/_\d+$/, ""));
  expect(names).toEqual(["settle_plain", "settle_plain", "settle"]);
});

test("under load successes that nobody waits for gather; what somebody waits for goes at once", async () => {
  const attempts = await leased(20);
  const query = vi.spyOn(hotPool(), "query");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const settler = new Settler();
  const add = (attempt: SettledAttempt | undefined, awaited: boolean): Promise<void> =>
    new Promise((resolve) => {
      if (attempt === undefined) throw new Error("There is no such attempt");
      settler.add({ attempt, leaseEndsMs: performance.now() + 60_000, awaited, settled: () => resolve() });
    });
  await add(attempts[0], false);
  await Promise.all(attempts.slice(1, 11).map((attempt) => add(attempt, false)));
  const gathering = attempts.slice(11, 19).map((attempt) => add(attempt, false));
  await add(attempts[19], true);
  expect(query).toHaveBeenCalledTimes(3);
  vi.advanceTimersByTime(25);
  await Promise.all(gathering);
  expect(query).toHaveBeenCalledTimes(4);
});

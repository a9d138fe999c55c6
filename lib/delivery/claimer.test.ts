import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { hotPool, prisma } from "../db/client.ts";
import { makePastDays } from "../db/partitions.ts";
import type { Claimed } from "../db/sql/hot/claim.ts";
import { giveBack } from "../db/sql/hot/lease.ts";
import { accepted, url } from "../testing/attempts.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newApplication } from "../testing/sending.ts";
import { dayMs } from "../words/duration.ts";
import { Claimer } from "./claimer.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
// What one test leaves due the next would claim.
afterEach(() => prisma().delivery.deleteMany());

test("where there is little room, what is due is not asked for again at once", async () => {
  const application = await newApplication(Array.from({ length: 12 }, () => ({ url })));
  await accepted(application, 1);
  const takenAtMs: number[] = [];
  let claimer: Claimer | undefined;
  await new Promise<void>((resolve) => {
    claimer = new Claimer({
      lanes: () => [],
      room: () => 3,
      isBusy: () => false,
      take: (claimed) => {
        expect(claimed).toHaveLength(3);
        if (takenAtMs.push(performance.now()) === 4) resolve();
        return Promise.resolve();
      },
    });
    claimer.start();
  });
  await claimer?.stop();
  const pauses = takenAtMs.slice(1).map((atMs, i) => atMs - (takenAtMs[i] ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThan(45);
});

test("a day that is not there is not asked, which the server would log as a fault, until something of it is due", async () => {
  const application = await newApplication([{ url }]);
  const asked = vi.spyOn(hotPool(), "query");
  const claimed: Claimed[] = [];
  const take = async (some: Claimed[]): Promise<void> => void claimed.push(...some);
  const claimer = new Claimer({ lanes: () => [], room: () => 1_000, isBusy: () => false, take });
  try {
    claimer.start();
    const claims = (): unknown[] => asked.mock.calls.filter(([query]) => JSON.stringify(query).includes('"claim_'));
    await vi.waitFor(() => expect(claims().length).toBeGreaterThan(4), 10_000);
    const outcomes = await Promise.allSettled(asked.mock.results.map(({ value }) => value as Promise<unknown>));
    expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([]);

    const createdAt = new Date(Date.now() - 3 * dayMs);
    await makePastDays(createdAt);
    const [message] = await accepted(application, 1, { createdAt });
    claimer.wake(createdAt, 0);
    await vi.waitFor(() => expect(claimed.map(({ messageId }) => messageId)).toContain(message?.id), 10_000);
  } finally {
    await claimer.stop();
    asked.mockRestore();
  }
});

test("beside what is accepted and sent here a claim is small, of each endpoint and in all", async () => {
  const application = await newApplication(Array.from({ length: 12 }, () => ({ url })));
  await accepted(application, 11);
  const firstClaim = async (isBusy: boolean): Promise<{ all: number; ofOne: number }> => {
    let claimer: Claimer | undefined;
    let room = 1_000;
    const claimed = await new Promise<Claimed[]>((resolve) => {
      claimer = new Claimer({
        lanes: () => [],
        room: () => room,
        isBusy: () => isBusy,
        take: (some) => {
          const own = some.filter(({ applicationId }) => applicationId === application.applicationId);
          if (own.length > 0) {
            room = 0;
            resolve(own);
          }
          return Promise.resolve();
        },
      });
      claimer.start();
    });
    await claimer?.stop();
    const counts = application.endpointIds.map((id) => claimed.filter(({ endpointId }) => endpointId === id).length);
    return { all: claimed.length, ofOne: Math.max(...counts) };
  };
  expect(await firstClaim(true)).toEqual({ all: 50, ofOne: 10 });
  expect(await firstClaim(false)).toEqual({ all: 82, ofOne: 11 });
});

type Taken = { claims: number; endpointIds: string[] };

/** What is taken in, claim by claim, until as much is held as there is room for. `claims`: how many were asked for by then. */
async function takenInto(room: number): Promise<Taken[]> {
  const asked = vi.spyOn(hotPool(), "query");
  const claims = (): number => asked.mock.calls.filter(([query]) => JSON.stringify(query).includes('"claim_')).length;
  const taken: Taken[] = [];
  const held = (): number => taken.reduce((sum, { endpointIds }) => sum + endpointIds.length, 0);
  const claimer = new Claimer({
    lanes: () => [],
    room: () => room - held(),
    isBusy: () => false,
    take: (found) => {
      taken.push({ claims: claims(), endpointIds: found.map(({ endpointId }) => endpointId) });
      return Promise.resolve();
    },
  });
  try {
    claimer.start();
    await vi.waitFor(() => expect(held()).toBeGreaterThanOrEqual(room), 10_000);
  } finally {
    await claimer.stop();
    asked.mockRestore();
  }
  return taken;
}

test("what was found is taken in while more is looked for, and counts until then", async () => {
  await accepted(await newApplication(Array.from({ length: 12 }, () => ({ url }))), 60);
  const taken = await takenInto(640);
  expect(taken[0]?.claims).toBe(2);
  expect(taken.flatMap(({ endpointIds }) => endpointIds)).toHaveLength(640);
});

test("of an endpoint no more is claimed than it has room for beside what was found and is not taken in", async () => {
  await accepted(await newApplication(Array.from({ length: 12 }, () => ({ url }))), 60);
  const taken = await takenInto(720);
  // The third comes to the end of the endpoints, and the fourth begins anew.
  const again = taken[3]?.endpointIds.filter((id) => taken[2]?.endpointIds.includes(id));
  expect(again).toEqual([]);
});

test("what can't be taken in is not claimed again at once", async () => {
  const application = await newApplication([{ url }]);
  await accepted(application, 1);
  const failedAtMs: number[] = [];
  const enough = new Promise<void>((resolve) => {
    const claimer = new Claimer({
      lanes: () => [],
      room: () => 1_000,
      isBusy: () => false,
      take: async (claimed, { leaseId }) => {
        await giveBack(claimed.map((one) => ({ ...one, leaseId })));
        if (failedAtMs.push(performance.now()) === 3) void claimer.stop().then(resolve);
        throw new Error("The applications can't be read");
      },
    });
    claimer.start();
  });
  await enough;
  const pauses = failedAtMs.slice(1).map((atMs, i) => atMs - (failedAtMs[i] ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThan(450);
});

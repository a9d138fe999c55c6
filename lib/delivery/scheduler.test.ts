import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ApplicationSnapshot, EndpointSnapshot } from "../db/applications.ts";
import { setEnv } from "../env.ts";
import { newId } from "../ids.ts";
import { endpointAt } from "../testing/sender.ts";
import { newSecret } from "../testing/sending.ts";
import { testEnv } from "../testing/settings.ts";
import { pass, releaseTime, standTime } from "../testing/standingTime.ts";
import { until } from "../testing/until.ts";
import type { Flight, Job } from "./lane.ts";
import type { Reserve } from "./limits.ts";
import { Scheduler } from "./scheduler.ts";

const started: Flight[] = [];
const givenBack: Job[] = [];
const reloaded: string[] = [];
/** Applications whose endpoints answer at once. */
const answering = new Set<string>();
let scheduler: Scheduler;
const reserve: Reserve = (wanted) => Promise.resolve(new Map(wanted.map(({ id }) => [id, { perSecond: null, inMs: 0 }])));

beforeEach(() => {
  setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none"));
  for (const list of [started, givenBack, reloaded]) list.length = 0;
  answering.clear();
  scheduler = new Scheduler({
    start: (flight) => {
      started.push(flight);
      if (answering.has(flight.job.applicationId)) queueMicrotask(() => scheduler.finished(flight, fine));
    },
    giveBack: (jobs) => givenBack.push(...jobs),
    reload: (ids) => reloaded.push(...ids),
    reserve,
  });
});
afterEach(() => scheduler.close());

function application(count = 1, changes: Partial<EndpointSnapshot> = {}): ApplicationSnapshot {
  const id = newId("application");
  const endpoints = Array.from({ length: count }, () =>
    endpointAt("https://example.com/", newSecret(), { id: newId("endpoint"), applicationId: id, environmentId: "env_1", ...changes }),
  );
  return { id, environmentId: "env_1", uid: null, name: "Café", version: "1", throttleRate: null, polled: false, endpoints };
}

function add(to: ApplicationSnapshot, count: number, changes: Partial<Job> = {}): void {
  for (const endpoint of to.endpoints)
    for (let i = 0; i < count; i++) {
      const key = {
        messageId: newId("message"),
        endpointId: endpoint.id,
        applicationId: to.id,
        createdAt: new Date(),
        leaseId: "lease_1",
        claimed: false,
      };
      const counts = { attemptCount: 0, scheduledCount: 0, manualQueued: 0 };
      const leaseEndsMs = performance.now() + 60_000;
      scheduler.add({ ...key, ...counts, eventType: "a", payload: null, contentType: null, leaseEndsMs, ...changes }, endpoint, to);
    }
  scheduler.pump();
}

const fine = { startedMs: 0, durationMs: 5, throttled: false, timedOut: false, failed: false };
const refused = { ...fine, failed: true };
/** The first so many attempts end well, in the order in which they began. */
const finish = (count: number): void => started.slice(0, count).forEach((flight) => scheduler.finished(flight, fine));
const countOf = (to: Pick<ApplicationSnapshot, "id">): number => started.filter(({ job }) => job.applicationId === to.id).length;

test("an endpoint starts no more than its limit, and goes on as attempts end", () => {
  const cafe = application();
  add(cafe, 30);
  expect([started.length, scheduler.waiting, scheduler.inFlight]).toEqual([10, 20, 10]);
  finish(started.length);
  expect(started.length).toBeGreaterThanOrEqual(20);
});

test("endpoints take turns: one with much to do does not go before the others", () => {
  const [busy, other] = [application(), application()];
  add(busy, 500);
  add(other, 3);
  expect(countOf(other)).toBe(3);
});

test("a delivery is not sent if its lease could run out meanwhile; it is given back", () => {
  const cafe = application();
  add(cafe, 1, { leaseEndsMs: performance.now() + 10_000 });
  expect([started.length, givenBack.length, scheduler.waiting]).toEqual([0, 1, 0]);
  add(cafe, 1, { leaseEndsMs: performance.now() + 17_000 });
  expect([started.length, givenBack.length]).toEqual([1, 1]);
});

test("where leases are shorter than attempts, half a lease must be left: the rest is renewed", () => {
  setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none", { WEBSTER_LEASE_SECONDS: "2" }));
  scheduler = new Scheduler({
    start: (flight) => started.push(flight),
    giveBack: (jobs) => givenBack.push(...jobs),
    reload: () => undefined,
    reserve,
  });
  const cafe = application();
  add(cafe, 1, { leaseEndsMs: performance.now() + 1_500 });
  add(cafe, 1, { leaseEndsMs: performance.now() + 500 });
  expect([started.length, givenBack.length]).toEqual([1, 1]);
});

test("endpoints that hang leave their slots to those that answer", async () => {
  const hung = Array.from({ length: 40 }, () => application());
  for (const one of hung) add(one, 10);
  // None has ever answered, so together they get half.
  expect(started.length).toBe(128);
  const healthy = application();
  answering.add(healthy.id);
  add(healthy, 50);
  expect(countOf(healthy)).toBe(0);
  await until("the healthy one to get all of its turns", () => countOf(healthy) === 50);
});

test("an endpoint that fails and succeeds by turns has no more turns than the others", () => {
  const [waverer, others] = [application(), Array.from({ length: 100 }, () => application())];
  for (const one of [waverer, ...others]) {
    add(one, 1);
    for (const flight of started.splice(0)) scheduler.finished(flight, fine);
  }
  add(waverer, 10);
  const own = started.splice(0, 8);
  scheduler.pause();
  add(waverer, 20);
  for (const one of others) add(one, 5);
  for (const [i, flight] of own.entries()) scheduler.finished(flight, i % 4 === 3 ? fine : refused);
  started.length = 0;
  scheduler.resume();
  const most = Math.max(...others.map(countOf));
  expect(most).toBeLessThan(5);
  expect(countOf(waverer)).toBeLessThanOrEqual(most);
});

describe("endpoints where everything fails", () => {
  beforeEach(standTime);
  afterEach(releaseTime);

  /** Endpoints that have refused once, with ten more deliveries to be tried, when nothing has been sent for a while. */
  const refusing = (count: number): void => {
    const all = Array.from({ length: count }, () => application());
    for (const one of all) {
      add(one, 1);
      for (const flight of started.splice(0)) scheduler.finished(flight, refused);
      pass(6);
    }
    pass(1_200);
    for (const one of all) add(one, 10);
  };

  /** How many attempts begin at failing endpoints in each of so many milliseconds, if each is refused at once. */
  const begunIn = (count: number, meanwhile: () => void): number[] =>
    Array.from({ length: count }, () => {
      for (const flight of started.splice(0)) scheduler.finished(flight, refused);
      expect(started).toHaveLength(0);
      meanwhile();
      pass(1);
      return started.length;
    });

  test("begin a few attempts at a time, with a pause, and those that answer go between", () => {
    refusing(40);
    expect(started).toHaveLength(4);
    expect(begunIn(3, () => undefined)).toEqual([4, 4, 4]);
    const healthy = application();
    const sendOne = (): void => {
      add(healthy, 1);
      const [flight] = started.splice(0) as [Flight];
      expect(flight.job.applicationId).toBe(healthy.id);
      scheduler.finished(flight, fine);
    };
    // The pause that has begun is still a short one.
    expect(begunIn(13, sendOne)).toEqual([4, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4]);
  });

  test("once one has refused, those that have not answered yet begin as few at a time, until none has refused for a while", () => {
    const fresh = (count: number): void => {
      for (let i = 0; i < count; i++) add(application(), 1);
    };
    fresh(6);
    expect(started).toHaveLength(6);
    for (const flight of started.splice(0)) scheduler.finished(flight, refused);
    pass(200);
    fresh(12);
    expect(started).toHaveLength(4);
    expect(begunIn(2, () => undefined)).toEqual([4, 4]);
    for (const flight of started.splice(0)) scheduler.finished(flight, fine);
    pass(1_000);
    fresh(6);
    expect(started).toHaveLength(6);
  });

  test("all come to their turn", () => {
    refusing(40);
    for (let pause = 0; scheduler.waiting + scheduler.inFlight > 0 && pause < 200; pause++) {
      for (const flight of started.splice(0)) scheduler.finished(flight, refused);
      pass(1);
    }
    expect([scheduler.waiting, scheduler.inFlight]).toEqual([0, 0]);
  });

  test("have a quarter of the slots, until one attempt succeeds", () => {
    refusing(40);
    pass(30);
    expect([started.length, scheduler.inFlight]).toEqual([64, 64]);
    const first = started[0] as Flight;
    expect(countOf({ id: first.job.applicationId })).toBeLessThan(10);
    scheduler.finished(first, fine);
    expect(countOf({ id: first.job.applicationId })).toBe(10);
  });
});

test("an endpoint that turns out to hang keeps only what it will come to soon", async () => {
  const cafe = application();
  add(cafe, 500, { claimed: true });
  expect([scheduler.waiting, scheduler.claimedWaiting]).toEqual([490, 490]);
  await until("the hanging to be noticed", () => givenBack.length > 0);
  expect([scheduler.waiting, scheduler.claimedWaiting, givenBack.length]).toEqual([10, 10, 480]);
});

test("retries can't take all slots from first attempts", () => {
  const failing = Array.from({ length: 40 }, () => application());
  for (const one of failing) {
    add(one, 1);
    scheduler.finished(started.at(-1) as Flight, fine);
  }
  started.length = 0;
  for (const one of failing) add(one, 10, { attemptCount: 1 });
  expect(started.length).toBe(128);
  const fresh = application();
  add(fresh, 5);
  expect(countOf(fresh)).toBe(5);
  // And those that had no room go on when there is some.
  finish(128);
  expect(started.length).toBeGreaterThan(200);
});

test("after a change nothing is sent before the application has been read again", () => {
  const cafe = application(2);
  add(cafe, 20);
  expect(started.length).toBe(20);
  scheduler.applicationChanged(cafe.id);
  finish(started.length);
  expect(started.length).toBe(20);
  expect(reloaded).toContain(cafe.id);
  const [kept, dropped] = cafe.endpoints as [EndpointSnapshot, EndpointSnapshot];
  const changed = { ...cafe, version: "2", endpoints: [{ ...kept, url: "https://example.com/new" }] };
  const doomed = scheduler.refresh([cafe.id], new Map([[cafe.id, changed]]));
  expect(doomed.map(({ endpointId }) => endpointId)).toEqual(Array(10).fill(dropped.id));
  expect(started.slice(20).map(({ lane }) => lane.endpoint.url)).toEqual(Array(10).fill("https://example.com/new"));
});

test("a delivery with the snapshot from before a change does not make the lane believe that nothing has changed", () => {
  const cafe = application();
  scheduler.pause();
  add(cafe, 1);
  scheduler.applicationChanged(cafe.id);
  add(cafe, 1);
  scheduler.resume();
  expect([started.length, reloaded]).toEqual([0, [cafe.id]]);
});

test("an older snapshot does not replace a newer one", () => {
  const cafe = application();
  const [endpoint] = cafe.endpoints as [EndpointSnapshot];
  add({ ...cafe, version: "10", endpoints: [{ ...endpoint, url: "https://example.com/new" }] }, 1);
  add({ ...cafe, version: "9" }, 1);
  expect(started.map(({ lane }) => lane.endpoint.url)).toEqual(Array(2).fill("https://example.com/new"));
});

test("while it is closed nothing starts, and afterwards everything", () => {
  const cafe = application();
  scheduler.pause();
  add(cafe, 5);
  expect(started).toHaveLength(0);
  scheduler.resume();
  expect(started).toHaveLength(5);
});

import { afterEach, beforeEach, expect, test } from "vitest";
import type { ApplicationSnapshot } from "../db/applications.ts";
import { setEnv } from "../env.ts";
import { newId } from "../ids.ts";
import { pass, releaseTime, standTime } from "../testing/standingTime.ts";
import { testEnv } from "../testing/settings.ts";
import { endpointAt } from "../testing/sender.ts";
import { newSecret } from "../testing/sending.ts";
import type { Flight } from "./lane.ts";
import { Scheduler } from "./scheduler.ts";

let started: Flight[] = [];
let scheduler: Scheduler;
beforeEach(() => {
  standTime();
  setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none"));
  started = [];
  scheduler = new Scheduler({
    start: (flight) => started.push(flight),
    giveBack: () => undefined,
    reload: () => undefined,
    reserve: (wanted) => Promise.resolve(new Map(wanted.map(({ id }) => [id, { perSecond: null, inMs: 0 }]))),
  });
});
afterEach(() => {
  scheduler.close();
  releaseTime();
});

/** An application with endpoints that nobody has tried yet. */
function application(environmentId: string, count = 1): ApplicationSnapshot {
  const id = newId("application");
  const endpoints = Array.from({ length: count }, () =>
    endpointAt("https://example.com/", newSecret(), { id: newId("endpoint"), applicationId: id, environmentId }),
  );
  return { id, environmentId, uid: null, name: "Café", version: "1", throttleRate: null, polled: false, endpoints };
}

/** Hands over so many deliveries of each endpoint, and answers how many of the application's have begun. */
function add(to: ApplicationSnapshot, count: number): number {
  const [createdAt, leaseEndsMs] = [new Date(), performance.now() + 60_000];
  const counts = { attemptCount: 0, scheduledCount: 0, manualQueued: 0 };
  const content = { eventType: "a", payload: null, contentType: null, leaseId: "lease_1", claimed: false, createdAt, leaseEndsMs };
  for (const endpoint of to.endpoints)
    for (let i = 0; i < count; i++) {
      const key = { messageId: newId("message"), endpointId: endpoint.id, applicationId: to.id };
      scheduler.add({ ...key, ...counts, ...content }, endpoint, to);
    }
  scheduler.pump();
  return begunOf(to).length;
}

const begunOf = ({ id }: ApplicationSnapshot): Flight[] => started.filter(({ job }) => job.applicationId === id);
function answer(to: ApplicationSnapshot, durationMs: number): void {
  const usual = { startedMs: performance.now() - durationMs, durationMs, throttled: false, timedOut: false, failed: false };
  for (let [flight] = begunOf(to); flight !== undefined; [flight] = begunOf(to)) {
    started.splice(started.indexOf(flight), 1);
    scheduler.finished(flight, usual);
  }
}

test("a thousand first attempts that hang leave room to those that answer", () => {
  const healthy = application("env_2");
  add(healthy, 1);
  answer(healthy, 5);
  add(application("env_1", 1_200), 1);
  for (let second = 0; second < 14; second++) {
    pass(1_001);
    expect([second, add(healthy, 20) > 0]).toEqual([second, true]);
    answer(healthy, 5);
  }
});

test("a new endpoint of one environment does not wait for hundreds of another's that hang", () => {
  add(application("env_1", 600), 2);
  expect(started).toHaveLength(128);
  expect(add(application("env_2"), 2)).toBe(2);
  pass(1_001);
  expect(add(application("env_3"), 2)).toBe(2);
  pass(5_000);
  expect(add(application("env_4"), 2)).toBe(2);
});

test("an endpoint known to be slow goes on beside hundreds of another environment's that hang", () => {
  const slow = application("env_2");
  add(slow, 1);
  pass(1_500);
  answer(slow, 1_500);
  add(application("env_1", 600), 2);
  for (let second = 0; second < 10; second++) pass(1_001);
  expect(add(slow, 2)).toBe(2);
});

test("new endpoints of one environment by the hundred take no more than before, and come in turns with another's", () => {
  const [many, others] = [application("env_1", 300), application("env_2", 40)];
  scheduler.pause();
  add(many, 1);
  add(others, 1);
  scheduler.resume();
  expect([begunOf(many).length, begunOf(others).length]).toEqual([88, 40]);
});

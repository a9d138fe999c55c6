import { describe, expect, test } from "vitest";
import { type Deadline, Deadlines } from "./deadlines.ts";
import { type Answer, Pacing, Rate } from "./pacing.ts";
import { Queue } from "./queue.ts";
import { Slots } from "./slots.ts";
import { until } from "../testing/until.ts";

const good: Answer = { startedMs: 0, durationMs: 5, throttled: false, timedOut: false, failed: false };
const timeout = (startedMs: number): Answer => ({ startedMs, durationMs: 15_000, throttled: true, timedOut: true, failed: true });

describe("an endpoint's limit", () => {
  test("grows with good answers while it is used, up to a bound", () => {
    const pacing = new Pacing();
    const first = pacing.limit(0);
    pacing.answered(good, false, 0);
    expect(pacing.limit(0)).toBe(first);
    for (let i = 0; i < 5; i++) pacing.answered(good, true, 0);
    expect(pacing.limit(0)).toBe(first + 5);
    for (let i = 0; i < 10_000; i++) pacing.answered(good, true, 0);
    expect(pacing.limit(0)).toBe(100);
  });

  test("halves once for all that was under way together, and then grows carefully", () => {
    const pacing = new Pacing();
    for (let i = 0; i < 10_000; i++) pacing.answered(good, true, 0);
    for (let i = 0; i < 50; i++) pacing.answered({ ...good, startedMs: 10, throttled: true }, true, 20);
    expect(pacing.limit(20)).toBe(50);
    pacing.answered({ ...good, startedMs: 30, throttled: true }, true, 40);
    expect(pacing.limit(40)).toBe(25);
    for (let i = 0; i < 25; i++) pacing.answered({ ...good, startedMs: 50 }, true, 60);
    expect(pacing.limit(60)).toBe(25);
  });

  test("timeouts in a row pause it, longer each time; one answer ends that", () => {
    const pacing = new Pacing();
    for (let i = 0; i < 5; i++) pacing.answered(timeout(i), true, 15_000 + i);
    expect(pacing.limit(15_100)).toBe(0);
    const pauseMs = pacing.pausedUntilMs - 15_004;
    // Half open: a single probe.
    expect(pacing.limit(pacing.pausedUntilMs)).toBe(1);
    const probedMs = pacing.pausedUntilMs + 1;
    pacing.answered(timeout(probedMs), true, probedMs + 15_000);
    expect(pacing.pausedUntilMs - probedMs - 15_000).toBe(2 * pauseMs);
    for (let i = 0; i < 20; i++) pacing.answered(timeout(pacing.pausedUntilMs), true, pacing.pausedUntilMs + 15_000);
    pacing.answered({ ...good, startedMs: pacing.pausedUntilMs }, true, pacing.pausedUntilMs + 5);
    expect(pacing.limit(pacing.pausedUntilMs)).toBeGreaterThan(1);
  });

  test("a pause is never long: an endpoint that is back is soon noticed", () => {
    const pacing = new Pacing();
    let nowMs = 0;
    for (let i = 0; i < 100; i++) {
      nowMs = Math.max(nowMs, pacing.pausedUntilMs) + 15_000;
      pacing.answered(timeout(nowMs - 15_000), true, nowMs);
    }
    expect(pacing.pausedUntilMs - nowMs).toBeLessThanOrEqual(10_000);
  });
});

describe("an endpoint's pace", () => {
  test("is unproven until something is answered, and slow while it hangs", () => {
    const pacing = new Pacing();
    expect(pacing.pace).toBe("unproven");
    pacing.hangs();
    expect(pacing.pace).toBe("slow");
    pacing.answered(good, false, 0);
    expect(pacing.pace).toBe("fast");
    for (let i = 0; i < 5; i++) pacing.answered({ ...good, durationMs: 3_000 }, false, 0);
    expect(pacing.pace).toBe("slow");
  });

  test("is failing after three failures in a row, or after one where nothing has succeeded, and no longer after one success", () => {
    const pacing = new Pacing();
    const failure = { ...good, failed: true };
    const paces = [failure, failure, good, failure, failure, good, failure, failure, failure, good].map((answer) => {
      pacing.answered(answer, false, 0);
      return pacing.pace;
    });
    expect(paces.slice(0, 3)).toEqual(["failing", "failing", "fast"]);
    expect(paces.slice(3)).toEqual(["fast", "fast", "fast", "fast", "fast", "failing", "fast"]);
  });

  test("what is held follows what it answers in a second", () => {
    const [fast, slow] = [new Pacing(), new Pacing()];
    for (let i = 0; i < 200; i++) fast.answered(good, true, 0);
    slow.answered({ ...good, durationMs: 3_000 }, false, 0);
    expect(fast.appetite(0)).toBe(1_000);
    expect(slow.appetite(0)).toBe(10);
  });
});

test("a rate leaves room for a small burst, and no more", () => {
  const rate = new Rate(100);
  let sent = 0;
  for (let nowMs = 0; nowMs < 1_000; nowMs++)
    while (rate.waitMs(nowMs) === 0) {
      rate.take(nowMs);
      sent++;
    }
  expect(sent).toBeGreaterThanOrEqual(100);
  expect(sent).toBeLessThanOrEqual(112);
  const one = new Rate(1);
  one.take(0);
  expect(one.waitMs(0)).toBe(1_000);
});

describe("slots", () => {
  test("hanging attempts keep a fifth, and leave the rest to those that move", () => {
    const slots = new Slots();
    let slow = 0;
    while (slots.isFreeTo("env_1", "slow")) {
      slots.take("first", "slow", "env_1");
      slow++;
    }
    expect(slow).toBe(128);
    let fast = 0;
    while (slots.isFree("fast") && slots.isFreeFor("first", "fast")) {
      slots.take("first", "fast", "env_1");
      fast++;
    }
    expect(fast).toBeGreaterThan(200);
    slots.release("first", "fast", "env_1");
    expect(slots.isFree("fast")).toBe(true);
  });

  test("endpoints that have never answered share half of them", () => {
    const slots = new Slots();
    let unproven = 0;
    while (slots.isFreeTo("env_1", "unproven")) {
      slots.take("first", "unproven", "env_1");
      unproven++;
    }
    expect(unproven).toBe(128);
    expect(slots.isFree("fast")).toBe(true);
  });

  test("neither first attempts nor retries can take all", () => {
    for (const [greedy, other] of [
      ["first", "retry"],
      ["retry", "first"],
    ] as const) {
      const slots = new Slots();
      while (slots.isFree("fast") && slots.isFreeFor(greedy, "fast")) slots.take(greedy, "fast", "env_1");
      expect(slots.isFree("fast") && slots.isFreeFor(other, "fast")).toBe(true);
    }
  });
});

test("a queue keeps its order however long it lives", () => {
  const queue = new Queue<number>();
  const out: number[] = [];
  for (let i = 0; i < 10_000; i++) {
    queue.push(i);
    if (i % 3 !== 0) out.push(queue.shift() ?? -1);
  }
  expect(queue.length).toBe(10_000 - out.length);
  out.push(...queue.takeAll());
  expect(out).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
  expect(queue.shift()).toBeUndefined();
});

type Named = { name: string; deadline: Deadline<Named> | null };

test("deadlines pass in their order, and not for what was removed", async () => {
  const passed: string[] = [];
  const deadlines = new Deadlines<Named>(({ name }) => passed.push(name));
  const values = ["a", "b", "c", "d"].map((name): Named => ({ name, deadline: null }));
  const nowMs = performance.now();
  for (const [i, value] of values.entries()) deadlines.add(value, nowMs + 10 * i);
  for (const i of [1, 3]) deadlines.remove(values[i] ?? { name: "", deadline: null });
  await until("all to have passed", () => passed.length === 2);
  expect(passed).toEqual(["a", "c"]);
  deadlines.close();
});

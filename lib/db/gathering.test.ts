import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Gathering } from "./gathering.ts";

/** What waits, and the groups that were taken of it; each is under way until `end`. */
function queue(options: { maxInFlight: number; enough: number; patienceMs?: number; underLoad?: boolean }) {
  const groups: number[] = [];
  let waiting = 0;
  const gathering = new Gathering({
    ...options,
    start: () => {
      if (waiting === 0) return;
      gathering.begun(waiting);
      groups.push(waiting);
      waiting = 0;
    },
  });
  return {
    groups,
    add: (count: number) => gathering.look((waiting += count)),
    end: (members: number) => {
      gathering.ended(members);
      gathering.look(waiting);
    },
    begun: async (count: number) => {
      while (groups.length < count) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
};

test("with little to do nobody waits: small groups go side by side, as many as may", async () => {
  const { groups, add, begun } = queue({ maxInFlight: 2, enough: 100 });
  add(1);
  await begun(1);
  add(2);
  await begun(2);
  add(3);
  await turns();
  expect(groups).toEqual([1, 2]);
});

test("beside a large group another grows until that has ended", async () => {
  const { groups, add, end, begun } = queue({ maxInFlight: 2, enough: 100 });
  add(20);
  await begun(1);
  add(10);
  await turns();
  add(30);
  await turns();
  expect(groups).toEqual([20]);
  end(20);
  await begun(2);
  expect(groups).toEqual([20, 40]);
});

test("a group that is large enough goes beside a large one", async () => {
  const { groups, add, begun } = queue({ maxInFlight: 2, enough: 100 });
  add(20);
  await begun(1);
  add(100);
  await begun(2);
  expect(groups).toEqual([20, 100]);
});

describe("after a large group", () => {
  // Timers alone stand still: how long a turn takes is the machine's affair.
  beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => vi.useRealTimers());

  test("a small one gathers, until it has about as many", async () => {
    const { groups, add, end, begun } = queue({ maxInFlight: 1, enough: 100 });
    add(20);
    await begun(1);
    end(20);
    add(3);
    await turns();
    expect(groups).toEqual([20]);
    add(14);
    await turns();
    expect(groups).toEqual([20]);
    add(1);
    await begun(2);
    expect(groups).toEqual([20, 18]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("or for four milliseconds; what then follows it goes at once", async () => {
    const { groups, add, end, begun } = queue({ maxInFlight: 1, enough: 100 });
    add(20);
    await begun(1);
    end(20);
    add(1);
    vi.advanceTimersByTime(3);
    await turns();
    expect(groups).toEqual([20]);
    vi.advanceTimersByTime(1);
    await begun(2);
    end(1);
    add(1);
    await turns();
    expect(groups).toEqual([20, 1, 1]);
  });
});

describe("where nobody waits", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => vi.useRealTimers());

  test("a group gathers until the patience has ended, however small the last", async () => {
    const { groups, add, end, begun } = queue({ maxInFlight: 1, enough: 100, patienceMs: 25 });
    for (const group of [1, 2]) {
      add(1);
      vi.advanceTimersByTime(24);
      if (group === 2) add(2);
      await turns();
      expect(groups).toHaveLength(group - 1);
      vi.advanceTimersByTime(1);
      await begun(group);
      end(groups.at(-1) ?? 0);
    }
    expect(groups).toEqual([1, 3]);
  });

  test("or until it is large enough", async () => {
    const { groups, add, begun } = queue({ maxInFlight: 1, enough: 10, patienceMs: 25 });
    add(9);
    await turns();
    expect(groups).toEqual([]);
    add(1);
    await begun(1);
    expect(groups).toEqual([10]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("one that gathers under load alone goes at once with little to do, and is patient after a large one", async () => {
    const { groups, add, end, begun } = queue({ maxInFlight: 1, enough: 100, patienceMs: 25, underLoad: true });
    for (const group of [1, 20]) {
      add(group);
      await begun(groups.length + 1);
      end(group);
    }
    // Half of the last would do where somebody waits.
    add(15);
    await turns();
    expect(groups).toEqual([1, 20]);
    vi.advanceTimersByTime(25);
    await begun(3);
    expect(groups).toEqual([1, 20, 15]);
  });
});

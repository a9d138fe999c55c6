import { setImmediate as turn } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { ReadGroups } from "./readGroups.ts";

afterEach(() => void vi.useRealTimers());

/** Groups whose reads end when they are told to. */
function groupsOf(): { groups: ReadGroups; ends: (() => void)[] } {
  const ends: (() => void)[] = [];
  return { groups: new ReadGroups(() => new Promise<void>((resolve) => void ends.push(resolve))), ends };
}

test("one begins at the end of the turn, and the next once that has ended", async () => {
  const { groups, ends } = groupsOf();
  groups.look();
  groups.look();
  expect(ends).toHaveLength(0);
  await turn();
  groups.look();
  groups.look();
  await turn();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await turn();
  await turn();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await turn();
  await turn();
  expect(ends).toHaveLength(2);
});

test("one that takes long keeps nobody waiting", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { groups, ends } = groupsOf();
  groups.look();
  await turn();
  groups.look();
  vi.advanceTimersByTime(4);
  await turn();
  expect(ends).toHaveLength(1);
  vi.advanceTimersByTime(1);
  await turn();
  expect(ends).toHaveLength(2);
});

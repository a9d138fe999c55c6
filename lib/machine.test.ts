import { expect, test } from "vitest";
import { automaticProcesses, quotaOf, thisMachine } from "./machine.ts";

const gib = 1024 ** 3;

test.each([
  [1, 64, 1],
  [2, 64, 1],
  [3, 64, 3],
  [8, 64, 8],
  [64, 512, 8],
  [8, 2, 4],
  [4, 0.25, 1],
])("%d cores and %d GiB are for %d processes", (cores, memory, processes) => {
  expect(automaticProcesses({ cores, memoryBytes: memory * gib })).toBe(processes);
});

test.each([
  ["max 100000\n", null],
  ["200000 100000\n", 2],
  ["150000 100000", 2],
  ["5000 100000", 1],
  ["", null],
  ["100000 0", null],
])("a cgroup's cpu.max %j gives %j cores", (text, cores) => {
  expect(quotaOf(text)).toBe(cores);
});

test("this machine has a core and some memory", () => {
  const { cores, memoryBytes } = thisMachine();
  expect(cores).toBeGreaterThanOrEqual(1);
  expect(memoryBytes).toBeGreaterThan(0);
  expect(Number.isFinite(memoryBytes)).toBe(true);
});

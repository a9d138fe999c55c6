import { setImmediate as turn } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { ReadGroup } from "./readGroup.ts";

afterEach(() => void vi.restoreAllMocks());

function groupOf(members: number): { group: ReadGroup; begun: () => number } {
  let count = 0;
  const group = new ReadGroup(() => void count++);
  for (let i = 0; i < members; i++) group.join();
  return { group, begun: () => count };
}

test("it grows while each turn brings somebody, and then begins once", async () => {
  const { group, begun } = groupOf(1);
  for (let i = 0; i < 10; i++) {
    await turn();
    expect(begun()).toBe(0);
    group.join();
  }
  await turn();
  await turn();
  await turn();
  expect(begun()).toBe(1);
});

test("sixteen are enough", async () => {
  const { group, begun } = groupOf(15);
  expect(begun()).toBe(0);
  group.join();
  expect(begun()).toBe(1);
  await turn();
  await turn();
  expect(begun()).toBe(1);
});

test("nobody waits for more than two milliseconds", async () => {
  const now = vi.spyOn(performance, "now").mockReturnValue(1_000);
  const { group, begun } = groupOf(1);
  now.mockReturnValue(1_002);
  await turn();
  group.join();
  expect(begun()).toBe(0);
  now.mockReturnValue(1_002.1);
  await turn();
  expect(begun()).toBe(1);
});

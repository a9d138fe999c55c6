import { expect, test } from "vitest";
import { PendingGroups } from "./pendingGroups.ts";

const waiting = (count: number, bodyBytes = 200): { id: number; bodyBytes: number }[] =>
  Array.from({ length: count }, (_, id) => ({ id, bodyBytes }));

test("quick code runs for 96 at a time, slow code for eight, and in order", () => {
  const groups = new PendingGroups<{ id: number; bodyBytes: number }>();
  groups.begin(waiting(300));
  const taken = [groups.take()];
  groups.took(16, 3);
  taken.push(groups.take());
  groups.took(96, 9_600);
  taken.push(groups.take());
  groups.took(10, 60_000);
  taken.push(groups.take(), groups.take());
  expect(taken.map((group) => group.length)).toEqual([16, 96, 10, 8, 8]);
  expect(taken.flat().map(({ id }) => id)).toEqual(Array.from({ length: 138 }, (_, id) => id));
});

test("what was learned of the code holds for those that come later", () => {
  const groups = new PendingGroups();
  groups.took(16, 16_000);
  groups.begin(waiting(20));
  expect([groups.take(), groups.take(), groups.take(), groups.take()].map((group) => group.length)).toEqual([8, 8, 4, 0]);
});

test("large ones go with fewer, and alone beyond four megabytes", () => {
  const groups = new PendingGroups();
  const mb = 1024 * 1024;
  groups.begin([...waiting(5, mb), ...waiting(1, 9 * mb), ...waiting(3, mb)]);
  expect([groups.take(), groups.take(), groups.take(), groups.take(), groups.take()].map((group) => group.length)).toEqual([4, 1, 1, 3, 0]);
});

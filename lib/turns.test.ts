import { expect, test } from "vitest";
import { Turns, type Whose } from "./turns.ts";

const whose = (tenant: string, owner: string): Whose => ({ tenant, owner });

function turnsOf(perOwner: number, perTenant: number, waiting: string[]) {
  const turns = new Turns<string>(() => ({ perOwner, perTenant }));
  // "a1x": tenant a, owner a1.
  for (const entry of waiting) turns.add(whose(entry[0] ?? "", entry.slice(0, 2)), entry);
  return turns;
}

function drained(turns: Turns<string>): string[] {
  const order: string[] = [];
  for (let next = turns.next(); next !== null; next = turns.next()) order.push(next);
  return order;
}

test("tenants take turns, then their owners, then it is the order of asking", () => {
  const turns = turnsOf(9, 9, ["a1x", "a1y", "a2x", "a2y", "a3x", "b1x", "b1y", "c1x"]);
  expect(drained(turns)).toEqual(["a1x", "b1x", "c1x", "a2x", "b1y", "a3x", "a1y", "a2y"]);
  expect([turns.waiting, turns.running]).toEqual([0, 8]);
});

test("an owner and a tenant have no more than they may at once; what ends makes room", () => {
  const turns = turnsOf(1, 2, ["a1x", "a1y", "a2x", "a3x", "b1x"]);
  expect(drained(turns)).toEqual(["a1x", "b1x", "a2x"]);
  expect([turns.waiting, turns.waitingOf("a"), turns.waitingOf("b")]).toEqual([2, 2, 0]);
  turns.end(whose("a", "a2"));
  expect(drained(turns)).toEqual(["a3x"]);
  turns.end(whose("a", "a1"));
  expect(drained(turns)).toEqual(["a1y"]);
});

test("an owner's next entries may have the thing along with one; those put back come first again", () => {
  const turns = turnsOf(1, 2, ["a1x", "a1y", "a1z", "a2x"]);
  const notLast = (entry: string): boolean => entry !== "a1z";
  expect(turns.next()).toBe("a1x");
  const along = [turns.along(whose("a", "a1"), notLast), turns.along(whose("a", "a1"), notLast), turns.along(whose("c", "c1"), notLast)];
  expect(along).toEqual(["a1y", null, null]);
  expect([turns.waiting, turns.running]).toEqual([2, 1]);
  turns.putBack(whose("a", "a1"), ["a1x", "a1y"]);
  turns.end(whose("a", "a1"));
  expect([turns.waiting, turns.running]).toEqual([4, 0]);
  turns.along(whose("a", "a2"), notLast);
  expect([turns.next(), turns.along(whose("a", "a1"), notLast), turns.next()]).toEqual(["a1x", "a1y", null]);
});

test("who waits no more gives its place, once", () => {
  const turns = turnsOf(9, 9, ["a1x", "a1y", "b1x"]);
  expect([turns.remove(whose("a", "a1"), "a1x"), turns.remove(whose("a", "a1"), "a1x")]).toEqual([true, false]);
  expect(turns.clear().toSorted()).toEqual(["a1y", "b1x"]);
  expect([turns.next(), turns.waiting, turns.running]).toEqual([null, 0, 0]);
});

import { expect, test } from "vitest";
import { Room } from "./room.ts";
import type { Whose } from "./turns.ts";

const whose = (tenant: string, owner: string): Whose => ({ tenant, owner });

/** Takes ten bytes again and again, and answers how many there were until it was refused. */
function fill(room: Room, one: Whose): number {
  for (let bytes = 0; ; bytes += 10) if (room.take(one, 10) !== null) return bytes;
}

test("one owner leaves as much to its tenant's others, and its tenant as much to the rest", () => {
  const room = new Room(() => 1_000);
  expect(fill(room, whose("a", "a1"))).toBe(250);
  expect(fill(room, whose("a", "a2"))).toBe(130);
  for (let i = 3; i < 100; i++) fill(room, whose("a", `a${i}`));
  expect(room.take(whose("a", "another"), 10)).toBe("flooded");
  expect(fill(room, whose("b", "b1"))).toBeGreaterThanOrEqual(250);
});

test("whoever comes with nothing under way finds room, however many have had enough", () => {
  const room = new Room(() => 1_000);
  for (const tenant of "abcdef") for (let i = 0; i < 50; i++) fill(room, whose(tenant, `${tenant}${i}`));
  expect(room.take(whose("z", "z1"), 5)).toBeNull();
});

test("what is left is room again; nobody is told of room that there is not", () => {
  const room = new Room(() => 1_000);
  const one = whose("a", "a1");
  // More than the whole has room where nothing else is under way.
  expect(room.take(one, 1_200)).toBeNull();
  expect([room.take(one, 1), room.take(whose("b", "b1"), 1)]).toEqual(["flooded", "full"]);
  room.leave(one, 1_200);
  expect(fill(room, one)).toBe(250);
});

import { expect, test } from "vitest";
import { connectionsOf, poolSizes } from "./poolSizes.ts";

test("one process has 21 connections; many have fewer each, and whoever does the upkeep keeps what it needs", () => {
  expect(connectionsOf(1)).toBe(21);
  expect(connectionsOf(2)).toBe(45);
  expect(poolSizes({ count: 8, number: 1 }).ordinary).toBe(9);
  for (let count = 3; count <= 64; count++) expect(connectionsOf(count)).toBeLessThanOrEqual(3 + 17 + 13 * (count - 1));
});

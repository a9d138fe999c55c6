import { expect, test } from "vitest";
import { connectionsOf, poolSizes } from "./poolSizes.ts";

test("one process has 23 connections; many have fewer each, and whoever does the upkeep keeps what it needs", () => {
  expect(connectionsOf(1)).toBe(23);
  expect(connectionsOf(2)).toBe(49);
  expect(poolSizes({ count: 8, number: 1 }).ordinary).toBe(10);
  for (let count = 3; count <= 64; count++) expect(connectionsOf(count)).toBeLessThanOrEqual(3 + 18 + 14 * (count - 1));
});

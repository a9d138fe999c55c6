import { expect, test } from "vitest";
import { grouped } from "./number.ts";

test.each([0, 7, 999, 1000, 12_345, 100_000, 1_234_567, -1234, 99.5, 1234.25])("%d is written as English readers do", (value) => {
  expect(grouped(value)).toBe(value.toLocaleString("en"));
});

import { expect, it } from "vitest";
import { exactDuration } from "./exactDuration.ts";

it.each([
  [0, "0 s"],
  [0.4, "0 s"],
  [45, "45 s"],
  [60, "1 min"],
  [5400, "1 h 30 min"],
  [86_399.9, "1 d"],
  [187_200, "2 d 4 h"],
  [86_460, "1 d"],
])("%d s are %s", (seconds, text) => expect(exactDuration(seconds)).toBe(text));

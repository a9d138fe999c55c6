import { expect, it } from "vitest";
import { creationsOf } from "./creations.ts";

it.each([
  [null, false, []],
  ["viewer", false, []],
  ["member", false, ["New application", "New endpoint", "New event type", "New source"]],
  ["member", true, []],
  ["admin", false, ["New application", "New endpoint", "New event type", "New source", "New API key", "Invite member"]],
  ["owner", true, ["Invite member"]],
] as const)("a %s makes, operational webhooks %s: %j", (role, isOperational, labels) => {
  expect(creationsOf(role, isOperational).map(({ label }) => label)).toEqual(labels);
});

import { expect, it } from "vitest";
import type { EventTypeOut } from "../../lib/contract/eventType.ts";
import { groupsOf } from "./groups.ts";

const type = (name: string, groupName: string | null = null): EventTypeOut => ({
  name,
  groupName,
  description: "",
  archived: false,
  deprecated: false,
  featureFlag: null,
  featureFlags: null,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
});

it("puts together what begins alike or is of one group, and at the end what stands alone", () => {
  const names = ["invoice.paid", "ping", "user.made", "invoice.open", "invoice.", "order.x.y"];
  const groups = groupsOf(
    [...names.map((name) => type(name)), type("user.left", "people"), type("member", "people"), type("sole", "only")],
    true,
  );
  expect(groups.map(({ prefix, types }) => `${prefix}: ${types.map(({ name }) => name).join(" ")}`)).toEqual([
    "invoice.: invoice.open invoice.paid",
    "only: sole",
    "people: member user.left",
    ": invoice. order.x.y ping user.made",
  ]);
});

it("says which groups may go on after those that were read", () => {
  const read = [
    type("card.added", "money"),
    type("card.left", "money"),
    type("invoice.open"),
    type("invoice.paid"),
    type("user.left"),
    type("user.made"),
  ];
  const whole = (done: boolean) => groupsOf(read, done).flatMap(({ prefix, isWhole }) => (isWhole ? [prefix] : []));
  expect(whole(true)).toEqual(["invoice.", "money", "user."]);
  expect(whole(false)).toEqual(["invoice."]);
});

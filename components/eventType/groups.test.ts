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
  const groups = groupsOf([
    ...names.map((name) => type(name)),
    type("user.left", "people"),
    type("member", "people"),
    type("sole", "only"),
  ]);
  expect(groups.map(({ prefix, types }) => `${prefix}: ${types.map(({ name }) => name).join(" ")}`)).toEqual([
    "invoice.: invoice.open invoice.paid",
    "only: sole",
    "people: member user.left",
    ": invoice. order.x.y ping user.made",
  ]);
});

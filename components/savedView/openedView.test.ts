import { expect, it } from "vitest";
import { isOpenView, searchOfView, withinOf } from "./openedView.ts";

const nowMs = Date.parse("2026-11-28T10:00:00.000Z");
const filter = { status: ["failed" as const], after: "2026-11-20T10:00:00.000Z" };

it("a view that is relative in time reaches back from the moment at which it is opened", () => {
  expect(searchOfView({ filter, withinSeconds: null }, nowMs)).toBe("?status=failed&after=2026-11-20T10%3A00%3A00.000Z");
  expect(searchOfView({ filter, withinSeconds: 3600 }, nowMs)).toBe("?status=failed&after=2026-11-28T09%3A00%3A00.000Z");
});

it("the open view is known by its filters, a relative one whatever its moment was", () => {
  expect(isOpenView({ filter, withinSeconds: null }, filter)).toBe(true);
  expect(isOpenView({ filter, withinSeconds: null }, { status: ["failed"] })).toBe(false);
  expect(isOpenView({ filter, withinSeconds: 3600 }, { status: ["failed"], after: "2026-11-28T09:00:00.000Z" })).toBe(true);
  expect(isOpenView({ filter, withinSeconds: 3600 }, { status: ["failed"] })).toBe(false);
  expect(isOpenView({ filter, withinSeconds: 3600 }, { status: ["pending"], after: "2026-11-28T09:00:00.000Z" })).toBe(false);
});

it("filters with a beginning and no end are some minutes long", () => {
  expect(withinOf({ after: "2026-11-28T08:59:40.000Z" }, nowMs)).toBe(3600);
  expect(withinOf({ after: "2026-11-28T08:59:40.000Z", before: "2026-11-28T09:59:40.000Z" }, nowMs)).toBeNull();
  expect(withinOf({}, nowMs)).toBeNull();
  expect(withinOf({ after: "2020-11-28T08:59:40.000Z" }, nowMs)).toBeNull();
});

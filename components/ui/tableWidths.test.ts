import { expect, it } from "vitest";
import { leavingClasses, standInClasses, type Sized } from "./tableWidths.ts";

const columns: Sized[] = [
  { key: "name", leastPx: 200 },
  { key: "id", width: "w-40", phone: "hidden" },
  { key: "url", leastPx: 200, rank: 1 },
  { key: "time", width: "w-24", phone: "meta" },
  { key: "actions", width: "w-24", phone: "meta" },
];

it("keeps what identifies a row and its actions, and lets the others leave by rank where there is no room for them", () => {
  const leaving = leavingClasses(columns, true, false);
  // 36 for ticks, 200 + 96 + 200 = 532: these are there as long as rows are rows.
  expect([...leaving.keys()]).toEqual(["time", "id"]);
  expect(leaving.get("time")).toBe("row:@max-[640px]:hidden");
  expect(leaving.get("id")).toBe("row:@max-[800px]:hidden");
});

it("gives columns what they wish for before others of the last rank have room", () => {
  const wishing = columns.map((column) => (column.key === "url" ? { ...column, wishPx: 240 } : column));
  const leaving = leavingClasses(wishing, true, false);
  expect(leaving.get("time")).toBe("row:@max-[640px]:hidden");
  // 36 + 200 + 96 + 200 + 96 = 628, 40 more are wished for, and 160 are its own.
  expect(leaving.get("id")).toBe("row:@max-[840px]:hidden");
  const modest = columns.map((column) => ({ ...column, wishPx: 10 }));
  expect(leavingClasses(modest, true, false)).toEqual(leavingClasses(columns, true, false));
});

it("knows of a wide table that it has 800 px before its rows are rows", () => {
  expect([...leavingClasses(columns, true, true).keys()]).toEqual([]);
});

it("takes no column of a table that is as wide as a page for good", () => {
  const many = Array.from({ length: 12 }, (_, at): Sized => ({ key: String(at), width: "w-28" }));
  for (const look of leavingClasses(many, false, false).values()) expect(look).toMatch(/^row:@max-\[\d+px\]:hidden$/);
});

it("tells what has no column of its own where it has left, and in cards", () => {
  expect([...standInClasses(columns, true, false).keys()]).toEqual(["time", "id"]);
  expect(standInClasses(columns, true, false).get("id")).toBe("hidden card:block row:@max-[800px]:block");
});

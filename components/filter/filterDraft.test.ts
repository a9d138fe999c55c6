import { expect, test } from "vitest";
import type { FilterDocument } from "../../lib/contract/filter.ts";
import { parseFilter } from "../../lib/webhooks/filter.ts";
import { canBeRows, draftOfFilter, emptyFilter, filterOf, operatorWords, type RowOperator, switched } from "./filterDraft.ts";

const documents: [FilterDocument, "rows" | "json"][] = [
  [{ path: "payload.amount", gte: 100 }, "rows"],
  [
    {
      and: [
        { path: "payload.a", equals: "12" },
        { path: "payload.b", equals: 12 },
        { path: "payload.c", equals: null },
      ],
    },
    "rows",
  ],
  [
    {
      or: [
        { path: "payload.a", in: ["x", 1, true] },
        { path: "payload.b", exists: false },
      ],
    },
    "rows",
  ],
  [
    {
      or: [
        { path: "payload.a", prefix: "12" },
        { path: "payload.b", equals: " spaced " },
      ],
    },
    "rows",
  ],
  [{ path: "payload.a", gt: 1, lt: 2 }, "json"],
  [{ not: { path: "payload.a", equals: 1 } }, "json"],
  [{ and: [{ or: [{ path: "payload.a", equals: 1 }] }] }, "json"],
  [{ path: ["payload", "a.b"], equals: 1 }, "json"],
  [{ path: "payload.a", in: ["x,y"] }, "json"],
];

test.each(documents)("%j is shown as it can be, and comes back unchanged", (document, view) => {
  const draft = draftOfFilter(document);
  expect(draft.view).toBe(view);
  expect(filterOf(draft)).toEqual({ document });
  expect(canBeRows(draft)).toBe(view === "rows");
  expect(filterOf(switched(switched(draft)))).toEqual({ document });
});

test("nothing written is no filter; broken JSON says so and stays", () => {
  expect(filterOf(emptyFilter())).toEqual({ document: null });
  expect(filterOf({ ...emptyFilter(), view: "json" })).toEqual({ document: null });
  const broken = { ...emptyFilter(), view: "json" as const, text: "{" };
  expect(filterOf(broken)).toHaveProperty("fault");
  expect(switched(broken)).toBe(broken);
  expect(filterOf({ ...broken, text: "[]" })).toEqual({ fault: "The filter must be a JSON object: { … }." });
});

test("every operator of a row makes what the engine takes", () => {
  for (const operator of Object.keys(operatorWords) as RowOperator[]) {
    const filter = filterOf({ ...emptyFilter(), rows: [{ path: "payload.a", operator, value: "5" }] });
    expect(parseFilter("document" in filter ? filter.document : null)).toMatchObject({ ok: true });
  }
});

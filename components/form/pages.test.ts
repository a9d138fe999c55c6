import { expect, it } from "vitest";
import { directions } from "./pages.tsx";

it("leads on and back by where a page stands", () => {
  const first = { iterator: "b", prevIterator: "-a", done: false };
  expect(directions(undefined, null)).toEqual({ newer: null, older: null });
  expect(directions({ ...first, done: true }, null)).toEqual({ newer: null, older: null });
  expect(directions(first, null)).toEqual({ newer: null, older: { cursor: "b" } });
  expect(directions({ iterator: "d", prevIterator: "-c", done: true }, "b")).toEqual({ newer: { cursor: "-c" }, older: null });
  expect(directions({ ...first, done: true }, "-c")).toEqual({ newer: null, older: { cursor: "b" } });
});

it("leads back to the first page from one whose last row is gone", () => {
  for (const iterator of ["b", "-c"])
    expect(directions({ iterator: null, done: true }, iterator)).toEqual({ newer: { cursor: null }, older: null });
});

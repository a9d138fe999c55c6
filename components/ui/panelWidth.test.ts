import { expect, it } from "vitest";
import { narrowestPx, panelWidth, widest } from "./panelWidth.ts";

it("a panel leaves the list room, whatever was chosen", () => {
  expect(panelWidth(null, 900)).toBe(348);
  expect(panelWidth(null, 1280)).toBe(440);
  expect(panelWidth(null, 2560)).toBe(640);
  expect(panelWidth(5_000, 1280)).toBe(widest(1280));
  expect(panelWidth(10, 1280)).toBe(narrowestPx);
  expect(panelWidth(500.4, 1280)).toBe(500);
});

import { expect, it } from "vitest";
import { barsOf } from "./bars.ts";
import { spanOf } from "./spans.ts";

const bucket = (succeeded: number, failed: number) => ({ start: "2026-11-23T08:00:00.000Z", succeeded, failed });
const box = { width: 600, height: 100 };

it("the fullest bar is as high as the chart, and each is inside it", () => {
  const { bars, most } = barsOf([bucket(3, 1), bucket(0, 0), bucket(1, 0)], box);
  expect(most).toBe(4);
  expect(bars.map(({ goodHeight, badHeight }) => [goodHeight, badHeight])).toEqual([
    [75, 25],
    [0, 0],
    [25, 0],
  ]);
  for (const { x, width } of bars) expect(x >= 0 && x + width <= 600).toBe(true);
});

it("one failure among thousands is still seen", () => {
  expect(barsOf([bucket(100_000, 1)], box).bars[0]?.badHeight).toBe(2);
});

it("many buckets are put together, none is lost", () => {
  const { bars } = barsOf(
    Array.from({ length: 1441 }, () => bucket(1, 1)),
    box,
  );
  expect(bars.length).toBeLessThanOrEqual(60);
  expect(bars.reduce((total, { succeeded, failed }) => total + succeeded + failed, 0)).toBe(2882);
});

it("nothing gives no bars to draw", () => {
  expect(barsOf([], box)).toEqual({ bars: [], most: 0 });
  expect(spanOf("nonsense")).toBe("day");
  expect(spanOf("toString")).toBe("day");
  expect(spanOf("hour")).toBe("hour");
});

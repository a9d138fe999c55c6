import { describe, expect, it, onTestFinished, vi } from "vitest";
import { barsOf, countTicks, timeTicks, zoomOf } from "./bars.ts";

const since = "2026-11-23T08:00:00.000Z";
const at = (minutes: number): string => new Date(Date.parse(since) + minutes * 60_000).toISOString();
const bucket = (minutes: number, deliveries: number, delivered: number) => ({ start: at(minutes), deliveries, delivered });

describe("bars", () => {
  it("fill the range, also where nothing was sent, and end with it", () => {
    const bars = barsOf({ since, until: at(14), bucketSeconds: 300, buckets: [bucket(5, 3, 2)] });
    expect(bars.map(({ deliveries, delivered }) => [deliveries, delivered])).toEqual([
      [0, 0],
      [3, 2],
      [0, 0],
    ]);
    expect(bars.at(-1)?.untilMs).toBe(Date.parse(at(14)));
    expect(bars.slice(1).map(({ startMs }) => startMs)).toEqual(bars.slice(0, -1).map(({ untilMs }) => untilMs));
  });

  it("are put together when there are many, and none is lost", () => {
    const buckets = Array.from({ length: 1440 }, (_, minute) => bucket(minute, 2, 1));
    const bars = barsOf({ since, until: at(1440), bucketSeconds: 60, buckets });
    expect(bars.length).toBeLessThanOrEqual(60);
    expect(bars.reduce((sum, { deliveries }) => sum + deliveries, 0)).toBe(2880);
  });

  it("are none of no range", () => {
    expect(barsOf({ since, until: since, bucketSeconds: 60, buckets: [] })).toEqual([]);
  });
});

it("an hour of data in a day is looked at more closely; a day of it, or minutes, are not", () => {
  const day = { since, until: at(1440), bucketSeconds: 900 };
  expect(zoomOf({ ...day, buckets: [bucket(0, 0, 0), bucket(1380, 1, 1)] })).toBe(at(1380));
  expect(zoomOf({ ...day, buckets: [bucket(30, 1, 1)] })).toBeNull();
  expect(zoomOf({ ...day, buckets: [bucket(0, 0, 0)] })).toBeNull();
  expect(zoomOf({ ...day, bucketSeconds: 60, buckets: [bucket(1380, 1, 1)] })).toBeNull();
});

it("ticks of counts are round, few, and reach the fullest bar", () => {
  for (const most of [1, 2, 3, 7, 10, 99, 101, 12_345, 9_999_999]) {
    const ticks = countTicks(most);
    expect(ticks[0]).toBe(0);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
    expect(ticks.length).toBeLessThanOrEqual(4);
    expect(ticks.every(Number.isInteger)).toBe(true);
  }
  expect(countTicks(0)).toEqual([0]);
});

it("ticks of time lie within the range, evenly, at most six or seven", () => {
  for (const minutes of [5, 60, 90, 1440, 7 * 1440, 90 * 1440]) {
    const ticks = timeTicks(Date.parse(since), Date.parse(at(minutes)));
    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks.length).toBeLessThanOrEqual(7);
    expect(ticks.every((ms) => ms >= Date.parse(since) && ms < Date.parse(at(minutes)))).toBe(true);
  }
});

it.each([
  ["back", "2026-10-21T12:00:00.000Z", ["2026-10-22", "2026-10-23", "2026-10-24", "2026-10-25", "2026-10-26", "2026-10-27"]],
  ["forward", "2026-03-25T12:00:00.000Z", ["2026-03-26", "2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"]],
])("a day's tick is the reader's midnight, also after clocks were put %s", (_, from, days) => {
  vi.stubEnv("TZ", "Europe/Berlin");
  onTestFinished(() => void vi.unstubAllEnvs());
  const ticks = timeTicks(Date.parse(from), Date.parse(from) + 6 * 86_400_000);
  expect(ticks).toEqual(days.map((day) => new Date(`${day}T00:00`).getTime()));
});

it("ticks of hours go on where clocks are put back, each once", () => {
  vi.stubEnv("TZ", "Europe/Berlin");
  onTestFinished(() => void vi.unstubAllEnvs());
  const from = Date.parse("2026-10-24T23:30:00.000Z");
  const ticks = timeTicks(from, from + 5 * 3_600_000).map((ms) => new Date(ms).getHours());
  expect(ticks.every((hour, at) => at === 0 || hour > (ticks[at - 1] ?? -1))).toBe(true);
});

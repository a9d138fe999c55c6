import { renderToStaticMarkup } from "react-dom/server";
import { expect, it, onTestFinished, vi } from "vitest";
import { barsOf } from "./bars.ts";
import { VolumeChart, wordsOf } from "./volumeChart.tsx";

const volume = {
  since: "2026-11-28T08:00:00.000Z",
  until: "2026-11-28T09:00:00.000Z",
  bucketSeconds: 300,
  buckets: [
    { start: "2026-11-28T08:10:00.000Z", deliveries: 1000, delivered: 999 },
    { start: "2026-11-28T08:30:00.000Z", deliveries: 4, delivered: 4 },
  ],
};

it("is a slider with a name and words for its value; a single failure among a thousand has a bar; no style is inline", () => {
  const html = renderToStaticMarkup(<VolumeChart volume={volume} title="Deliveries" onChoose={() => undefined} />);
  expect(html).toMatch(/<input type="range"[^>]* aria-label="Deliveries" aria-valuetext="12 bars/);
  const failed = [...html.matchAll(/<rect [^>]*height="([\d.]+)" class="fill-bad"/g)].map(([, height]) => Number(height));
  expect(failed).toHaveLength(2);
  expect(failed[0]).toBeGreaterThan(1);
  expect(failed[1]).toBe(0);
  // The content security policy lets none through.
  expect(html).not.toContain("style=");
});

it("draws nothing of nothing", () => {
  const html = renderToStaticMarkup(<VolumeChart volume={{ ...volume, buckets: [] }} title="Deliveries" />);
  expect(html).not.toContain("<rect");
});

it("says of which of two equal hours a bar is, where clocks are put back", () => {
  vi.stubEnv("TZ", "Europe/Berlin");
  onTestFinished(() => void vi.unstubAllEnvs());
  const hours = { since: "2026-10-24T23:00:00.000Z", until: "2026-10-25T03:00:00.000Z", bucketSeconds: 3600, buckets: [] };
  const ranges = barsOf(hours).map((bar) => wordsOf(bar).split(": ")[0]?.split(" – ") ?? []);
  const moments = [...ranges.map(([from]) => from), ranges.at(-1)?.[1]];
  expect(new Set(moments).size).toBe(5);
  expect(ranges.map(([, until]) => until)).toEqual(moments.slice(1));
  // Only where it is needed.
  const lengths = moments.map((text) => text?.length ?? 0);
  expect(lengths.map((length) => length > (lengths[0] ?? 0))).toEqual([false, true, true, false, false]);
});

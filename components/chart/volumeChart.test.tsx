import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { VolumeChart } from "./volumeChart.tsx";

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

/** The geometry of the volume chart: which bars there are, and where its axes have ticks. */
import { dayMs, hourMs, minuteMs } from "../../lib/words/duration.ts";

/** Deliveries by the moment of their first attempt, and what became of them. `aside`: those that are neither good nor bad. */
export type Count = { deliveries: number; delivered: number; aside?: number };
export type Bucket = Count & { start: string };

/** Buckets without deliveries may be missing. */
export type Volume = { since: string; until: string; bucketSeconds: number; buckets: readonly Bucket[] };

/** `untilMs` is excluded. */
export type Bar = Required<Count> & { startMs: number; untilMs: number };

/** All bars of the range in order, at most `maximum`: neighbours are put together, none is lost. */
export function barsOf({ since, until, bucketSeconds, buckets }: Volume, maximum = 60): Bar[] {
  const stepMs = bucketSeconds * 1000;
  const firstMs = Math.floor(Date.parse(since) / stepMs) * stepMs;
  const endMs = Date.parse(until);
  const count = Math.max(0, Math.ceil((endMs - firstMs) / stepMs));
  const sizeMs = Math.max(1, Math.ceil(count / maximum)) * stepMs;
  const bars: Bar[] = [];
  for (let startMs = firstMs; startMs < endMs; startMs += sizeMs)
    bars.push({ startMs, untilMs: Math.min(startMs + sizeMs, endMs), deliveries: 0, delivered: 0, aside: 0 });
  for (const { start, deliveries, delivered, aside = 0 } of buckets) {
    const bar = bars[Math.floor((Date.parse(start) - firstMs) / sizeMs)];
    if (bar === undefined) continue;
    bar.deliveries += deliveries;
    bar.delivered += delivered;
    bar.aside += aside;
  }
  return bars;
}

/** Where what there is begins, if most of the range before it is empty and it could be shown in finer steps; else null. */
export function zoomOf({ since, until, bucketSeconds, buckets }: Volume): string | null {
  const first = buckets.find(({ deliveries }) => deliveries > 0);
  if (first === undefined || bucketSeconds <= 60) return null;
  const lengthMs = Date.parse(until) - Date.parse(since);
  const leftMs = Date.parse(until) - Date.parse(first.start);
  return leftMs <= lengthMs / 6 ? first.start : null;
}

/** Round numbers from 0 up to or above `most`: 0, 5, 10. */
export function countTicks(most: number): number[] {
  if (most <= 0) return [0];
  const power = 10 ** Math.floor(Math.log10(most / 2));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((size) => most / size <= 3) ?? most);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, at) => at * step);
}

const stepsMs = [1, 5, 10, 15, 30]
  .map((minutes) => minutes * minuteMs)
  .concat(
    [1, 3, 6, 12].map((hours) => hours * hourMs),
    [1, 2, 7, 14, 30].map((days) => days * dayMs),
  );

/** Moments at round local times, at most `maximum` of them, also where clocks are put forward or back in between. */
export function timeTicks(sinceMs: number, untilMs: number, maximum = 6): number[] {
  const stepMs = stepsMs.find((size) => (untilMs - sinceMs) / size <= maximum) ?? 90 * dayMs;
  const ticks: number[] = [];
  // What a clock on the wall shows, as if it were UTC.
  for (let wallMs = Math.ceil(wallOf(sinceMs) / stepMs) * stepMs; ; wallMs += stepMs) {
    const ms = momentOf(wallMs);
    if (ms >= untilMs) return ticks;
    if (ms >= sinceMs && ms > (ticks.at(-1) ?? -Infinity)) ticks.push(ms);
  }
}

const offsetOf = (ms: number): number => new Date(ms).getTimezoneOffset() * minuteMs;
const wallOf = (ms: number): number => ms - offsetOf(ms);
/** Of two moments that a clock shows the same for, the one by the offset of after. */
const momentOf = (wallMs: number): number => wallMs + offsetOf(wallMs + offsetOf(wallMs));

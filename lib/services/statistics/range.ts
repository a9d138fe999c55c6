/** The range that figures are asked for, and the buckets in which it is shown. */
import { AppError } from "../../errors.ts";
import { dayMs, hourMs, minuteMs } from "../../words/duration.ts";

export type RangeQuery = { since?: string | null | undefined; until?: string | null | undefined };
export type Range = { since: Date; until: Date };

const maximumDays = 90;
const bucketSizesMs = [minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs, 6 * hourMs, dayMs];
const maximumBuckets = 100;
/** Rollups by minute are kept for two days. */
const minutesReachMs = 47 * hourMs;

/** From `since` (`usualMs` before the end, unless it is given) to `until` (now). Throws AppError if it is empty, or longer than 90 days. */
export function rangeOf({ since, until }: RangeQuery, nowMs: number, usualMs: number): Range {
  const to = until ? new Date(until) : new Date(nowMs);
  const from = since ? new Date(since) : new Date(to.getTime() - usualMs);
  if (from >= to) throw new AppError("bad_request", "`since` is not before `until`");
  if (to.getTime() - from.getTime() > maximumDays * dayMs + hourMs)
    throw new AppError("bad_request", `The range is longer than ${maximumDays} days`);
  return { since: from, until: to };
}

/** Whether what is counted by minute goes back to that moment. */
export const hasMinutes = (sinceMs: number, nowMs: number): boolean => sinceMs > nowMs - minutesReachMs;

/** The smallest size of buckets, but for those below `finestMs`, of which a hundred at most make up the range. */
export const bucketSizeOf = ({ since, until }: Range, finestMs: number): number =>
  bucketSizesMs.find((sizeMs) => sizeMs >= finestMs && (until.getTime() - since.getTime()) / sizeMs <= maximumBuckets) ?? dayMs;

/**
 * When made-up messages come: much by day, little by night, less at weekends, with ups and downs in between. All of it is
 * told from now backwards, as if now were an afternoon in the middle of the week: the same numbers look the same at any hour.
 */
import { dayMs, hourMs, minuteMs } from "../../lib/words/duration.ts";
import { randomness } from "./random.ts";

const slotMs = 5 * minuteMs;
/** The hour of the day that it is now. */
const hourNow = 14.5;
/** So many days ago it was a Saturday or a Sunday, and every seven before. */
const weekendDaysAgo = [3, 4];
/** Campaigns: much more for a while. */
const rushes: [fromHoursAgo: number, untilHoursAgo: number, times: number][] = [
  [5.5, 4.6, 1.7],
  [29, 27.5, 1.5],
  [102, 99, 1.6],
];

/** Says at which moment so many of a hundred messages have come; `share`: from 0 to 1. */
export function rhythm(startMs: number, nowMs: number): (share: number) => number {
  const random = randomness(7);
  const ends: number[] = [];
  let total = 0;
  for (let atMs = nowMs; atMs > startMs; atMs -= slotMs) ends.push((total += busyness((nowMs - atMs) / hourMs) * (0.7 + 0.6 * random())));
  return (share) => {
    const left = (1 - share) * total;
    const at = firstAbove(ends, left);
    const before = ends[at - 1] ?? 0;
    const within = (left - before) / ((ends[at] ?? total) - before);
    return Math.max(startMs, Math.floor(nowMs - (at + within) * slotMs));
  };
}

function busyness(hoursAgo: number): number {
  const hour = (((hourNow - hoursAgo) % 24) + 24) % 24;
  const daysAgo = Math.floor((hoursAgo + 24 - hourNow) / 24);
  const day = 0.16 + Math.exp(-(((hour - 11.5) / 3.4) ** 2)) + 0.75 * Math.exp(-(((hour - 18.5) / 3) ** 2));
  const weekend = weekendDaysAgo.includes(daysAgo % 7) ? 0.55 : 1;
  const growth = Math.exp((-0.012 * hoursAgo * hourMs) / dayMs);
  const rush = rushes.find(([from, until]) => hoursAgo < from && hoursAgo >= until)?.[2] ?? 1;
  return day * weekend * growth * rush;
}

/** The place of the first that is above; of ascending numbers. */
function firstAbove(numbers: readonly number[], least: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) > least) high = middle;
    else low = middle + 1;
  }
  return low;
}

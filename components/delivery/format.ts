import { grouped } from "../ui/number.ts";
import { dayMs } from "../../lib/words/duration.ts";

/** How the log writes numbers. */
const units: [name: string, ms: number][] = [
  ["d", dayMs],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
];

/** "840 ms", "2.4 s", "3 min", "5 h". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const [name, unit] = units.find(([, size]) => ms >= size) ?? ["s", 1_000];
  return `${Math.round(ms / unit)} ${name}`;
}

/** "in 5 min", or "now" when it is due. */
export const until = (moment: string, nowMs: number): string => {
  const ms = Date.parse(moment) - nowMs;
  return ms < 1_000 ? "now" : `in ${duration(ms)}`;
};

export const counted = ({ count, capped }: { count: number; capped: boolean }): string => `${grouped(count)}${capped ? "+" : ""}`;

/** A URL without what every URL starts with. */
export const shortUrl = (url: string): string => url.replace(/^https?:\/\//, "").replace(/\/$/, "");

export const hostOf = (url: string): string => shortUrl(url).split("/", 1)[0] ?? "";

export const isMoment = (text: string): boolean => !Number.isNaN(Date.parse(text));

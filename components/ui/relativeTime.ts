import { dayMs } from "../../lib/words/duration.ts";

const units = [
  { ms: dayMs, one: "day", many: "days" },
  { ms: 3_600_000, one: "hr.", many: "hr." },
  { ms: 60_000, one: "min.", many: "min." },
  { ms: 1000, one: "sec.", many: "sec." },
] as const;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const farMs = 7 * dayMs;

/**
 * "3 min. ago", "in 2 hr."; beyond a week a date, where the reader is or, if `utc`, in UTC: a server doesn't know where that
 * is. Without the browser's `Intl`, whose first use in a page is slow.
 */
export function relativeTime(atMs: number, nowMs: number, utc = false): string {
  const distanceMs = atMs - nowMs;
  const size = Math.abs(distanceMs);
  if (size < 5000) return distanceMs > 1000 ? "in a moment" : "just now";
  if (size > farMs) return dayOf(new Date(utc ? atMs + new Date(atMs).getTimezoneOffset() * 60_000 : atMs));
  const { ms, one, many } = units.find(({ ms }) => size >= ms) ?? units[3];
  const count = Math.trunc(size / ms);
  const words = `${count} ${count === 1 ? one : many}`;
  return distanceMs < 0 ? `${words} ago` : `in ${words}`;
}

const dayOf = (date: Date): string => `${months[date.getMonth()]} ${date.getDate()}, ${date.getFullYear()}`;

/** "840 ms", "2.4 s", "3 min 20 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const units = [
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
  { unit: "second", ms: 1000 },
] as const;

const farMs = 7 * 86_400_000;

/** "3 minutes ago", "in 2 hours"; a date beyond a week. */
export function relativeTime(atMs: number, nowMs: number, locale = "en"): string {
  const distanceMs = atMs - nowMs;
  const size = Math.abs(distanceMs);
  if (size < 5000) return distanceMs > 1000 ? "in a moment" : "just now";
  if (size > farMs) return new Date(atMs).toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric" });
  const { unit, ms } = units.find(({ ms }) => size >= ms) ?? units[3];
  return new Intl.RelativeTimeFormat(locale, { style: "short" }).format(Math.trunc(distanceMs / ms), unit);
}

/** "840 ms", "2.4 s", "3 min 20 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

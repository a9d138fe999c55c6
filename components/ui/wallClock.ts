import { hourMs } from "../../lib/words/duration.ts";

/** A moment as the reader's clock shows it; with the time zone where the clock, put back, shows the same once more. `options`: with minutes. */
export function wallText(ms: number, options?: Intl.DateTimeFormatOptions): string {
  const shown = (at: number, how = options): string => new Date(at).toLocaleString(undefined, how);
  const isTwice = [-1, -0.5, 0.5, 1].some((hours) => shown(ms + hours * hourMs) === shown(ms));
  return isTwice ? shown(ms, { dateStyle: "short", timeStyle: "long" }) : shown(ms);
}

/** What a clock on the reader's wall shows, which shows an hour twice when it is put back. */
import { hourMs, minuteMs } from "../../lib/words/duration.ts";

/** How far the clock is behind UTC then. */
export const offsetOf = (ms: number): number => new Date(ms).getTimezoneOffset() * minuteMs;

/** The moment in words, with its time zone where the clock shows the same at another moment too. */
export function wallText(ms: number, options: Intl.DateTimeFormatOptions = {}): string {
  const date = new Date(ms);
  const text = date.toLocaleString(undefined, options);
  if (!isShownTwice(ms)) return text;
  const zone = new Intl.DateTimeFormat(undefined, { timeZoneName: "short" })
    .formatToParts(date)
    .find(({ type }) => type === "timeZoneName");
  return `${text} ${zone?.value ?? ""}`;
}

/** No clock is put back by more. */
const farMs = 12 * hourMs;

const isShownTwice = (ms: number): boolean =>
  [ms - farMs, ms + farMs].map(offsetOf).some((offset) => {
    const other = ms - offsetOf(ms) + offset;
    return other !== ms && offsetOf(other) === offset;
  });

/** Moments as machines write them: counted since 1970, or as RFC 3339 has it. */
import { parseTimestamp } from "./request.ts";

/**
 * `either`: seconds or milliseconds, which their length tells apart. `any`: RFC 3339 as well. `utc`: RFC 3339, and without an
 * offset it is UTC.
 */
export type TimeUnit = "s" | "ms" | "either" | "iso" | "utc" | "any";

/** A moment as it is signed (`text`), and in milliseconds since 1970. */
export type Moment = { text: string; ms: number };

/** The moment that a text means. Null: it is no whole moment in this unit. */
export function parseTime(text: string, unit: TimeUnit): Moment | null {
  if (unit === "iso") return parseDate(text);
  if (unit === "utc") return parseDate(text) ?? withText(parseDate(`${text}Z`), text);
  return unit === "any" ? (parseTimestamp(text, "either") ?? parseDate(text)) : parseTimestamp(text, unit);
}

/** A moment in the provider's unit; where several are read, in the most usual one. */
export function writeTime(nowMs: number, unit: TimeUnit): string {
  if (unit === "iso") return new Date(Math.floor(nowMs)).toISOString();
  if (unit === "utc") return writeTime(nowMs, "iso").slice(0, -1);
  return String(unit === "s" || unit === "any" ? Math.floor(nowMs / 1000) : Math.floor(nowMs));
}

export const unitInWords: Record<TimeUnit, string> = {
  s: "in seconds",
  ms: "in milliseconds",
  either: "in milliseconds",
  iso: "as RFC 3339 has it",
  utc: "as RFC 3339 has it",
  any: "in seconds or milliseconds, or as RFC 3339 has it",
};

const withText = (moment: Moment | null, text: string): Moment | null => (moment === null ? null : { ...moment, text });

const pattern = /^(\d{4})-(\d{2})-(\d{2})t(\d{2}:\d{2}:\d{2})(\.\d{1,9})?(z|[+-]\d{2}:?\d{2})$/i;

/**
 * RFC 3339, section 5.6, and the basic offset of ISO 8601 (`+0000`). Without an offset it would be no moment. The end of such
 * a text is fixed, so nothing of what is signed behind it can be taken for a part of it.
 */
function parseDate(text: string): Moment | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [, year = "", month = "", day = "", time = "", fraction = "", offset = ""] = match;
  const zone = /^z$/i.test(offset) ? "Z" : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  const ms = Date.parse(`${year}-${month}-${day}T${time}${fraction.slice(0, 4)}${zone}`);
  // JavaScript makes 2 March of 30 February.
  const exists = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return Number.isNaN(ms) || !exists ? null : { text, ms };
}

/** CSV (RFC 4180) as spreadsheets open it. */
import { byteOrderMark } from "../../byteOrderMark.ts";

type Cell = string | number | boolean | null;

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(",")}\r\n`;

/** `bom`: with the byte order mark, without which Excel takes UTF-8 for the machine's own charset, and umlauts for two letters. */
export const csvHead = (columns: readonly string[], bom: boolean): string => (bom ? byteOrderMark : "") + csvLine(columns);

/**
 * Spreadsheets run what begins like a formula, whoever wrote it; an apostrophe makes it text (OWASP, "CSV Injection"). Where a
 * semicolon separates, as in much of Europe, no quote in the middle of a line counts: a cell begins behind each of those and each line.
 */
export function csvCell(value: Cell): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = value.replaceAll(/(?:^(?=[\t\r\n])|(?<=^|[;\t\r\n]"?)(?=[=+\-@＝＋－＠]))/g, "'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

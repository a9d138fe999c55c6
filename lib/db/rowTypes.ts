/**
 * How PostgreSQL's texts become values: as the driver does it, and faster for the two kinds of which pages are full. The driver
 * reads a moment through regular expressions, which at two a row is a third of what a page costs.
 */
import pg from "pg";

type TypeId = Parameters<typeof pg.types.getTypeParser>[0];

const moment = pg.types.builtins.TIMESTAMPTZ;
/** text[], varchar[], int4[], float8[]. */
const lists = new Set<number>([1009, 1015, 1007, 1022]);

type Parser = (text: string) => unknown;

const usualMoment = pg.types.getTypeParser(moment) as Parser;

/** For a pool's `types`. */
export const rowTypes = {
  getTypeParser(oid: TypeId, format?: "text" | "binary"): Parser {
    const usual = pg.types.getTypeParser(oid, format) as Parser;
    if (format === "binary") return usual;
    if (oid === moment) return parseMoment;
    return lists.has(oid) ? (text) => (text === "{}" ? [] : usual(text)) : usual;
  },
};

/** `2026-11-28 22:48:31.123+00`, as a session in UTC writes it; what looks otherwise is read as ever. */
export function parseMoment(text: string): unknown {
  const { length } = text;
  const isOther = length < 22 || length > 26 || length === 23 || !text.endsWith("+00") || text.charCodeAt(4) !== hyphen;
  // JavaScript takes the first years for those of the century before last.
  if (isOther || text.startsWith("00")) return usualMoment(text);
  const thousandths = length === 22 ? 0 : digits(text, 20, length - 3) * (length === 24 ? 100 : length === 25 ? 10 : 1);
  return new Date(
    Date.UTC(
      digits(text, 0, 4),
      digits(text, 5, 7) - 1,
      digits(text, 8, 10),
      digits(text, 11, 13),
      digits(text, 14, 16),
      digits(text, 17, 19),
      thousandths,
    ),
  );
}

const hyphen = 45;

function digits(text: string, from: number, until: number): number {
  let number = 0;
  for (let i = from; i < until; i++) number = number * 10 + text.charCodeAt(i) - 48;
  return number;
}

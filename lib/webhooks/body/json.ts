/**
 * JSON that keeps its numbers: what a double can't hold (ids of 19 digits, long decimals, 1e400) is a `LosslessNumber`, whose
 * `toString()` are the digits as they stood. All other numbers are numbers. Names such as `__proto__` are names like others.
 *   parseJson('{"id":8202522731445525542,"n":1}')  → { id: LosslessNumber, n: 1 }
 *   scalarText(parsed.id)                          → "8202522731445525542"
 *   stringifyJson(parsed)                          → '{"id":8202522731445525542,"n":1}'
 */
import { LosslessNumber, compareNumber, isLosslessNumber, isNumber, isSafeNumber, parse, stringify } from "lossless-json";

export { LosslessNumber, compareNumber as compareNumbers, isLosslessNumber, isNumber as isNumberText };

/** Throws SyntaxError as JSON.parse does. Linear; text nested too deep for recursion keeps its structure, and its numbers as doubles. */
export const parseJson = (text: string): unknown => exactly(text, JSON.parse(text));

/** `parseJson` for text that has been parsed to `value` before. */
export const exactly = (text: string, value: unknown): unknown => reread(text, value, mayLose, numberOf);

/** `exactly`, with each number as it is written: `1.10` is a version or a price, and another text than `1.1`. */
export const asWritten = (text: string, value: unknown): unknown => reread(text, value, mayReadOtherwise, writtenNumberOf);

function reread(text: string, value: unknown, mayDiffer: RegExp, parseNumber: (digits: string) => unknown): unknown {
  if (!mayDiffer.test(text)) return value;
  try {
    return parse(text, null, { parseNumber, onDuplicateKey: ({ newValue }) => newValue });
  } catch (error) {
    if (error instanceof RangeError) return value;
    throw error;
  }
}

/** Every number as it stands, `5.0` and `1e3` too: to write the JSON in another style. Throws SyntaxError; RangeError, if nested too deep. */
export const parseVerbatim = (text: string): unknown =>
  parse(text, null, { parseNumber: (digits) => new LosslessNumber(digits), onDuplicateKey: ({ newValue }) => newValue });

/** The parsed text. Undefined: it is no JSON. `reread`: how its numbers are. */
export function tryParseJson(text: string, reread = exactly): unknown {
  try {
    return reread(text, JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The JSON of a JSON value. Throws RangeError for what is nested too deep to be written. */
export const stringifyJson = (value: unknown, indent?: number): string => stringify(value, null, indent) ?? "null";

/** A text, number or boolean as text; null: it is none. */
export function scalarText(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" || isLosslessNumber(value) ? String(value) : null;
}

/** Objects and lists: what has parts. */
export const hasParts = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !isLosslessNumber(value);

export const isJsonObject = (value: unknown): value is Record<string, unknown> => hasParts(value) && !Array.isArray(value);

// A number begins behind one of these. Fifteen digits always fit a double, so most JSON never leaves JSON.parse.
const mayLose = /(?:^|[[:,\s])-?(?:\d[\d.]{15}|\d+(?:\.\d+)?[eE])/;

// Besides those: a fraction that ends in zeros, one that JavaScript writes with an exponent, and -0.
const mayReadOtherwise = new RegExp(String.raw`${mayLose.source}|(?:^|[[:,\s])(?:-?\d+\.\d*0(?!\d)|-?0\.0{6}|-0(?![.\d]))`);
const numberOf = (digits: string): number | LosslessNumber => (isSafeNumber(digits) ? Number(digits) : new LosslessNumber(digits));
const writtenNumberOf = (digits: string): number | LosslessNumber =>
  String(Number(digits)) === digits ? Number(digits) : new LosslessNumber(digits);

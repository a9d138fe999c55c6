/**
 * Arrays as PostgreSQL writes them. The driver's own encoder copies every element through two regular expressions,
 * which at thousands of rows a second is most of the cost of a statement.
 */

/** An array of ids, numbers or booleans: values that hold none of PostgreSQL's array syntax. Null stays null. */
export const plainArray = (values: readonly (string | number | bigint | boolean | null)[]): string => {
  let text = "{";
  for (let i = 0; i < values.length; i++) text += (i === 0 ? "" : ",") + (values[i] ?? "NULL");
  return text + "}";
};

/** An array of any text, quoted. Null stays null. */
export const textArray = (values: readonly (string | null)[]): string => {
  let text = "{";
  for (let i = 0; i < values.length; i++) text += (i === 0 ? "" : ",") + quoted(values[i] ?? null);
  return text + "}";
};

/** Pieces of one bytea parameter: `substring($n from start for length)`. `start` counts from 1; null for a null. */
export type Pieces = { bytes: Buffer; starts: (number | null)[]; lengths: (number | null)[] };

/** One parameter in binary instead of an array of hexadecimal text: half the bytes, and no copy of them as a string. */
export function concatenated(buffers: readonly (Buffer | null)[]): Pieces {
  const starts: (number | null)[] = [];
  const lengths: (number | null)[] = [];
  let offset = 1;
  for (const buffer of buffers) {
    starts.push(buffer === null ? null : offset);
    lengths.push(buffer === null ? null : buffer.length);
    offset += buffer?.length ?? 0;
  }
  return { bytes: Buffer.concat(buffers.filter((buffer) => buffer !== null)), starts, lengths };
}

/** JSON of each, as such pieces: inside an array each of its quotes would have to be escaped, and the escape taken out again. */
export function jsonPieces(values: readonly (object | null)[]): Pieces {
  const starts: (number | null)[] = [];
  const lengths: (number | null)[] = [];
  let all = "";
  let offset = 1;
  for (const value of values) {
    const text = value === null ? "" : JSON.stringify(value);
    const bytes = Buffer.byteLength(text);
    starts.push(value === null ? null : offset);
    lengths.push(value === null ? null : bytes);
    all += text;
    offset += bytes;
  }
  return { bytes: Buffer.from(all), starts, lengths };
}

/** SQL: the JSON of a row's piece; null where it has none. */
export const jsonOf = (bytes: string, row: string, name: string): string =>
  `convert_from(substring(${bytes}::bytea from ${row}."${name}Start" for ${row}."${name}Bytes"), 'UTF8')::jsonb`;

const special = /["\\]/;

function quoted(value: string | null): string {
  if (value === null) return "NULL";
  return special.test(value) ? `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"` : `"${value}"`;
}

/** A text as LIKE takes it: its own characters are escaped. */
export const like = (text: string): string => text.replace(/[\\%_]/g, String.raw`\$&`);

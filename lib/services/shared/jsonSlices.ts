/**
 * Finds values in JSON without rewriting them: what a sender wrote is what is stored, sent and signed.
 * All functions expect bytes that JSON.parse has accepted.
 */

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** The bytes of a field of the top-level object; of a repeated field the last, as JSON.parse has it. Null: no such field. */
export function fieldOf(json: Buffer, name: string): Buffer | null {
  let found: Buffer | null = null;
  let at = skipSpace(json, 0);
  if (json[at] !== openBrace) return null;
  at = skipSpace(json, at + 1);
  while (at < json.length && json[at] === quote) {
    const keyEnd = endOfString(json, at);
    const isWanted = isKey(json, at, keyEnd, name);
    // The colon stands behind the key, whatever space is between.
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = endOfValue(json, start);
    if (isWanted) found = json.subarray(start, end);
    at = skipSpace(json, end);
    if (json[at] !== comma) break;
    at = skipSpace(json, at + 1);
  }
  return found;
}

/** The bytes of each element of a top-level array, in order. */
export function elementsOf(json: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let at = skipSpace(json, 0);
  if (json[at] !== openBracket) return found;
  at = skipSpace(json, at + 1);
  while (at < json.length && json[at] !== closeBracket) {
    const end = endOfValue(json, at);
    found.push(json.subarray(at, end));
    at = skipSpace(json, end);
    if (json[at] !== comma) break;
    at = skipSpace(json, at + 1);
  }
  return found;
}

function isKey(json: Buffer, start: number, end: number, name: string): boolean {
  const text = json.toString("utf8", start + 1, end - 1);
  return text.includes("\\") ? JSON.parse(`"${text}"`) === name : text === name;
}

function skipSpace(json: Buffer, from: number): number {
  let at = from;
  for (let byte = json[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = json[at]) at += 1;
  return at;
}

/** The place past the closing quote. */
function endOfString(json: Buffer, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at + 1;
}

/** The place past the value; nesting is counted, not recursed into, so depth costs no stack. */
function endOfValue(json: Buffer, start: number): number {
  const first = json[start];
  if (first === quote) return endOfString(json, start);
  if (first !== openBrace && first !== openBracket) return endOfScalar(json, start);
  let depth = 0;
  let at = start;
  while (at < json.length) {
    const byte = json[at];
    if (byte === quote) {
      at = endOfString(json, at);
      continue;
    }
    at += 1;
    if (byte === openBrace || byte === openBracket) depth += 1;
    else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) break;
  }
  return at;
}

function endOfScalar(json: Buffer, start: number): number {
  let at = start;
  for (let byte = json[at]; byte !== undefined && !endsScalar(byte); byte = json[at]) at += 1;
  return at;
}

const endsScalar = (byte: number): boolean =>
  byte === comma || byte === closeBrace || byte === closeBracket || byte === colon || byte <= 0x20;

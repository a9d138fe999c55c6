/** A payload as filters read it. */

/** Longer ones are doubles like everything else: making a bigint of digits takes the square of their number. */
const maximumDigits = 40;

/**
 * JSON, with integers too big to be exact as a double as bigint. Undefined: it is no JSON. Never throws. Linear.
 */
export function parsePayload(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return /\d{16}/.test(text) ? parseWithBigIntegers(text) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Big integers pass JSON.parse as texts that begin with NUL, and texts that do so anyway get another mark. */
function parseWithBigIntegers(text: string): unknown {
  const marked = text.replace(tokens, (token) => {
    if (token.startsWith('"')) return token.startsWith('"\\u0000') ? `"\\u0000s${token.slice(1)}` : token;
    const isBig = /^-?\d+$/.test(token) && token.length <= maximumDigits && !Number.isSafeInteger(Number(token));
    return isBig ? `"\\u0000i${token}"` : token;
  });
  try {
    return JSON.parse(marked, (_key, value: unknown) => {
      if (typeof value !== "string" || !value.startsWith("\u0000")) return value;
      return value[1] === "i" ? BigInt(value.slice(2)) : value.slice(2);
    });
  } catch (error) {
    // Nested too deep for the second look; the first copes.
    if (error instanceof RangeError) return JSON.parse(text);
    throw error;
  }
}

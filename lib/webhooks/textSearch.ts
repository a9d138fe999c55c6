/** Looking for a text in others, in time that goes with their length, whatever both of them are. */

/** So many comparisons of characters are nothing: whatever the texts are, the language's own search takes no more. */
const few = 50_000;

/** Whether `wanted` is in a text. */
export function searchFor(wanted: string): (text: string) => boolean {
  let fallbacks: Int32Array | null = null;
  return (text) => {
    // The language's own is far faster with most texts, and takes the product of both lengths with some.
    if (wanted.length <= 8 || wanted.length * text.length <= few) return text.includes(wanted);
    return isIn(text, wanted, (fallbacks ??= fallbacksOf(wanted)));
  };
}

/** Knuth, Morris and Pratt: of each beginning, the length of the longest other beginning that it ends with. */
function fallbacksOf(wanted: string): Int32Array {
  const fallbacks = new Int32Array(wanted.length);
  for (let at = 1, length = 0; at < wanted.length; at++)
    fallbacks[at] = length = continued(wanted, fallbacks, length, wanted.charCodeAt(at));
  return fallbacks;
}

function isIn(text: string, wanted: string, fallbacks: Int32Array): boolean {
  for (let at = 0, length = 0; at < text.length; at++) {
    length = continued(wanted, fallbacks, length, text.charCodeAt(at));
    if (length === wanted.length) return true;
  }
  return false;
}

function continued(wanted: string, fallbacks: Int32Array, before: number, code: number): number {
  let length = before;
  while (length > 0 && wanted.charCodeAt(length) !== code) length = fallbacks[length - 1] ?? 0;
  return wanted.charCodeAt(length) === code ? length + 1 : length;
}

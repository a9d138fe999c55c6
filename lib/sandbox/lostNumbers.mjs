/** Numbers of a JSON text that a double does not hold exactly. */
import { tokenOf } from "./jsonIndex.mjs";

/** The tokens of such numbers, by the double that each becomes; null where several become the same. */
export function lostNumbers(index) {
  const lost = new Map();
  for (const token of numbersOf(index)) {
    if (isExact(token)) continue;
    const value = Number(token);
    const before = lost.get(value);
    lost.set(value, before === undefined || before === token ? token : null);
  }
  if (lost.size === 0) return lost;
  for (const token of numbersOf(index)) if (lost.has(Number(token)) && isExact(token)) lost.set(Number(token), null);
  return lost;
}

function* numbersOf(index) {
  for (let node = 0; node < index.count; node++) {
    const first = index.text.charCodeAt(index.start[node]);
    if (first === 0x2d || (first >= 0x30 && first <= 0x39)) yield tokenOf(index, node);
  }
}

/** Whether a double holds the number. Up to 15 digits without an exponent it always does (DBL_DIG of IEEE 754's binary64). */
const isExact = (token) => (token.length <= 15 && !/e/i.test(token)) || normalized(token) === normalized(String(Number(token)));

/** A number as its sign, its digits without zeros at either end, and the power of ten of the last one. */
function normalized(token) {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
  // `Infinity` has no digits.
  if (whole === undefined) return null;
  const digits = whole + fraction;
  let [from, to] = [0, digits.length];
  while (digits[from] === "0") from += 1;
  while (to > from && digits[to - 1] === "0") to -= 1;
  return from === to ? "0" : `${sign}${digits.slice(from, to)}e${Number(exponent) - fraction.length + digits.length - to}`;
}

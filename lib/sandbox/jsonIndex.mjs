/**
 * Where everything stands in a JSON text that a parser has accepted: its values numbered in the order in which they
 * begin, in flat arrays beside the heap, which in this process is small. Linear, and without recursion.
 */

const quote = 0x22;
const openBrace = 0x7b;
const openBracket = 0x5b;

/**
 * Indexes a JSON text. Value `i` is the text from `start[i]` to `end[i]`; `after[i]` is the next one that is not inside of it; `size[i]`
 * counts its members or elements; of a member's value the name stands from `keyStart[i]` to `keyEnd[i]`.
 * `isOdd[i]`: an object whose members JavaScript would not keep as they stand: names that look like positions, or that
 * are given more than once. `hasInfinite`: a number is too big for a double.
 */
export function indexJson(text) {
  const most = countOf(text);
  const [start, end, after, size, keyStart, keyEnd] = Array.from({ length: 6 }, () => new Int32Array(most));
  const index = {
    text,
    count: 0,
    start,
    end,
    after,
    size,
    keyStart,
    keyEnd,
    isOdd: new Uint8Array(most),
    hasInfinite: false,
  };
  /** The containers around the current place, the innermost last; for objects, what is known of their names. */
  const around = [];
  let inside = null;
  let at = 0;
  let key = -1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === 0x2c || code === 0x3a) {
      at += 1;
      continue;
    }
    if (code === 0x7d || code === 0x5d) {
      at += 1;
      end[inside.node] = at;
      after[inside.node] = index.count;
      around.pop();
      inside = around.at(-1) ?? null;
      continue;
    }
    if (code === quote && key < 0 && inside !== null && inside.names !== null) {
      key = at;
      at = endOfString(text, at);
      noteName(index, inside, text.slice(key, at));
      keyStart[index.count] = key;
      keyEnd[index.count] = at;
      continue;
    }
    const node = index.count++;
    key = -1;
    start[node] = at;
    if (inside !== null) size[inside.node] += 1;
    if (code === openBrace || code === openBracket) {
      inside = { node, names: code === openBrace ? new Set() : null };
      around.push(inside);
      at += 1;
      continue;
    }
    at = code === quote ? endOfString(text, at) : endOfScalar(text, at);
    end[node] = at;
    after[node] = node + 1;
    index.hasInfinite ||= code !== quote && isInfinite(text.slice(start[node], at));
  }
  return index;
}

export const isObject = (index, node) => index.text.charCodeAt(index.start[node]) === openBrace;
export const isContainer = (index, node) => isObject(index, node) || index.text.charCodeAt(index.start[node]) === openBracket;
export const tokenOf = (index, node) => index.text.slice(index.start[node], index.end[node]);
export const keyTokenOf = (index, node) => index.text.slice(index.keyStart[node], index.keyEnd[node]);
export const keyOf = (index, node) => textIn(keyTokenOf(index, node));

/** The values directly inside a container, as they stand. */
export function* childrenOf({ after }, node) {
  for (let child = node + 1; child < after[node]; child = after[child]) yield child;
}

/** An object's values by name, in the order in which JavaScript has the names. */
export function membersOf(index, node) {
  const members = new Map();
  for (const child of childrenOf(index, node)) {
    const key = keyOf(index, child);
    const before = members.get(key);
    if (before === undefined) members.set(key, [child]);
    else before.push(child);
  }
  if (index.isOdd[node] === 0) return members;
  const positions = [...members].filter(([key]) => isPosition(key)).sort(([one], [other]) => Number(one) - Number(other));
  return new Map([...positions, ...[...members].filter(([key]) => !isPosition(key))]);
}

/** ECMAScript's array index: an object has such names first, and by their size, whatever the order in which they came. */
export const isPosition = (key) => /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 4_294_967_295;

/** The same JSON without white space between its tokens. */
export const withoutSpace = (json) => json.replaceAll(/("[^"\\]*(?:\\.[^"\\]*)*")|[\t\n\r ]+/g, "$1");

const textIn = (token) => (token.includes("\\") ? JSON.parse(token) : token.slice(1, -1));

function noteName(index, { node, names }, token) {
  const key = textIn(token);
  if (names.has(key) || isPosition(key)) index.isOdd[node] = 1;
  names.add(key);
}

/** Whether a number is too big for a double: only with an exponent, or with more digits than the greatest double has. */
const isInfinite = (token) => (token.length > 308 || token.includes("e") || token.includes("E")) && Math.abs(Number(token)) === Infinity;

/** At least the number of values: each has an opening or a comma before it, but for the first. */
function countOf(text) {
  let count = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x2c || code === openBrace || code === openBracket) count += 1;
  }
  return count;
}

/** The place behind a text's closing quote. */
function endOfString(text, from) {
  let at = from;
  do {
    at = text.indexOf('"', at + 1);
    if (at < 0) return text.length;
  } while (isEscaped(text, at));
  return at + 1;
}

function isEscaped(text, at) {
  let before = at;
  while (text.charCodeAt(before - 1) === 0x5c) before -= 1;
  return (at - before) % 2 === 1;
}

function endOfScalar(text, from) {
  let at = from + 1;
  for (let code = text.charCodeAt(at); code > 0x20 && code !== 0x2c && code !== 0x7d && code !== 0x5d; code = text.charCodeAt(at)) at += 1;
  return at;
}

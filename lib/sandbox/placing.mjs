/**
 * For each value that code made of a source, which of the source's values it is. The engine tells for objects and lists,
 * wherever the code has put them; otherwise the path does. What is found out about the source is kept, so that a small
 * output can't cause much work.
 */
import { childrenOf, isContainer, isObject, keyOf, keyTokenOf, membersOf, tokenOf } from "./jsonIndex.mjs";

/** Only the values of longer tokens are kept: shorter ones are read faster than looked up. */
const keptLength = 64;

/** A source's index, with what has been found out about it. */
export class Known {
  #members = new Map();
  #scalars = new Map();
  #values = new Map();

  constructor(index) {
    this.index = index;
  }

  /** The same as `membersOf` of the index, kept. */
  membersOf(node) {
    return kept(this.#members, node, () => membersOf(this.index, node));
  }

  /** A scalar's value. */
  valueOf(node) {
    const token = tokenOf(this.index, node);
    return token.length <= keptLength ? JSON.parse(token) : kept(this.#values, node, () => JSON.parse(token));
  }

  /** A list's scalars by value, and whether all of one value have the same token. */
  scalarsOf(node) {
    return kept(this.#scalars, node, () => {
      const grouped = scalarsIn(this.index, node, (child) => this.valueOf(child));
      return new Map(
        [...grouped].map(([value, nodes]) => {
          const token = tokenOf(this.index, nodes[0]);
          return [value, { nodes, isOne: nodes.every((one) => tokenOf(this.index, one) === token) }];
        }),
      );
    });
  }
}

/**
 * Two lists with an entry for each value of `made`: `match`: the source's value that it is, unchanged if it is a scalar;
 * `place`: the source's value at the same place, whatever became of it; -1: none. `originOf`: what the engine says of the nth
 * container; -1: nothing. `valueOf`: a scalar's value.
 */
export function placed(known, made, originOf, valueOf) {
  const { index } = known;
  const place = new Int32Array(made.count).fill(-1);
  const match = new Int32Array(made.count).fill(-1);
  let container = 0;
  place[0] = 0;
  for (let node = 0; node < made.count; node++) {
    if (!isContainer(made, node)) {
      if (place[node] >= 0 && isSame(known, place[node], made, node, valueOf)) match[node] = place[node];
      continue;
    }
    const said = originOf(container++);
    const origin = said < 0 ? place[node] : said;
    if (origin < 0 || !isContainer(index, origin) || isObject(index, origin) !== isObject(made, node)) continue;
    match[node] = origin;
    if (isObject(made, node)) placeMembers(known, made, node, origin, place);
    else if (made.size[node] === index.size[origin]) placeElements(known, made, node, origin, place);
    else placeFewOrMore(known, made, node, origin, place, valueOf);
  }
  return { match, place };
}

/** A list with 1 for each value of `made` that stands where the source has it, with all that is in it and nothing else. */
export function unchanged(known, made, { match, place }) {
  const same = new Uint8Array(made.count);
  for (let node = made.count - 1; node >= 0; node--)
    if (match[node] >= 0 && (!isContainer(made, node) || hasAll(known, made, node, match[node]))) same[node] = 1;
  return same;

  function hasAll({ index }, { size }, container, origin) {
    const members = index.isOdd[origin] === 1 ? known.membersOf(origin) : null;
    if (size[container] !== (members === null ? index.size[origin] : members.size)) return false;
    const values = members?.values();
    let next = origin + 1;
    for (const child of childrenOf(made, container)) {
      const expected = values === undefined ? next : values.next().value.at(-1);
      if (same[child] !== 1 || match[child] !== expected || place[child] !== expected) return false;
      next = index.after[expected];
    }
    return true;
  }
}

function isSame(known, origin, made, node, valueOf) {
  if (isContainer(known.index, origin)) return false;
  // Zero is zero, whatever its sign.
  return tokenOf(known.index, origin) === tokenOf(made, node) || known.valueOf(origin) === valueOf(node);
}

function placeMembers(known, made, node, origin, place) {
  const { index } = known;
  // Most objects still have their members as they came.
  let next = index.isOdd[origin] === 0 ? origin + 1 : index.after[origin];
  for (const child of childrenOf(made, node)) {
    if (next < index.after[origin] && keyTokenOf(index, next) === keyTokenOf(made, child)) {
      place[child] = next;
      next = index.after[next];
    } else place[child] = known.membersOf(origin).get(keyOf(made, child))?.at(-1) ?? -1;
  }
}

function placeElements({ index }, made, node, origin, place) {
  let next = origin + 1;
  for (const child of childrenOf(made, node)) {
    place[child] = next;
    next = index.after[next];
  }
}

/** Places a list's elements when some have come or gone: the second 5 is the source's second 5 only if there are as many as there were. */
function placeFewOrMore(known, made, node, origin, place, valueOf) {
  const before = known.scalarsOf(origin);
  for (const [value, nodes] of scalarsIn(made, node, valueOf)) {
    const all = before.get(value);
    if (all === undefined || !(all.isOne || all.nodes.length === nodes.length)) continue;
    for (const [i, child] of nodes.entries()) place[child] = all.nodes[all.isOne ? 0 : i];
  }
}

function scalarsIn(index, node, valueOf) {
  const scalars = new Map();
  for (const child of childrenOf(index, node)) {
    if (isContainer(index, child)) continue;
    kept(scalars, valueOf(child), () => []).push(child);
  }
  return scalars;
}

function kept(map, key, make) {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

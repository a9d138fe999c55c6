/**
 * Writes what people's code made of a JSON text so that what it left alone keeps its own tokens and places. JavaScript
 * loses both: digits beyond a double, `1.0`, names that look like positions, names given twice. Numbers, texts and names
 * that still say what the source says at the same place are the source's own tokens.
 * Linear in source and output, and without recursion. It trusts nothing that comes from the code: a token is used only
 * for a value that equals it.
 */
import { randomBytes } from "node:crypto";
import { childrenOf, indexJson, isContainer, isObject, isPosition, keyOf, keyTokenOf, tokenOf, withoutSpace } from "./jsonIndex.mjs";
import { lostNumbers } from "./lostNumbers.mjs";
import { Known, placed, unchanged } from "./placing.mjs";

/** Texts with more values are not traced, and the path alone tells the place: tracing costs the engine a microsecond a value. */
const tracedValues = 100_000;

export class TooLong extends Error {}

/** Longer texts are not compared: their values beside the text would take too much of this process's memory. */
const comparedLength = 1_048_576;

/** Opens JSON `text` that the engine has accepted. Null: JSON.stringify writes its values as they came, so there is nothing to keep. */
export function openSource(text) {
  const compact = withoutSpace(text);
  return compact.length <= comparedLength && isWrittenAs(compact) ? null : new Source(indexJson(compact));
}

function isWrittenAs(json) {
  try {
    return JSON.stringify(JSON.parse(json)) === json;
  } catch {
    // The text is nested too deep for JSON.stringify, which is recursive.
    return false;
  }
}

class Source {
  /** What stands for infinite numbers in the JSON that the engine writes: texts that nobody can guess. */
  infinite = { positive: unguessable(), negative: unguessable() };
  #index;
  #known;
  #lost = null;
  /** The value's number here, by the number that the prelude gave to the same container. */
  #containers;

  constructor(index) {
    this.#index = index;
    this.#known = new Known(index);
    this.hasInfinite = index.hasInfinite;
    this.isTraced = index.count <= tracedValues;
    this.#containers = this.isTraced ? this.#numbered() : new Int32Array(0);
  }

  /**
   * Writes `json`, which the code made. `origins`: for each of its objects and lists, as they begin, which of the source's it
   * is; -1: none. Null: the text is what it was. Throws TooLong.
   */
  rewrite(json, origins, maximumLength) {
    const made = indexJson(json);
    const infinite = new Map([
      [`"${this.infinite.positive}"`, Infinity],
      [`"${this.infinite.negative}"`, -Infinity],
    ]);
    const valueOf = (node) => infinite.get(tokenOf(made, node)) ?? JSON.parse(tokenOf(made, node));
    const isTold = origins.length === containersIn(made);
    const places = placed(this.#known, made, (container) => (isTold ? (this.#containers[origins[container]] ?? -1) : -1), valueOf);
    const same = unchanged(this.#known, made, places);
    return same[0] === 1 ? null : this.#write({ made, ...places, same, valueOf }, maximumLength);
  }

  /** The source's containers, in the order in which the prelude numbers them. */
  #numbered() {
    const containers = [];
    const left = [0];
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      containers.push(node);
      for (const child of this.#seenIn(node)) if (isContainer(this.#index, child)) left.push(child);
    }
    return Int32Array.from(containers);
  }

  /** The values that JavaScript sees in a container, in its order. */
  #seenIn(node) {
    if (this.#index.isOdd[node] === 0) return childrenOf(this.#index, node);
    return [...this.#known.membersOf(node).values()].map((nodes) => nodes.at(-1));
  }

  #write(state, maximumLength) {
    const { made, match, same, valueOf } = state;
    const parts = [];
    let length = 0;
    /** Texts and values that are still to be written, the next one last. */
    const left = [0];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      if (typeof next === "string") {
        length += next.length;
        if (length > maximumLength) throw new TooLong();
        parts.push(next);
      } else if (same[next] === 1) left.push(tokenOf(this.#index, match[next]));
      else if (!isContainer(made, next)) left.push(this.#scalarText(tokenOf(made, next), valueOf(next)));
      else pushReversed(left, isObject(made, next) ? this.#objectParts(next, state) : listParts(made, next));
    }
    return parts.join("");
  }

  /** A number that has lost digits, and stands elsewhere, still has them if only one number of the source can be meant. */
  #scalarText(token, value) {
    if (typeof value !== "number") return token;
    this.#lost ??= lostNumbers(this.#index);
    return this.#lost.get(value) ?? (Number.isFinite(value) ? token : "null");
  }

  #objectParts(node, { made, match, place, same }) {
    const origin = match[node];
    const isOdd = origin >= 0 && this.#index.isOdd[origin] === 1;
    const items = [...childrenOf(made, node)].map((child) => {
      const key = keyOf(made, child);
      if (place[child] < 0) return { key, at: -1, parts: [keyTokenOf(made, child), ":", child] };
      const all = isOdd ? this.#known.membersOf(origin).get(key) : [place[child]];
      const isRepeated = all.length > 1 && same[child] === 1 && match[child] === place[child];
      if (!isRepeated) return { key, at: all[0], parts: [keyTokenOf(this.#index, all[0]), ":", child] };
      const [first, ...repetitions] = all.map((one) => this.#asItStands(key, one));
      return { ...first, repetitions };
    });
    const isMixed = isOdd || (origin >= 0 && items.some(({ key }) => isPosition(key)));
    const inOrder = isMixed ? inPlace(items) : items;
    return ["{", ...inOrder.flatMap(({ parts }, i) => (i === 0 ? parts : [",", ...parts])), "}"];
  }

  #asItStands(key, node) {
    return { key, at: node, parts: [keyTokenOf(this.#index, node), ":", tokenOf(this.#index, node)] };
  }
}

const unguessable = () => randomBytes(16).toString("hex");

const listParts = (made, node) => ["[", ...[...childrenOf(made, node)].flatMap((child, i) => (i === 0 ? [child] : [",", child])), "]"];

/**
 * The order of an object's members: words in the code's own order, and those that JavaScript moved or dropped (names that
 * look like positions, repeated names) behind what stood before them in the source. `at`: the place there, -1: none.
 */
function inPlace(items) {
  const words = items.filter(({ key }) => !isPosition(key));
  const positions = items.filter(({ key, at }) => isPosition(key) && at >= 0);
  const bound = [...positions, ...items.flatMap(({ repetitions }) => repetitions ?? [])];
  const isBound = new Set(bound);
  const head = [];
  const behind = new Map(words.map((word) => [word, []]));
  let last = head;
  for (const item of [...words.filter(({ at }) => at >= 0), ...bound].sort((one, other) => one.at - other.at))
    if (isBound.has(item)) last.push(item);
    else last = behind.get(item);
  const added = items.filter(({ key, at }) => isPosition(key) && at < 0);
  return [...head, ...words.flatMap((word) => [word, ...behind.get(word)]), ...added];
}

function pushReversed(left, parts) {
  for (let i = parts.length - 1; i >= 0; i--) left.push(parts[i]);
}

function containersIn(index) {
  let count = 0;
  for (let node = 0; node < index.count; node++) if (isContainer(index, node)) count += 1;
  return count;
}

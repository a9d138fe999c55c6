/**
 * Regular expressions that other people wrote, tested in time proportional to the text: a Thompson automaton that is in
 * all of its states at once (R. Cox, "Regular Expression Matching Can Be Simple And Fast", 2007) and so never goes back.
 * What needs going back, references to groups and looking around, is refused. A single character's class is asked of the
 * language's own engine, so that classes mean exactly what they do in JavaScript.
 */

export class PatternError extends Error {}

/** `steps` counts the work, for who wants to limit it. */
export type LinearRegExp = { test(text: string, count?: (steps: number) => void): boolean };

const maximumStates = 1000;
const maximumRepeats = 500;

/** Throws a PatternError for what is no pattern, is too large, or can't be tested in linear time. */
export function linearRegExp(pattern: string): LinearRegExp {
  const flags = isPattern(pattern, "u") ? "u" : "";
  if (flags === "" && !isPattern(pattern, "")) throw new PatternError("It is no regular expression");
  const states: State[] = [];
  const start = build(new Parser(pattern, flags).parse(), states, addState(states, { kind: "match" }));
  return { test: (text, count) => run(states, start, flags === "u" ? codePoints(text) : codeUnits(text), count) };
}

function isPattern(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags) instanceof RegExp;
  } catch {
    return false;
  }
}

type Predicate = (code: number) => boolean;
type Assertion = "start" | "end" | "boundary" | "noBoundary";

type Node =
  | { kind: "empty" }
  | { kind: "one"; matches: Predicate }
  | { kind: "assert"; assertion: Assertion }
  | { kind: "sequence"; nodes: Node[] }
  | { kind: "either"; nodes: Node[] }
  | { kind: "repeat"; node: Node; least: number; most: number };

type State =
  | { kind: "match" }
  | { kind: "one"; matches: Predicate; next: number }
  | { kind: "assert"; assertion: Assertion; next: number }
  | { kind: "split"; next: number[] };

/** Parses patterns that the language's own engine has found to be well formed. */
class Parser {
  readonly #pattern: string;
  readonly #flags: string;
  #at = 0;

  constructor(pattern: string, flags: string) {
    this.#pattern = pattern;
    this.#flags = flags;
  }

  parse(): Node {
    const nodes = [this.#sequence()];
    while (this.#take("|")) nodes.push(this.#sequence());
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { kind: "either", nodes };
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    while (this.#at < this.#pattern.length && !this.#sees("|") && !this.#sees(")")) nodes.push(this.#repeated(this.#atom()));
    return { kind: "sequence", nodes };
  }

  #repeated(node: Node): Node {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.#rest());
    if (found === null) return node;
    this.#at += found[0].length;
    const [text, least = "", comma, most = ""] = found;
    const [from, to] =
      text[0] === "*"
        ? [0, Infinity]
        : text[0] === "+"
          ? [1, Infinity]
          : text[0] === "?"
            ? [0, 1]
            : [Number(least), comma === "" ? Number(least) : most === "" ? Infinity : Number(most)];
    if (from > maximumRepeats || (to !== Infinity && to > maximumRepeats))
      throw new PatternError(`It repeats something more than ${maximumRepeats} times`);
    return { kind: "repeat", node, least: from, most: to };
  }

  #atom(): Node {
    if (this.#take("^")) return { kind: "assert", assertion: "start" };
    if (this.#take("$")) return { kind: "assert", assertion: "end" };
    if (this.#take("\\b")) return { kind: "assert", assertion: "boundary" };
    if (this.#take("\\B")) return { kind: "assert", assertion: "noBoundary" };
    if (this.#take("(")) return this.#group();
    if (/^\\(?:[1-9]|k<)/.test(this.#rest())) throw new PatternError("It refers back to a group, which takes more than linear time");
    const source = this.#character();
    this.#at += source.length;
    return { kind: "one", matches: predicate(source, this.#flags) };
  }

  #group(): Node {
    if (/^\?<?[=!]/.test(this.#rest())) throw new PatternError("It looks ahead or behind, which takes more than linear time");
    this.#at += /^(?:\?:|\?<[^>]*>)?/.exec(this.#rest())?.[0].length ?? 0;
    const inside = this.parse();
    this.#take(")");
    return inside;
  }

  /** The source of one character: a class, an escape, or the character itself. */
  #character(): string {
    const rest = this.#rest();
    const escape = /^\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}(?:\\u[0-9a-f]{4})?|x[0-9a-f]{2}|c[a-z]|[pP]\{[^}]*\}|[^])/iu;
    const found = rest.startsWith("[")
      ? /^\[(?:\\[^]|[^\]\\])*\]/
      : rest.startsWith("\\")
        ? escape
        : this.#flags === "u"
          ? /^[^]/u
          : /^[^]/;
    const source = found.exec(rest)?.[0] ?? rest.slice(0, 1);
    // Two \u escapes are one character only as the halves of a pair.
    const isTwo = /^\\u[0-9a-f]{4}\\u/i.test(source) && !(this.#flags === "u" && /^\\ud[89ab]..\\ud[c-f]/i.test(source));
    return isTwo ? source.slice(0, 6) : source;
  }

  #rest(): string {
    return this.#pattern.slice(this.#at);
  }

  #sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += text.length;
    return true;
  }
}

function predicate(source: string, flags: string): Predicate {
  const literal = /^[{}\]]$/.test(source) ? `\\${source}` : source;
  const expression = new RegExp(`^${literal}$`, flags);
  const known = new Map<number, boolean>();
  return (code) => {
    const before = known.get(code);
    if (before !== undefined) return before;
    const matches = expression.test(flags === "u" ? String.fromCodePoint(code) : String.fromCharCode(code));
    if (known.size < 4096) known.set(code, matches);
    return matches;
  };
}

function addState(states: State[], state: State): number {
  if (states.length >= maximumStates) throw new PatternError(`It is too large: more than ${maximumStates} states`);
  return states.push(state) - 1;
}

/** Adds the node's states in front of `next`; answers the first of them. */
function build(node: Node, states: State[], next: number): number {
  switch (node.kind) {
    case "empty":
      return next;
    case "one":
      return addState(states, { kind: "one", matches: node.matches, next });
    case "assert":
      return addState(states, { kind: "assert", assertion: node.assertion, next });
    case "sequence":
      return node.nodes.reduceRight((after, one) => build(one, states, after), next);
    case "either":
      return addState(states, { kind: "split", next: node.nodes.map((one) => build(one, states, next)) });
    case "repeat":
      return buildRepeat(node, states, next);
  }
}

function buildRepeat({ node, least, most }: Extract<Node, { kind: "repeat" }>, states: State[], next: number): number {
  let first = next;
  if (most === Infinity) {
    const loop: State = { kind: "split", next: [next] };
    first = addState(states, loop);
    loop.next.push(build(node, states, first));
  } else for (let i = least; i < most; i++) first = addState(states, { kind: "split", next: [next, build(node, states, first)] });
  for (let i = 0; i < least; i++) {
    const repeated = build(node, states, first);
    // What is empty is empty however often: repeats of repeats of it would take forever.
    if (repeated === first) break;
    first = repeated;
  }
  return first;
}

function run(states: State[], start: number, codes: number[], count?: (steps: number) => void): boolean {
  let current: number[] = [];
  const marks = new Int32Array(states.length).fill(-1);
  for (let at = 0; at <= codes.length; at++) {
    // A match may begin anywhere.
    current.push(start);
    const { reached, isMatch, steps } = closure(states, current, marks, codes, at);
    count?.(steps);
    if (isMatch) return true;
    const code = codes[at];
    if (code === undefined) return false;
    current = reached.flatMap(({ matches, next }) => (matches(code) ? [next] : []));
  }
  return false;
}

type Consuming = Extract<State, { kind: "one" }>;

/** All states that are reached without taking a character. `marks`: at which place a state was last reached. */
function closure(states: State[], from: number[], marks: Int32Array, codes: number[], at: number) {
  const reached: Consuming[] = [];
  const pending = [...from];
  let steps = 0;
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    steps++;
    if (marks[index] === at) continue;
    marks[index] = at;
    const state = states[index];
    if (state === undefined) continue;
    if (state.kind === "match") return { reached, isMatch: true, steps };
    if (state.kind === "one") reached.push(state);
    else if (state.kind === "split") pending.push(...state.next);
    else if (holds(state.assertion, codes, at)) pending.push(state.next);
  }
  return { reached, isMatch: false, steps };
}

function holds(assertion: Assertion, codes: number[], at: number): boolean {
  switch (assertion) {
    case "start":
      return at === 0;
    case "end":
      return at === codes.length;
    case "boundary":
      return isWord(codes[at - 1]) !== isWord(codes[at]);
    case "noBoundary":
      return isWord(codes[at - 1]) === isWord(codes[at]);
  }
}

const isWord = (code: number | undefined): boolean => code !== undefined && code < 128 && /\w/.test(String.fromCharCode(code));

const codePoints = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);
const codeUnits = (text: string): number[] => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

/** JSON as lines that fold: which of them a line is in, what its place is called, what stands there, where a text is found. */
import { deepestIndent, indentJson, laidOut } from "../form/prettyJson.ts";

/** Lines as places in the JSON: of a megabyte a hundred thousand, of which few are ever seen. */
export type JsonLines = {
  json: string;
  /** Where each line begins and ends in the JSON. */
  starts: readonly number[];
  stops: readonly number[];
  depths: readonly number[];
  /** Of each line the one that opens what it is in; -1: it is in nothing. */
  parents: readonly number[];
  /** Of a line that opens something the one that closes it, of every other itself. */
  ends: readonly number[];
};

/** `json`: what JSON.parse accepts. */
export function linesOf(json: string): JsonLines {
  const lines = {
    json,
    starts: [] as number[],
    stops: [] as number[],
    depths: [] as number[],
    parents: [] as number[],
    ends: [] as number[],
  };
  const open: number[] = [];
  let [start, at] = [-1, 0];
  const begin = () => {
    if (start >= 0) return;
    start = at;
    lines.depths.push(open.length);
    lines.parents.push(open.at(-1) ?? -1);
    lines.ends.push(lines.starts.length);
  };
  const end = () => {
    if (start < 0) return;
    lines.starts.push(start);
    lines.stops.push(at);
    start = -1;
  };
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (isSpace(code)) at++;
    else if (code === openBrace || code === openBracket) {
      begin();
      const next = afterSpace(json, at + 1);
      // Braces are two characters apart, and so are brackets.
      if (json.charCodeAt(next) === code + 2) at = next + 1;
      else {
        at++;
        open.push(lines.starts.length);
        end();
      }
    } else if (code === closeBrace || code === closeBracket) {
      end();
      const opener = open.pop();
      begin();
      if (opener !== undefined) lines.ends[opener] = lines.starts.length;
      at++;
    } else if (code === comma) {
      at++;
      end();
    } else {
      begin();
      at = code === quote ? afterText(json, at) : at + 1;
    }
  }
  end();
  return lines;
}

const [openBrace, closeBrace, openBracket, closeBracket, comma, colon, quote, backslash] = [0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a, 0x22, 0x5c];

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

function afterSpace(json: string, from: number): number {
  let at = from;
  while (isSpace(json.charCodeAt(at))) at++;
  return at;
}

/** Behind the quote that ends the text which begins here. */
function afterText(json: string, from: number): number {
  let at = from + 1;
  for (let code = json.charCodeAt(at); code !== quote && at < json.length; code = json.charCodeAt(at)) at += code === backslash ? 2 : 1;
  return at + 1;
}

export const countOf = ({ starts }: JsonLines): number => starts.length;

/** A line as it is shown. "": there is none. */
export const textOf = (lines: JsonLines, at: number): string =>
  " ".repeat(indentOf(lines, at)) + laidOut(lines.json.slice(lines.starts[at] ?? 0, lines.stops[at] ?? 0));

const indentOf = ({ depths }: JsonLines, at: number): number => 2 * Math.min(depths[at] ?? 0, deepestIndent);

/** The lines without their indents, made once: who searches goes on typing. */
function textsOf(lines: JsonLines): readonly string[] {
  const made = texts.get(lines) ?? lines.starts.map((start, at) => laidOut(lines.json.slice(start, lines.stops[at])));
  texts.set(lines, made);
  return made;
}

const texts = new WeakMap<JsonLines, readonly string[]>();

export const opens = ({ ends }: JsonLines, at: number): boolean => ends[at] !== at;

/** The lines that are to be seen while some are folded, in their order. */
export function seenLines({ ends }: JsonLines, folded: ReadonlySet<number>): Int32Array {
  const seen = new Int32Array(ends.length);
  let count = 0;
  for (let at = 0; at < ends.length; at++) {
    seen[count++] = at;
    if (folded.has(at)) at = ends[at] ?? at;
  }
  return seen.subarray(0, count);
}

/** The openers that a line is in, the innermost first. */
export function around({ parents }: JsonLines, at: number): number[] {
  const openers: number[] = [];
  for (let opener = parents[at] ?? -1; opener >= 0; opener = parents[opener] ?? -1) openers.push(opener);
  return openers;
}

/** The name that a line begins with, quotes and all, and where the value behind it begins. `name` null: it has none. */
function namedIn({ json, starts }: JsonLines, at: number): { name: string | null; from: number } {
  const from = starts[at] ?? 0;
  if (json.charCodeAt(from) !== quote) return { name: null, from };
  const end = afterText(json, from);
  const next = afterSpace(json, end);
  return json.charCodeAt(next) === colon ? { name: json.slice(from, end), from: afterSpace(json, next + 1) } : { name: null, from };
}

/** Of a line that closes something the one that opens it. */
export function openerOf(lines: JsonLines, at: number): number {
  const { ends } = lines;
  const first = lines.json.charCodeAt(lines.starts[at] ?? 0);
  if (first !== closeBrace && first !== closeBracket) return at;
  for (let opener = at - 1; opener >= 0; opener--) if (ends[opener] === at) return opener;
  return at;
}

/** As JSONPath has it: `$.lines[0].sku`, `$["a.b"]`. */
export function pathOf(lines: JsonLines, at: number): string {
  const start = openerOf(lines, at);
  const places = [start, ...around(lines, start)].toReversed().slice(1);
  return `$${places.map((place) => stepOf(lines, place)).join("")}`;
}

function stepOf(lines: JsonLines, at: number): string {
  const { parents, ends } = lines;
  const { name } = namedIn(lines, at);
  if (name !== null) return /^"[A-Za-z_$][\w$]*"$/.test(name) ? `.${name.slice(1, -1)}` : `[${name}]`;
  let index = 0;
  for (let sibling = (parents[at] ?? -1) + 1; sibling < at; sibling = (ends[sibling] ?? sibling) + 1) index++;
  return `[${index}]`;
}

/** The JSON that begins in a line, laid out. */
export function valueOf(lines: JsonLines, at: number): string {
  const start = openerOf(lines, at);
  return indentJson(lines.json.slice(namedIn(lines, start).from, lines.stops[lines.ends[start] ?? start]).replace(/,$/, ""));
}

export type Match = { line: number; from: number };

const maximumMatches = 10_000;

/** Where a text stands, in whatever case; the first ten thousand places. */
export function find(lines: JsonLines, text: string): Match[] {
  const wanted = text.toLowerCase();
  const matches: Match[] = [];
  if (wanted === "") return matches;
  for (const [line, one] of textsOf(lines).entries()) {
    const lower = one.toLowerCase();
    for (let from = lower.indexOf(wanted); from >= 0; from = lower.indexOf(wanted, from + wanted.length)) {
      matches.push({ line, from: indentOf(lines, line) + from });
      if (matches.length === maximumMatches) return matches;
    }
  }
  return matches;
}

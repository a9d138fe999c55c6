/** JSON as lines that fold: which of them a line is in, what its place is called, what stands there, where a text is found. */
import { indentJson } from "../form/prettyJson.ts";

export type JsonLines = {
  texts: readonly string[];
  /** Of each line the one that opens what it is in; -1: it is in nothing. */
  parents: Int32Array;
  /** Of a line that opens something the one that closes it, of every other itself. */
  ends: Int32Array;
};

/** `json`: what JSON.parse accepts. */
export function linesOf(json: string): JsonLines {
  const texts = indentJson(json).split("\n");
  const parents = new Int32Array(texts.length);
  const ends = new Int32Array(texts.length);
  const open: number[] = [];
  for (const [at, text] of texts.entries()) {
    const first = text.charCodeAt(indentOf(text));
    const opener = first === closeBrace || first === closeBracket ? open.pop() : undefined;
    if (opener !== undefined) ends[opener] = at;
    parents[at] = open.at(-1) ?? -1;
    ends[at] = at;
    const last = text.charCodeAt(text.length - 1);
    if (last === openBrace || last === openBracket) open.push(at);
  }
  return { texts, parents, ends };
}

const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

const indentOf = (text: string): number => {
  let at = 0;
  while (text.charCodeAt(at) === 0x20) at++;
  return at;
};

export const opens = ({ ends }: JsonLines, at: number): boolean => ends[at] !== at;

/** The lines that are to be seen while some are folded, in their order. */
export function seenLines({ texts, ends }: JsonLines, folded: ReadonlySet<number>): Int32Array {
  const seen = new Int32Array(texts.length);
  let count = 0;
  for (let at = 0; at < texts.length; at++) {
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

const named = /^ *("(?:[^"\\]|\\.)*"): /;

/** Of a line that closes something the one that opens it. */
export function openerOf({ texts, ends }: JsonLines, at: number): number {
  const text = texts[at] ?? "";
  if (!/^ *[\]}]/.test(text)) return at;
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
  const { texts, parents, ends } = lines;
  const name = named.exec(texts[at] ?? "")?.[1];
  if (name !== undefined) return /^"[A-Za-z_$][\w$]*"$/.test(name) ? `.${name.slice(1, -1)}` : `[${name}]`;
  let index = 0;
  for (let sibling = (parents[at] ?? -1) + 1; sibling < at; sibling = (ends[sibling] ?? sibling) + 1) index++;
  return `[${index}]`;
}

/** The JSON that begins in a line, laid out. */
export function valueOf(lines: JsonLines, at: number): string {
  const start = openerOf(lines, at);
  const [first = "", ...rest] = lines.texts.slice(start, (lines.ends[start] ?? start) + 1);
  const indent = indentOf(first);
  const all = [first.slice(named.exec(first)?.[0].length ?? indent), ...rest.map((text) => text.slice(Math.min(indent, indentOf(text))))];
  return all.join("\n").replace(/,$/, "");
}

export type Match = { line: number; from: number };

const maximumMatches = 10_000;

/** Where a text stands, in whatever case; the first ten thousand places. */
export function find({ texts }: JsonLines, text: string): Match[] {
  const wanted = text.toLowerCase();
  const matches: Match[] = [];
  if (wanted === "") return matches;
  for (const [line, one] of texts.entries()) {
    const lower = one.toLowerCase();
    for (let from = lower.indexOf(wanted); from >= 0; from = lower.indexOf(wanted, from + wanted.length)) {
      matches.push({ line, from });
      if (matches.length === maximumMatches) return matches;
    }
  }
  return matches;
}

/**
 * The words by which a message is found, and those that somebody searches for: both are cut in one way, so that they meet.
 *   order.id = "A-4711" stands in the payload   → "a", "4711", "order.id=a", "order.id=4711", "id=a", "id=4711"
 *   somebody asks for `a-4711`                  → "a" and "4711"
 *   somebody asks for `order.id=4711`           → "order.id=4711"
 * A word is a run of letters and digits, in lower case. Places in lists are left out of paths: `items.sku=…` is that of any item.
 */
import type { Body } from "./body/body.ts";
import { hasParts, scalarText } from "./body/json.ts";
import { isCredential } from "./credentialNames.ts";

/** Of a message with more, the first so many different words are found. */
export const maximumWords = 2_000;
export const maximumSearchedWords = 20;

const maximumWordCharacters = 64;
const maximumPathCharacters = 200;
const maximumDepth = 100;

export type SearchedMessage = {
  body: Body;
  eventId: string | null;
  tags: readonly string[];
  metadata: unknown;
  /** Headers that are sent along. */
  headers: readonly (readonly [name: string, value: string])[];
};

/** The different words of a message. Headers that hold credentials have none. */
export function wordsOfMessage({ body, eventId, tags, metadata, headers }: SearchedMessage): string[] {
  const words = new WordSet();
  words.add(eventId ?? "", ["eventId"]);
  for (const tag of tags) words.add(tag, ["tag"]);
  words.addValue(metadata, ["metadata"]);
  for (const [name, value] of headers) if (!isCredential(name)) words.add(value, ["header", name]);
  if (body.value === undefined) words.add(body.text ?? "", []);
  else words.addValue(body.value, []);
  return words.all();
}

/** The words that a found message must all have. Empty: there is nothing to search for. */
export function wordsOfSearch(text: string): string[] {
  const wanted = new Set<string>();
  for (const [, path, quoted, bare] of text.matchAll(terms)) {
    const words = wordsIn(quoted ?? bare ?? "");
    // `abc==` is base64, and no path with a value.
    if (path === undefined || words.length === 0) for (const word of wordsIn(`${path ?? ""} ${quoted ?? bare ?? ""}`)) wanted.add(word);
    else for (const word of words) wanted.add(`${normalized(path)}=${word}`);
  }
  return [...wanted];
}

const terms = /(?:([\p{L}\p{N}_$][\p{L}\p{N}_$.@:-]*)=)?(?:"([^"]*)"?|(\S+))/gu;

const normalized = (text: string): string => text.normalize("NFKC").toLowerCase();

function wordsIn(text: string): string[] {
  const found = normalized(text).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return found.map((word) => word.slice(0, maximumWordCharacters));
}

class WordSet {
  readonly #words = new Set<string>();

  addValue(value: unknown, path: string[], depth = 0): void {
    if (this.#isFull() || depth > maximumDepth) return;
    const text = scalarText(value);
    if (text !== null) this.add(text, path);
    else if (Array.isArray(value)) for (const part of value) this.addValue(part, path, depth + 1);
    else if (hasParts(value)) for (const [name, part] of Object.entries(value)) this.addValue(part, [...path, name], depth + 1);
  }

  /** The words of a text, alone, behind its whole path and behind the path's last name. */
  add(text: string, path: string[]): void {
    const whole = normalized(path.join("."));
    const last = normalized(path.at(-1) ?? "");
    for (const word of wordsIn(text)) {
      if (this.#isFull()) return;
      this.#words.add(word);
      if (whole !== "" && whole.length <= maximumPathCharacters) this.#words.add(`${whole}=${word}`);
      if (last !== "" && last !== whole && last.length <= maximumPathCharacters) this.#words.add(`${last}=${word}`);
    }
  }

  all(): string[] {
    return [...this.#words];
  }

  #isFull(): boolean {
    return this.#words.size >= maximumWords;
  }
}

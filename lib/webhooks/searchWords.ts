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

/** A path of names, as words stand behind it; null: it is too long for that. Each is made once, however many values stand there. */
class Place {
  readonly whole: string | null;
  readonly last: string | null;
  /** What words stand behind. */
  readonly prefixes: string[];
  readonly #inside = new Map<string, Place>();
  /** Short texts whose words are known here: a list often says the same many times. */
  readonly seen = new Set<string>();

  constructor(above: Place | null, name: string) {
    this.last = name.length > mostBeforeNormalized ? null : fitting(normalized(name));
    if (above === null || above.whole === "") this.whole = this.last;
    else this.whole = above.whole === null || this.last === null ? null : fitting(`${above.whole}.${this.last}`);
    this.prefixes = [...new Set([this.whole, this.last])].filter((prefix): prefix is string => prefix !== null && prefix !== "");
  }

  inside(name: string): Place {
    const known = this.#inside.get(name);
    if (known !== undefined) return known;
    const place = new Place(this, name);
    this.#inside.set(name, place);
    return place;
  }
}

/** Normalizing makes texts shorter by a few times at most. */
const mostBeforeNormalized = 5 * maximumPathCharacters;
const fitting = (path: string): string | null => (path.length <= maximumPathCharacters ? path : null);

class WordSet {
  readonly #words = new Set<string>();
  readonly #top = new Place(null, "");

  addValue(value: unknown, path: string[]): void {
    this.#addAt(value, this.#placeOf(path), 0);
  }

  add(text: string, path: string[]): void {
    this.#addText(text, this.#placeOf(path));
  }

  all(): string[] {
    return [...this.#words];
  }

  #placeOf(path: string[]): Place {
    return path.reduce((place, name) => place.inside(name), this.#top);
  }

  #addAt(value: unknown, place: Place, depth: number): void {
    if (this.#isFull() || depth > maximumDepth) return;
    const text = scalarText(value);
    if (text !== null) this.#addText(text, place);
    else if (Array.isArray(value)) for (const part of value) this.#addAt(part, place, depth + 1);
    else if (hasParts(value)) for (const [name, part] of Object.entries(value)) this.#addAt(part, place.inside(name), depth + 1);
  }

  /** The words of a text, alone, behind its whole path and behind the path's last name. */
  #addText(text: string, place: Place): void {
    if (text.length <= maximumWordCharacters) {
      if (place.seen.has(text)) return;
      place.seen.add(text);
    }
    const { prefixes } = place;
    for (const word of wordsIn(text)) {
      if (this.#isFull()) return;
      this.#words.add(word);
      for (const prefix of prefixes) this.#words.add(`${prefix}=${word}`);
    }
  }

  #isFull(): boolean {
    return this.#words.size >= maximumWords;
  }
}

/**
 * Which requests are the same event: what a provider's row says of it, and what a request says by that. What names only a
 * thing (an order, a message, the webhook itself) names no event: many of its events would be taken for one.
 */
import type { Reader } from "./locators.ts";
import { textAt, valueAt } from "./request.ts";
import type { Locator } from "./types.ts";

type Places = readonly [Locator, ...Locator[]];

/**
 * What names an event: all these places together, the id itself first. With `each` a request holds several events: the
 * items of the list at that path of the JSON body ("": the body itself), and `body:` begins at an item. `beside`: what must
 * be there as well, but differs from one attempt to the next. `common`: what the request says once for all of its events.
 */
export type EventName = { places: Places; each?: string; beside?: readonly Locator[]; common?: readonly Locator[] };

/** Alternatives, of which the first that is complete counts. Empty: nothing tells events apart, so none is a duplicate. */
export type Identity = readonly EventName[];

export const by = (...places: Places): EventName => ({ places });

export const ofEach = (each: string, ...places: Places): EventName => ({ each, places });

export const beside = (name: EventName, ...others: Locator[]): EventName => ({ ...name, beside: others });

export const inCommon = (name: EventName, ...common: Locator[]): EventName => ({ ...name, common });

/** `key` is the same for the same event, and for a batch of the same ones; `text` and what it is told by (`by`) are for people. */
export type EventIdentity = { key: string; text: string; by: string };

const maximumTextLength = 1_000;

/** The event that the request is about. Null: the request does not say. Of a batch, all items must. */
export function identify(identity: Identity, reader: Reader): EventIdentity | null {
  for (const name of identity) {
    if (name.beside?.some((place) => !reader.textOf(place)) === true) continue;
    const events = name.each === undefined ? [valuesAt(name.places, reader.textOf)] : eventsOf(name.places, valueAtPath(reader, name.each));
    const common = valuesAt(name.common ?? [], reader.textOf);
    if (events.length > 0 && events.every((values) => values !== null) && common !== null) return identityOf(name, events, common);
  }
  return null;
}

function eventsOf(places: Places, items: unknown): (string[] | null)[] {
  if (!Array.isArray(items)) return [];
  return items.map((item: unknown) =>
    valuesAt(places, (place) => (place.startsWith("body:") ? textAt(item, place.slice("body:".length)) : null)),
  );
}

const valueAtPath = (reader: Reader, path: string): unknown => (path === "" ? reader.value() : valueAt(reader.value(), path));

function valuesAt(places: readonly Locator[], textOf: Reader["textOf"]): string[] | null {
  const values = places.map(textOf);
  return values.every((value) => value !== null && value !== "") ? (values as string[]) : null;
}

/** The order of a batch's items is nobody's promise, so the key has one of its own. */
function identityOf(name: EventName, events: string[][], common: string[]): EventIdentity {
  const keys = new Set(events.map((values) => JSON.stringify(values)));
  const texts = new Set(events.map((values) => values.join(" ")));
  const key = [name.places, [...keys].sort(), ...(common.length > 0 ? [common] : [])];
  return { key: JSON.stringify(key), text: listed([...texts]), by: nameInWords(name) };
}

/** The first texts that there is room for, and how many more there are. */
function listed(texts: readonly string[]): string {
  const all = texts.join(", ");
  if (all.length <= maximumTextLength) return all;
  const room = maximumTextLength - " +9999999".length;
  let count = 0;
  for (let length = 0; count < texts.length; count += 1) {
    length += (texts[count]?.length ?? 0) + ", ".length;
    if (length > room) break;
  }
  return count === 0 ? all.slice(0, maximumTextLength) : `${texts.slice(0, count).join(", ")} +${texts.length - count}`;
}

/** What a row's events are told by, in words; null: nothing tells them apart. */
export function identityInWords(identity: Identity): string | null {
  return identity.length === 0 ? null : identity.map(nameInWords).join("; else ");
}

/** A row's names are few and are told with every request. */
const wordsOf = new WeakMap<EventName, string>();

function nameInWords(name: EventName): string {
  const known = wordsOf.get(name) ?? makeWords(name);
  wordsOf.set(name, known);
  return known;
}

function makeWords({ places, each, beside: others = [], common = [] }: EventName): string {
  const words = places.map(placeInWords).join(" + ");
  const among = each === undefined ? "" : ` of all items${each === "" ? "" : ` in ${each}`}`;
  const shared = common.map((place) => ` + ${placeInWords(place)}`).join("");
  return words + among + shared + (others.length === 0 ? "" : `, if there is ${others.map(placeInWords).join(" and ")}`);
}

function placeInWords(place: Locator): string {
  const colon = place.indexOf(":");
  const [kind, name] = [place.slice(0, colon), place.slice(colon + 1)];
  return kind === "header" ? `header ${name}` : kind === "query" ? `query ${name}` : name;
}

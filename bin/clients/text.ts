/** Texts with `{names}` in them, anywhere in a JSON value. `{earlier:3Z}`: a moment with three digits of a second's fraction, and a Z. */
import type { Fixtures } from "./fixtures.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const name = /\{(\w+)(?::(\d)([^}]*))?\}/g;
/** The digits of a second's fraction that our moments have. */
const keptDigits = 3;
const moment = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]00:00|)$/;

/** The value with each name put for what it stands for. */
export async function filled(value: unknown, fixtures: Fixtures): Promise<Json> {
  if (typeof value === "string") return filledText(value, fixtures);
  if (Array.isArray(value)) return Promise.all(value.map((one) => filled(one, fixtures)));
  if (typeof value !== "object" || value === null) return value as Json;
  const members: [string, Json][] = [];
  for (const [key, member] of Object.entries(value)) members.push([key, await filled(member, fixtures)]);
  return Object.fromEntries(members);
}

export async function filledText(text: string, fixtures: Fixtures): Promise<string> {
  for (const [, found = ""] of text.matchAll(name)) await fixtures.of(found);
  return text.replaceAll(name, (_, found: string, digits?: string, zone?: string) => {
    const stands = fixtures.made.get(found) ?? "";
    return digits === undefined ? stands : `${momentWith(stands, Number(digits))}${zone}`;
  });
}

/** The reverse of `filled`: what was made for this call becomes its name again, so that no id is kept. */
export function emptied(value: unknown, made: ReadonlyMap<string, string>): Json {
  if (typeof value === "string") return emptiedText(value, made);
  if (Array.isArray(value)) return value.map((one) => emptied(one, made));
  if (typeof value !== "object" || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, emptied(member, made)]));
}

/** The text with names for values, the longest first: a URL may hold an id. Moments are written in many ways, and found by what they mean. */
export function emptiedText(text: string, made: ReadonlyMap<string, string>): string {
  const [isMoment, , fraction = "", zone = ""] = moment.exec(text) ?? [];
  const digits = Math.min(fraction.length, keptDigits);
  const meant = [...made].find(([, stands]) => isMoment !== undefined && momentWith(stands, digits) === momentWith(text, digits));
  if (meant !== undefined) return `{${meant[0]}:${fraction.length}${zone}}`;
  const known = [...made].toSorted(([, a], [, b]) => b.length - a.length);
  return known.reduce((rest, [found, stands]) => rest.replaceAll(stands, `{${found}}`), text);
}

/** The moment without its zone. What is no moment is the empty text. */
function momentWith(text: string, digits: number): string {
  const [, seconds = "", fraction = ""] = moment.exec(text) ?? [];
  return digits === 0 || seconds === "" ? seconds : `${seconds}.${fraction.padEnd(digits, "0").slice(0, digits)}`;
}

/** Texts with `{names}` in them, anywhere in a JSON value. */
import type { Fixtures } from "./fixtures.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const name = /\{(\w+)\}/g;

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
  return text.replaceAll(name, (_, found: string) => fixtures.made.get(found) ?? "");
}

/** The other way round: what was made for this call becomes its name again, so that no id is kept. */
export function emptied(value: unknown, made: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return emptiedText(value, made);
  if (Array.isArray(value)) return value.map((one) => emptied(one, made));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, emptied(member, made)]));
}

/** Longest first: a URL may hold an id. Moments are written in many ways, so each is found by what it means. */
export function emptiedText(text: string, made: ReadonlyMap<string, string>): string {
  const moment = isMoment.test(text) ? new Date(text).getTime() : null;
  for (const [found, stands] of made)
    if (moment !== null && isMoment.test(stands) && new Date(stands).getTime() === moment) return text.replace(text, `{${found}}`);
  const known = [...made].toSorted(([, a], [, b]) => b.length - a.length);
  return known.reduce((rest, [found, stands]) => rest.replaceAll(stands, `{${found}}`), text);
}

const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

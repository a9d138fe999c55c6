/**
 * What stands at a path of a parsed body: one rule for filters, event types, event ids and providers' rows.
 *
 * 1. Names go into objects, indexes into lists, `*` into each part of either. Where an object has no such name, names joined by
 *    dots are tried as one: `a.b` finds `{"a":{"b":1}}`, else `{"a.b":1}`. Nothing inherited, no list's length.
 * 2. Only where that finds nothing, texts are gone into that hold a JSON object or list, as they stand or in base64: a path goes on
 *    from `payload` of Slack's forms, `Message` of SNS, `message.data` of Pub/Sub. A path that ends at the text gives the text.
 * 3. Only where that finds nothing, and the body is a form with one field (files aside) whose text holds JSON: the same in it.
 */
import { type Form, isForm, soleText } from "./form.ts";
import { asWritten, exactly, hasParts, scalarText, tryParseJson } from "./json.ts";

/** A path of names; `joined`: whether several may be one name with dots in it. */
export type Path = { names: readonly string[]; joined: boolean };

export const pathOf = (text: string): Path => ({ names: text.split("."), joined: true });

/** All values that stand at the path; each part of the body is visited at most once by each rule. */
export const valuesAt = (root: unknown, path: Path): unknown[] => valuesRead(root, path, exactly);

function valuesRead(root: unknown, path: Path, reread: typeof exactly): unknown[] {
  const plain = collect(root, path, null);
  if (plain.length > 0) return plain;
  const texts = hasParts(root) ? textsOf(root, reread) : { values: new Map<string, unknown>(), reread };
  const inside = collect(root, path, texts);
  if (inside.length > 0 || !isForm(root)) return inside;
  const sole = soleJson(root, texts);
  return sole === undefined ? [] : collect(sole, path, texts);
}

/** The first value that stands at the path; undefined: nothing does. */
export const valueAt = (root: unknown, path: string): unknown => valuesAt(root, pathOf(path))[0];

/**
 * The text, number or boolean that stands there, as text; of a form's repeated field the first. Null: there is none. Numbers of
 * JSON in a text are as they are written; those of `root` are as whoever read it made them.
 */
export function textAt(root: unknown, path: string): string | null {
  const [found] = valuesRead(root, pathOf(path), asWritten);
  return scalarText(isForm(root) && Array.isArray(found) ? found[0] : found);
}

/** Texts that have been read, and how their numbers are. */
type Texts = { values: Map<string, unknown>; reread: typeof exactly };

// Bounds what a list of objects without any of the names costs.
const maximumJoined = 5;

/** `texts`: those gone into so far; null: none are. */
function collect(root: unknown, { names, joined }: Path, texts: Texts | null): unknown[] {
  const found: unknown[] = [];
  visit(root, 0);
  return found;

  function visit(value: unknown, at: number): boolean {
    if (at === names.length) return found.push(value) > 0;
    const container = typeof value === "string" && texts !== null ? jsonIn(value, texts) : value;
    if (!hasParts(container)) return false;
    const name = names[at] ?? "";
    if (name === "*")
      return Object.values(container)
        .map((part) => visit(part, at + 1))
        .includes(true);
    if (has(container, name) && visit(container[name], at + 1)) return true;
    if (!joined || Array.isArray(container)) return false;
    let longer = name;
    for (let end = at + 1; end < names.length && end < at + maximumJoined; end++) {
      longer += `.${names[end] ?? ""}`;
      if (has(container, longer) && visit(container[longer], end + 1)) return true;
    }
    return false;
  }
}

const has = (container: Record<string, unknown>, name: string): boolean =>
  Object.hasOwn(container, name) && !(Array.isArray(container) && name === "length");

// Many conditions on one body must not parse the same text again and again.
const known = new WeakMap<object, Texts[]>();

function textsOf(root: object, reread: typeof exactly): Texts {
  const all = known.get(root) ?? [];
  const before = all.find((texts) => texts.reread === reread);
  if (before !== undefined) return before;
  const texts: Texts = { values: new Map(), reread };
  known.set(root, [...all, texts]);
  return texts;
}

/** The object or list that a text holds. Undefined: it holds none. */
function jsonIn(text: string, texts: Texts): unknown {
  const json = /^\s*[[{]/.test(text) ? text : base64Json.test(text) ? Buffer.from(text, "base64").toString() : null;
  if (json === null) return undefined;
  if (!texts.values.has(text)) texts.values.set(text, tryParseJson(json, texts.reread));
  const value = texts.values.get(text);
  return hasParts(value) ? value : undefined;
}

// The first two characters are those of `{` and `[`. With either alphabet of RFC 4648, padded or not.
const base64Json = /^[eW][w-z0-9+/_-][\w+/-]+={0,2}$/;

function soleJson(form: Form, texts: Texts): unknown {
  const text = soleText(form);
  return text === null ? undefined : jsonIn(text, texts);
}

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
import { type Work, spend, unboundedWork } from "./work.ts";

/** A path of names; `joined`: from each name on, two names and more joined, where several may be one name with dots in it. */
export type Path = { names: readonly string[]; joined: readonly (readonly string[])[] | null };

export const pathOf = (text: string): Path => pathOfNames(text.split("."), true);

export function pathOfNames(split: readonly string[], isJoined: boolean): Path {
  const names = split.map(asKey);
  return { names, joined: isJoined ? names.map((_, at) => joinedFrom(names, at)) : null };
}

/** Looking at longer ones takes its time, whatever they hold. */
const shortText = 64;

/** A long text that has not been the name of a property is looked up by all its characters, each time. */
const asKey = (name: string): string => (name.length <= shortText ? name : (Object.keys({ [name]: 0 })[0] ?? name));

// Bounds what a list of objects without any of the names costs.
const maximumJoined = 5;

const joinedFrom = (names: readonly string[], at: number): string[] =>
  Array.from({ length: Math.max(0, Math.min(names.length - at, maximumJoined) - 1) }, (_, i) =>
    asKey(names.slice(at, at + i + 2).join(".")),
  );

/**
 * All values that stand at the path; each part of the body is visited at most once by each rule. `work`: that of all who ask
 * about this root; throws BeyondWork.
 */
export const valuesAt = (root: unknown, path: Path, work = unboundedWork): unknown[] => valuesRead(root, path, exactly, work);

function valuesRead(root: unknown, path: Path, reread: typeof exactly, work: Work): unknown[] {
  const plain = collect(root, path, null, work);
  if (plain.length > 0) return plain;
  const texts = textsOf(root, reread, work);
  const inside = collect(root, path, texts, work);
  if (inside.length > 0 || !isForm(root)) return inside;
  const sole = soleJson(root, texts, work);
  return sole === undefined ? [] : collect(sole, path, texts, work);
}

/** The first value that stands at the path; undefined: nothing does. */
export const valueAt = (root: unknown, path: string): unknown => valuesAt(root, pathOf(path))[0];

/**
 * The text, number or boolean that stands there, as text; of a form's repeated field the first. Null: there is none. Numbers of
 * JSON in a text are as they are written; those of `root` are as whoever read it made them.
 */
export function textAt(root: unknown, path: string): string | null {
  const [found] = valuesRead(root, pathOf(path), asWritten, unboundedWork);
  return scalarText(isForm(root) && Array.isArray(found) ? found[0] : found);
}

/** Texts that have been read, and how their numbers are. */
type Texts = { values: Map<string, unknown>; reread: typeof exactly };

/** `texts`: those gone into so far; null: none are. */
function collect(root: unknown, { names, joined }: Path, texts: Texts | null, work: Work): unknown[] {
  const found: unknown[] = [];
  visit(root, 0);
  return found;

  function visit(value: unknown, at: number): boolean {
    spend(work, 1);
    if (at === names.length) return found.push(value) > 0;
    const container = typeof value === "string" && texts !== null ? jsonIn(value, texts, work) : value;
    if (!hasParts(container)) return false;
    const name = names[at] ?? "";
    if (name === "*") return visitEach(Object.values(container), at + 1);
    if (has(container, name) && visit(container[name], at + 1)) return true;
    const longer = joined === null || Array.isArray(container) ? none : (joined[at] ?? none);
    for (let i = 0; i < longer.length; i++) {
      const several = longer[i] ?? "";
      if (has(container, several) && visit(container[several], at + i + 2)) return true;
    }
    return false;
  }

  function visitEach(parts: unknown[], at: number): boolean {
    const before = found.length;
    for (const part of parts) visit(part, at);
    return found.length > before;
  }
}

const none: readonly string[] = [];

const has = (container: Record<string, unknown>, name: string): boolean =>
  Object.hasOwn(container, name) && !(Array.isArray(container) && name === "length");

// Many conditions on one body must not parse the same text again and again. A body without parts is known by the work on it.
const known = new WeakMap<object, Texts[]>();

function textsOf(root: unknown, reread: typeof exactly, work: Work): Texts {
  const of = hasParts(root) ? root : work;
  if (of === unboundedWork) return { values: new Map(), reread };
  const all = known.get(of) ?? [];
  const before = all.find((texts) => texts.reread === reread);
  if (before !== undefined) return before;
  const texts: Texts = { values: new Map(), reread };
  known.set(of, [...all, texts]);
  return texts;
}

/** How many characters of a text are read in a step. */
const charactersInAStep = 2;

/** The object or list that a text holds. Undefined: it holds none. */
function jsonIn(text: string, texts: Texts, work: Work): unknown {
  if (text.length > shortText && texts.values.has(text)) return texts.values.get(text);
  const json = /^\s*[[{]/.test(text) ? text : base64Json.test(text) ? Buffer.from(text, "base64").toString() : null;
  if (json === null && text.length <= shortText) return undefined;
  if (texts.values.has(text)) return texts.values.get(text);
  spend(work, text.length / charactersInAStep);
  const value = json === null ? undefined : tryParseJson(json, texts.reread);
  const parts = hasParts(value) ? value : undefined;
  texts.values.set(text, parts);
  return parts;
}

// The first two characters are those of `{` and `[`. With either alphabet of RFC 4648, padded or not.
const base64Json = /^[eW][w-z0-9+/_-][\w+/-]+={0,2}$/;

function soleJson(form: Form, texts: Texts, work: Work): unknown {
  const text = soleText(form);
  return text === null ? undefined : jsonIn(text, texts, work);
}

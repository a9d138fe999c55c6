/** Forms: application/x-www-form-urlencoded and multipart/form-data as an object of their fields. */
import { decodeText, decoderOf } from "./charset.ts";
import { decodeFields } from "./percent.ts";
import { type Part, partsOf } from "./multipart.ts";

/** What is kept of a file. `size` in bytes. */
export type FormFile = { name: string; type: string | null; size: number };

export type Pair = [name: string, value: string | FormFile];

// The prototype has no members, so that no field's name is one of them; it is the forms' own, so that a form is known as one.
const prototype = Object.freeze(Object.create(null)) as object;

export type Form = { [name: string]: string | FormFile | (string | FormFile)[] };

/** A field given more than once is a list. */
export function formOf(pairs: readonly Pair[]): Form {
  const form = Object.create(prototype) as Form;
  for (const [name, value] of pairs) {
    const before = Object.hasOwn(form, name) ? form[name] : undefined;
    if (Array.isArray(before)) before.push(value);
    else
      // Assigning could meet a setter, were the prototype ever another.
      Object.defineProperty(form, name, {
        value: before === undefined ? value : [before, value],
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  return form;
}

export const isForm = (value: unknown): value is Form =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === prototype;

/** Going through all fields takes its time, and every path that leads to none asks. */
const soleTexts = new WeakMap<Form, string | null>();

/** The text of the only field, files aside; null: there are none or several. */
export function soleText(form: Form): string | null {
  const known = soleTexts.get(form);
  if (known !== undefined) return known;
  const texts = Object.values(form).filter((value) => typeof value === "string" || Array.isArray(value));
  const sole = texts.length === 1 && typeof texts[0] === "string" ? texts[0] : null;
  soleTexts.set(form, sole);
  return sole;
}

/**
 * The fields of an urlencoded body, in order. Without a charset in the content type the field `_charset_` says it (HTML, section
 * "Selecting a form submission encoding"), or, where the body is no UTF-8, the field `charset`, as PayPal's IPN does.
 */
export function urlencodedPairs(bytes: Buffer, charset: string | null): [name: string, value: string][] {
  const pairs = decodeFields(bytes, charset);
  if (isKnown(charset)) return pairs;
  const valueOf = (wanted: string): string | null => pairs.find(([name]) => name === wanted)?.[1] ?? null;
  const said = valueOf("_charset_") ?? (pairs.some(([, value]) => value.includes("\ufffd")) ? valueOf("charset") : null);
  return isKnown(said) ? decodeFields(bytes, said) : pairs;
}

/** Whether the charset is known, and not UTF-8, which counts anyway. */
const isKnown = (charset: string | null): boolean => charset !== null && decoderOf(charset) !== null;

/** The parts of a multipart body by name. Null: it is none. */
export function multipartPairs(bytes: Buffer, contentType: string, charset: string | null): Pair[] | null {
  const parts = partsOf(bytes, contentType);
  if (parts === null) return null;
  const said = parts.find((part) => part.name === "_charset_")?.content.toString() ?? null;
  return parts.map((part) => pairOf(part, charset ?? said));
}

function pairOf({ name, fileName, type, charset: own, content }: Part, charset: string | null): Pair {
  if (fileName !== null) return [name, { name: fileName, type, size: content.length }];
  return [name, decodeText(content, own ?? charset)];
}

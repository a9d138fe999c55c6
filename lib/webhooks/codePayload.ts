/** A payload on its way through people's code: as the code is given it, and what is sent of what it made. */
import { type Body, linesIn, mediaTypeOf } from "./body/body.ts";
import { charsetOf, declaredInXml } from "./body/charset.ts";
import type { Pair } from "./body/form.ts";

/**
 * JSON of what has parts (JSON, its lines, forms, XML), else the text, else the bytes. `encoding` "base64": they are no text,
 * and this is their base64; the code finds it as `webhook.payloadEncoding`, and may answer bytes in the same way.
 */
export type CodePayload = { text: string; encoding: PayloadEncoding };

export type PayloadEncoding = "base64" | null;

export function givenToCode(body: Body): CodePayload {
  const text = jsonOf(body) ?? body.text;
  return text === null ? { text: body.content.toString("base64"), encoding: "base64" } : { text, encoding: null };
}

/** A payload as people read it; one that is no text as base64. */
export function shownPayload(body: Body): { payload: string; payloadEncoding: PayloadEncoding } {
  const { text } = body;
  return { payload: text ?? body.content.toString("base64"), payloadEncoding: text === null ? "base64" : null };
}

/** Lines and fields in their order, with what stands in them as it stands. */
function jsonOf(body: Body): string | null {
  if (body.kind === "lines") return `[${linesIn(body.text ?? "").join(",")}]`;
  return body.pairs.length > 0 ? fieldsJson(body.pairs) : body.asJson();
}

function fieldsJson(pairs: readonly Pair[]): string {
  const fields = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const before = fields.get(name);
    if (before === undefined) fields.set(name, [JSON.stringify(value)]);
    else before.push(JSON.stringify(value));
  }
  return `{${[...fields].map(([name, values]) => `${JSON.stringify(name)}:${values.length === 1 ? values[0] : `[${values.join(",")}]`}`).join(",")}}`;
}

/** The message before the code. `contentType` null: application/json. */
type Before = { body: Body; contentType: string | null };

/** `kind`: an object or list, or a text. */
export type MadePayload = CodePayload & { kind: "json" | "text" };

export type MadeContent = { payload: Buffer; contentType: string | null };

/** The content to send, in UTF-8 or as bytes, never packed. Null: the payload is said to be base64, and is not. */
export function madeContent(before: Before, { kind, text, encoding }: MadePayload): MadeContent | null {
  if (kind === "json") return { payload: Buffer.from(text), contentType: typeOfJson(before.contentType) };
  if (encoding === null) return { payload: Buffer.from(text), contentType: typeOfText(before, text) };
  const payload = Buffer.from(text, "base64");
  if (payload.toString("base64").replace(/=+$/, "") !== text.replace(/=+$/, "")) return null;
  return { payload, contentType: before.body.text === null ? before.contentType : "application/octet-stream" };
}

/** The content type of JSON keeps its kind and loses its charset: JSON is UTF-8 by definition (RFC 8259, section 8.1). */
const typeOfJson = (contentType: string | null): string | null =>
  contentType !== null && isJsonType(mediaTypeOf(contentType)) ? withoutCharset(contentType) : null;

const isJsonType = (type: string): boolean => /^[^/]+\/(?:[^/]+\+)?json$/.test(type);

function typeOfText({ body, contentType }: Before, text: string): string {
  const type = contentType === null ? "application/json" : mediaTypeOf(contentType);
  // The code was given JSON, bytes or files, and made a text of them.
  if (contentType === null || type === "" || isJsonType(type) || body.text === null || type.startsWith("multipart/"))
    return "text/plain; charset=utf-8";
  const isXml = /[/+]xml$/.test(type);
  // The declaration inside XML would count where the content type names no charset (RFC 7303, section 3.2).
  const needsCharset =
    (isXml || type.startsWith("text/")) && (/[^\0-\x7f]/.test(text) || (isXml && declaredInXml(Buffer.from(text)) !== null));
  return charsetOf(contentType) !== null || needsCharset ? `${withoutCharset(contentType)}; charset=utf-8` : contentType;
}

const withoutCharset = (contentType: string): string => contentType.replaceAll(/\s*;\s*charset\s*=\s*(?:"[^"]*"|[^\s;]*)/gi, "");

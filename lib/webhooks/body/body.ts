/**
 * A body, sent or received, read in one way for everybody who looks into it: filters, event types, event ids, providers' rows,
 * handshakes, the doctor, people's code, the log, polling.
 *
 *   const body = readBody({ body: bytes, contentType, contentEncoding }, maximumBytes);
 *   body.content   the bytes, unpacked: gzip, deflate, br… (coding.ts); as they are where they can't be
 *   body.packing   "plain" | "unpacked" | "broken" | "too_large": what became of that
 *   body.kind      what it is read as, see Kind
 *   body.value     JSON's value with exact numbers (json.ts), the list of NDJSON's lines, a form's fields, XML's elements;
 *                  undefined: it has no parts
 *   body.text      as people read it: decoded by byte order mark, charset, XML declaration; null: it is no text
 *   body.asJson()  what people's code and pollers are given: JSON as it stands, other values as JSON; null: it has no parts
 *   body.pairs     the fields of a form in their order, else empty
 *   body.textAt("a.b.0.c")   the text, number or boolean that stands there, as text and as it is written (`1.10`); path.ts
 *                  has the one rule of paths, and textAt(body.value, …) and valuesAt(…) for more
 *
 * Everything is done at most once, when it is first asked for, and nothing throws. JSON without coding and charset costs
 * one decoding and one JSON.parse; whether that lost digits is looked at when somebody asks for more than texts.
 */
import { isUtf8 } from "node:buffer";
import { parseXml } from "../xml.ts";
import { charsetOf, declaredInXml, decodeText, decoderOf, hasMark, wideCharset } from "./charset.ts";
import { type Unpacked, unpack } from "./coding.ts";
import { type Pair, formOf, multipartPairs, urlencodedPairs } from "./form.ts";
import { asWritten, exactly, stringifyJson, tryParseJson } from "./json.ts";
import { textAt, valueAt } from "./path.ts";

export type Sent = {
  body: Uint8Array;
  /** Null: not said. */
  contentType: string | null;
  contentEncoding?: string | null | undefined;
};

/** JSON counts whatever the content type says; `lines` is NDJSON, `form` either kind of form. */
export type Kind = "json" | "lines" | "form" | "xml" | "text";

/** What a body may become by unpacking where nobody says less. */
const defaultMaximumBytes = 33_554_432;

export const readBody = (sent: Sent, maximumBytes: number = defaultMaximumBytes): Body => new Body(sent, maximumBytes);

/** `value` of JSON: as JSON.parse makes it. */
type Reading = { kind: Kind; value: unknown; json: string | null; pairs: readonly Pair[] };

export class Body {
  readonly #sent: Sent;
  readonly #maximumBytes: number;
  #unpacked: Unpacked | null = null;
  #reading: Reading | null = null;
  #exact: { value: unknown } | null = null;
  #written: { value: unknown } | null = null;

  constructor(sent: Sent, maximumBytes: number) {
    this.#sent = sent;
    this.#maximumBytes = maximumBytes;
  }

  get content(): Buffer {
    return this.#unpack().body;
  }

  get packing(): Unpacked["kind"] {
    return this.#unpack().kind;
  }

  get kind(): Kind {
    return this.#read().kind;
  }

  get value(): unknown {
    const { json, value } = this.#read();
    return json === null ? value : (this.#exact ??= { value: exactly(json, value) }).value;
  }

  get pairs(): readonly Pair[] {
    return this.#read().pairs;
  }

  get text(): string | null {
    const { json } = this.#read();
    return json ?? textOf(this.content, this.kind, this.#contentType());
  }

  textAt(path: string): string | null {
    const found = valueAt(this.#read().value, path);
    if (found === undefined || typeof found === "string") return found ?? null;
    return textAt((this.#written ??= { value: this.#asWritten() }).value, path);
  }

  #asWritten(): unknown {
    const { kind, json, value } = this.#read();
    if (kind === "lines") return linesOf(this.text ?? "", asWritten) ?? value;
    return json === null ? value : asWritten(json, value);
  }

  asJson(): string | null {
    const { json, value } = this.#read();
    return json ?? (value === undefined ? null : stringifyJson(value));
  }

  #contentType(): string {
    return this.#sent.contentType ?? "";
  }

  #unpack(): Unpacked {
    const { body, contentEncoding } = this.#sent;
    return (this.#unpacked ??= unpack(bufferOf(body), contentEncoding, this.#maximumBytes));
  }

  #read(): Reading {
    return (this.#reading ??= read(this.content, this.#contentType()));
  }
}

/** `application/json` of `Application/JSON; charset=utf-8`; empty if nothing is said. */
export const mediaTypeOf = (contentType: string): string => contentType.split(/[;,]/, 1)[0]?.trim().toLowerCase() ?? "";

const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const nothing = { value: undefined, json: null, pairs: [] };

const lineTypes = /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|json-seq)$/;

function read(bytes: Buffer, contentType: string): Reading {
  const type = mediaTypeOf(contentType);
  const charset = charsetOf(contentType);
  if (type.startsWith("multipart/")) {
    const pairs = multipartPairs(bytes, contentType, charset);
    if (pairs !== null) return { kind: "form", value: formOf(pairs), json: null, pairs };
  }
  if (lineTypes.test(type)) {
    const value = linesOf(decodeText(bytes, charset));
    if (value !== null) return { kind: "lines", value, json: null, pairs: [] };
  }
  const isForm = type === "application/x-www-form-urlencoded";
  const json = isForm ? formJson(bytes, charset) : jsonOf(bytes, charset);
  if (json !== null) return { kind: "json", ...json, pairs: [] };
  if (isForm) {
    const pairs = urlencodedPairs(bytes, charset);
    return { kind: "form", value: formOf(pairs), json: null, pairs };
  }
  if (!/[/+]xml$/.test(type)) return { kind: "text", ...nothing };
  const value = parseXml(decodeText(bytes, charset ?? declaredInXml(bytes)));
  return value === undefined ? { kind: "text", ...nothing } : { kind: "xml", ...nothing, value };
}

type Json = { value: unknown; json: string };

/** JSON is UTF-8 (RFC 8259, section 8.1), whatever charset is named beside it; only what is not is looked at in another way. */
function jsonOf(bytes: Buffer, charset: string | null): Json | null {
  const isNamed = charset !== null && charset !== "utf-8" && charset !== "utf8";
  const text = decodeText(bytes, isNamed && !isUtf8(bytes) ? charset : null);
  const parsed = parsedAs(text);
  if (parsed !== null) return parsed;
  // Half of UTF-16's bytes are zeros, and so it is UTF-8 too.
  const wide = hasMark(bytes) ? null : wideCharset(bytes);
  return wide === null ? null : parsedAs(decodeText(bytes, wide));
}

/** JSON in a body that is said to be a form, if it can be nothing else: `1` is a field without value. */
const formJson = (bytes: Buffer, charset: string | null): Json | null =>
  /^(?:\u00ef\u00bb\u00bf)?\s*[[{]/.test(bytes.toString("latin1", 0, 64)) ? jsonOf(bytes, charset) : null;

// Failing at JSON.parse costs far more than this.
const mayBeJson = /^\s*[[{"\-\dtfn]/;

function parsedAs(json: string): Json | null {
  if (!mayBeJson.test(json)) return null;
  try {
    return { value: JSON.parse(json), json };
  } catch {
    return null;
  }
}

/** RFC 7464 puts a record separator before each line. */
export const linesIn = (text: string): string[] =>
  text
    .replaceAll("\u001e", "\n")
    .split("\n")
    .filter((line) => line.trim() !== "");

/** The values of NDJSON's lines. Null: not all of them are JSON. */
function linesOf(text: string, reread = exactly): unknown[] | null {
  const values = linesIn(text).map((line) => tryParseJson(line, reread));
  return values.length > 0 && values.every((value) => value !== undefined) ? values : null;
}

/** The body as text. Null: the bytes are no UTF-8, and nobody says what they are. */
function textOf(bytes: Buffer, kind: Kind, contentType: string): string | null {
  const type = mediaTypeOf(contentType);
  const charset = charsetOf(contentType);
  const isXml = /[/+]xml$/.test(type);
  const said = charset ?? (isXml ? declaredInXml(bytes) : null);
  const isMultipart = type.startsWith("multipart/");
  const isKnown =
    !isMultipart && (hasMark(bytes) || isXml || (said !== null && decoderOf(said) !== null) || kind === "lines" || kind === "form");
  if (isKnown || isUtf8(bytes)) return decodeText(bytes, said);
  // HTTP's oldest text had no need to say so (RFC 2616, section 3.7.1).
  return type.startsWith("text/") ? decodeText(bytes, "windows-1252") : null;
}

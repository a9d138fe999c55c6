/** Reading a request that nobody has vouched for. Nothing here throws. */
import { timingSafeEqual } from "node:crypto";
import { type Body, readBody } from "../body/body.ts";
import { charsetOf } from "../body/charset.ts";
import { urlencodedPairs } from "../body/form.ts";
import type { IncomingRequest, Refused } from "./types.ts";
import { refuse } from "./types.ts";

export { textAt, valueAt } from "../body/path.ts";

/** Longer than any provider's signature, and far less than a header that is meant to hurt. */
const maximumHeaderLength = 8192;

/** The first of these headers that is there, trimmed. */
export function headerOf(request: IncomingRequest, ...names: string[]): string | Refused {
  for (const name of names) {
    const value = ownText(request.headers, name);
    if (value === null) continue;
    if (value.length > maximumHeaderLength)
      return refuse("malformed", `The header ${name} is longer than ${maximumHeaderLength} characters`);
    const trimmed = value.trim();
    return trimmed === "" ? refuse("missing_header", `The header ${name} is empty`) : trimmed;
  }
  return refuse("missing_header", `The header ${names[0] ?? ""} is missing`);
}

export function queryOf(request: IncomingRequest): URLSearchParams {
  return typeof request.query === "string" ? new URLSearchParams(request.query) : request.query;
}

export function contentTypeOf(request: IncomingRequest): string {
  return (ownText(request.headers, "content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

export const isForm = (request: IncomingRequest): boolean => contentTypeOf(request) === "application/x-www-form-urlencoded";

/** All fields of an urlencoded body, even if it is JSON as well: nothing of it may be left out of what is signed. */
export const formOf = (request: IncomingRequest): URLSearchParams =>
  new URLSearchParams(urlencodedPairs(bodyOf(request).content, charsetOf(ownText(request.headers, "content-type") ?? "")));

// A request is read once, whoever asks.
const bodies = new WeakMap<IncomingRequest, Body>();

export function bodyOf(request: IncomingRequest): Body {
  const before = bodies.get(request);
  if (before !== undefined) return before;
  const contentType = ownText(request.headers, "content-type");
  const contentEncoding = ownText(request.headers, "content-encoding");
  const body = readBody({ body: request.body, contentType, contentEncoding }, request.maximumBytes);
  bodies.set(request, body);
  return body;
}

/** JSON that belongs to no request, such as a sample; undefined if it is none. */
export const jsonOf = (bytes: Buffer): unknown => readBody({ body: bytes, contentType: null }).value;

/** Compares in constant time for texts of one length; the length of a signature is no secret. */
export function sameText(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * A moment in whole seconds or milliseconds, written as a machine writes it. The length tells the unit: ten digits are
 * seconds until the year 2286, thirteen are milliseconds since 2001.
 */
export function parseTimestamp(text: string, unit: "s" | "ms" | "either"): { text: string; ms: number } | null {
  if (unit !== "ms" && /^[1-9]\d{9}$/.test(text)) return { text, ms: Number(text) * 1000 };
  if (unit !== "s" && /^[1-9]\d{12}$/.test(text)) return { text, ms: Number(text) };
  return null;
}

function ownText(record: Record<string, string>, name: string): string | null {
  const value = Object.hasOwn(record, name) ? record[name] : undefined;
  return typeof value === "string" ? value : null;
}

/** Reading a request that nobody has vouched for. Nothing here throws. */
import { timingSafeEqual } from "node:crypto";
import type { IncomingRequest, Refused } from "./types.ts";
import { refuse } from "./types.ts";

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

export const formOf = (request: IncomingRequest): URLSearchParams => new URLSearchParams(request.body.toString("utf8"));

/** The body as JSON; undefined if it is none. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

/** The value at `a.b.0.c`; undefined if there is none. Only what the JSON itself says, nothing inherited. */
export function valueAt(json: unknown, path: string): unknown {
  let value = json;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

export function textAt(json: unknown, path: string): string | null {
  const value = valueAt(json, path);
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/** In constant time for texts of one length; the length of a signature is no secret. */
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

/** Reads a request's body, never more of it than the limit. */
import { isUtf8 } from "node:buffer";
import { AppError, invalid } from "../errors.ts";
import type { Asked } from "./asked.ts";
import { decoded, requireKnownCoding } from "./contentEncoding.ts";
import { isRecord } from "../words/record.ts";

const empty = Buffer.alloc(0);

/** Where room is taken for what is read, before it is kept; throws AppError if there is none. Null: somebody else has seen to it. */
type Place = { take(bytes: number): void } | null;

/** The body before it was compressed, if it was; the limit holds for both forms. Throws AppError. */
export function readDecoded(c: Asked, maximumBytes: number, place: Place): Promise<Buffer> {
  const coding = c.req.header("content-encoding");
  return coding === undefined ? readBody(c, maximumBytes, place) : readPacked(c, coding, maximumBytes, place);
}

async function readPacked(c: Asked, coding: string, maximumBytes: number, place: Place): Promise<Buffer> {
  requireKnownCoding(coding);
  const inflated = await decoded(await readBody(c, maximumBytes, place), coding, maximumBytes);
  place?.take(inflated.length);
  return inflated;
}

/** The body as it came. Throws AppError `payload_too_large`. */
export async function readBody({ req, wholeBody }: Asked, maximumBytes: number, place: Place): Promise<Buffer> {
  const length = req.header("content-length");
  // A request with a Content-Length brings no more than that: HTTP's framing sees to it.
  if (length !== undefined && Number(length) <= maximumBytes) {
    place?.take(Number(length));
    return wholeBody === undefined ? Buffer.from(await req.raw.arrayBuffer().catch(brokenOff)) : wholeBody().catch(brokenOff);
  }
  if (Number(length) > discardedBytes) throw tooLarge(maximumBytes);
  return req.raw.body === null ? empty : readStream(req.raw.body, maximumBytes, place);
}

/**
 * A body that is too large is read to its end, if that is no further than this, and thrown away: a client that is cut off while
 * it sends sees a broken connection and not the answer.
 */
const discardedBytes = 32 * 1024 * 1024;

/** Throws a validation error unless the bytes are a JSON object. */
export function parseObject(bytes: Buffer): Record<string, unknown> {
  if (!isUtf8(bytes)) throw invalid(["body"], "The body is not valid UTF-8", "json_invalid");
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (error) {
    throw invalid(["body"], `The body is not valid JSON: ${(error as Error).message}`, "json_invalid");
  }
  if (!isRecord(value)) throw invalid(["body"], "The body must be a JSON object", "object_type");
  return value;
}

/** How many levels deep a value may be nested that is stored on its own. */
const usualDepth = 64;
// A surrogate that is not half of a pair, and NUL: PostgreSQL takes neither.
const unstorable = /[\0\p{Surrogate}]/u;

/**
 * Throws a validation error if the value is nested too deeply, or holds text that the database cannot, or a field that would
 * be dropped in silence. `payloadsAreBytes`: what is in a message's payload is nobody's business.
 */
export function requireStorable(value: unknown, { payloadsAreBytes = false, maximumDepth = usualDepth } = {}): void {
  // One level has one entry here, however much there is in it: a list may have millions.
  const levels: Level[] = [];
  const look = (value: unknown): void => {
    if (levels.length > maximumDepth) throw invalid(["body", placeOf(levels)[1] ?? ""], `It is nested more than ${maximumDepth} deep`);
    if (typeof value === "string" && !payloadsAreBytes && unstorable.test(value))
      throw invalid(placeOf(levels), "The text holds NUL or a lone surrogate");
    if (typeof value !== "object" || value === null) return;
    const level = Array.isArray(value)
      ? { list: value as unknown[] }
      : { object: value as Record<string, unknown>, keys: Object.keys(value) };
    levels.push({ ...level, at: -1 });
  };
  look(value);
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    level.at += 1;
    if (level.list !== undefined && levels.length <= maximumDepth)
      while (level.at < level.list.length && isPlain(level.list[level.at])) level.at += 1;
    if (level.at >= (level.list ?? level.keys).length) levels.pop();
    else if (level.list !== undefined) look(level.list[level.at]);
    else {
      const key = level.keys[level.at] ?? "";
      if (key === "__proto__") throw invalid(placeOf(levels), "A field can't be called __proto__");
      if (payloadsAreBytes && key === "payload") continue;
      if (!payloadsAreBytes && unstorable.test(key))
        throw invalid(placeOf(levels.slice(0, -1)), "A field's name holds NUL or a lone surrogate");
      look(level.object[key]);
    }
  }
}

const isPlain = (value: unknown): boolean => typeof value === "number" || typeof value === "boolean" || value === null;

/** A list or an object that is looked through, and how far. */
type Level = { at: number } & ({ list: unknown[] } | { list?: undefined; object: Record<string, unknown>; keys: string[] });

/** The first steps to where it is. */
const placeOf = (levels: readonly Level[]): string[] => [
  "body",
  ...levels.slice(0, 3).map((level) => (level.list === undefined ? (level.keys[level.at] ?? "") : String(level.at))),
];

async function readStream(stream: ReadableStream<Uint8Array>, maximumBytes: number, place: Place): Promise<Buffer> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.length;
      if (bytes <= maximumBytes) {
        place?.take(value.length);
        chunks.push(value);
      } else chunks.length = 0;
      if (bytes > discardedBytes && bytes > maximumBytes) break;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("bad_request", "The request broke off", { cause: error });
  }
  if (bytes <= maximumBytes) return Buffer.concat(chunks, bytes);
  reader.cancel().catch(() => undefined);
  throw tooLarge(maximumBytes);
}

const tooLarge = (maximumBytes: number): AppError => new AppError("payload_too_large", `The request is larger than ${maximumBytes} bytes`);

const brokenOff = (): never => {
  throw new AppError("bad_request", "The request broke off");
};

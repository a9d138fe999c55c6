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
  const pending: { value: unknown; depth: number; loc: (string | number)[] }[] = [{ value, depth: 0, loc: ["body"] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth, loc } = next;
    if (depth > maximumDepth) throw invalid(["body", loc[1] ?? ""], `It is nested more than ${maximumDepth} deep`);
    if (typeof value === "string" && !payloadsAreBytes && unstorable.test(value))
      throw invalid(loc, "The text holds NUL or a lone surrogate");
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      // Deep down the place is told by its first steps: a path of its own for each value would cost a square.
      const place = loc.length < 4 ? [...loc, key] : loc;
      if (key === "__proto__") throw invalid(place, "A field can't be called __proto__");
      if (payloadsAreBytes && key === "payload") continue;
      if (!payloadsAreBytes && unstorable.test(key)) throw invalid(loc, "A field's name holds NUL or a lone surrogate");
      pending.push({ value: inner, depth: depth + 1, loc: place });
    }
  }
}

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

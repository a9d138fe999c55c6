/** Content codings (RFC 9110, section 8.4): bodies unpacked to be looked into, and never more of them than the limit. */
import * as zlib from "node:zlib";

/** `broken`: it is not what its Content-Encoding says, or that says what nobody knows. `body` is what to look into. */
export type Unpacked = { kind: "plain" | "unpacked" | "broken" | "too_large"; body: Buffer };

// Each may be as long as the limit allows, so their number bounds the work.
const maximumCodings = 5;

const codingsOf = (contentEncoding: string): string[] =>
  contentEncoding
    .split(",", maximumCodings + 1)
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");

/** `contentEncoding`: the header, with several codings in the order in which they were applied. Never throws. */
export function unpack(body: Buffer, contentEncoding: string | null | undefined, maximumBytes: number): Unpacked {
  if (contentEncoding === null || contentEncoding === undefined) return { kind: "plain", body };
  const codings = codingsOf(contentEncoding);
  if (codings.length === 0 || body.length === 0) return { kind: "plain", body };
  if (codings.length > maximumCodings) return { kind: "broken", body };
  try {
    return { kind: "unpacked", body: codings.reduceRight((packed, coding) => decoded(packed, coding, maximumBytes), body) };
  } catch (error) {
    return { kind: (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? "too_large" : "broken", body };
  }
}

/**
 * The beginning of a body that may have been cut off or broken, at most `maximumBytes` of it. `isWhole`: it is all of it.
 * Null: nobody knows the coding. Never throws.
 */
export function unpackStart(body: Buffer, contentEncoding: string, maximumBytes: number): { body: Buffer; isWhole: boolean } | null {
  const whole = unpack(body, contentEncoding, maximumBytes);
  if (whole.kind === "plain" || whole.kind === "unpacked") return { body: whole.body, isWhole: true };
  const codings = codingsOf(contentEncoding);
  if (codings.length > maximumCodings || codings.some((coding) => !Object.hasOwn(decoders, coding))) return null;
  return { body: codings.reduceRight((packed, coding) => startOf(packed, coding, maximumBytes), body), isWhole: false };
}

/** The content of the longest beginning of `packed` that can be unpacked within the limit: zlib gives nothing where it finds a fault. */
function startOf(packed: Buffer, coding: string, maximumBytes: number): Buffer {
  const at = (length: number): Buffer | null => {
    try {
      return decoded(packed.subarray(0, length), coding, maximumBytes, true);
    } catch {
      return null;
    }
  };
  let found: Buffer = Buffer.alloc(0);
  let [low, high] = [0, packed.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const start = at(middle);
    if (start === null) high = middle - 1;
    else {
      low = middle;
      found = start;
    }
  }
  return found;
}

type Decoder = (packed: Buffer, options: { maxOutputLength: number; finishFlush?: number }) => Buffer;

// Node.js has Zstandard from 22.15 on.
const { zstdDecompressSync } = zlib as typeof zlib & { zstdDecompressSync?: Decoder };

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: zlib.gunzipSync,
  "x-gzip": zlib.gunzipSync,
  deflate: (packed, options) => (isZlib(packed) ? zlib.inflateSync(packed, options) : zlib.inflateRawSync(packed, options)),
  br: zlib.brotliDecompressSync,
  ...(zstdDecompressSync === undefined ? {} : { zstd: zstdDecompressSync }),
};

/** The unpacked bytes. `mayEnd`: what is there so far will do. */
function decoded(packed: Buffer, coding: string, maximumBytes: number, mayEnd = false): Buffer {
  const decoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
  if (decoder === undefined) throw new Error("An unknown coding");
  return decoder(packed, { maxOutputLength: maximumBytes, ...(mayEnd ? { finishFlush: flushOf(coding) } : {}) });
}

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;

/** Zstandard's is brotli's number (zstd.h, ZSTD_e_flush). */
const flushOf = (coding: string): number => (coding === "br" || coding === "zstd" ? BROTLI_OPERATION_FLUSH : Z_SYNC_FLUSH);

/** Whether the bytes begin as zlib's do (RFC 1950, section 2.2). RFC 9110 means this by `deflate`; some senders leave the wrapper away. */
const isZlib = (packed: Buffer): boolean => packed.length > 2 && ((packed[0] ?? 0) & 0x0f) === 8 && packed.readUInt16BE(0) % 31 === 0;

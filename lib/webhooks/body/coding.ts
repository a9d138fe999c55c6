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

export type Start = { body: Buffer; isWhole: boolean };

/**
 * The beginning of a body that may have been cut off or broken, at most `maximumBytes` of it, unpacked beside the event loop: a few
 * bytes can take long. `isWhole`: it is all of it. Null: nobody knows the coding. Never rejects.
 */
export async function unpackStart(body: Buffer, contentEncoding: string, maximumBytes: number): Promise<Start | null> {
  const codings = codingsOf(contentEncoding);
  if (codings.length > maximumCodings || codings.some((coding) => !Object.hasOwn(decoders, coding))) return null;
  let start: Start = { body, isWhole: true };
  for (const coding of codings.toReversed()) {
    const next = await startOf(start.body, coding, maximumBytes);
    start = { body: next.body, isWhole: next.isWhole && start.isWhole };
  }
  return start;
}

/** What stands before a fault is told up to the piece in which it is. */
const pieceBytes = 128;

function startOf(packed: Buffer, coding: string, maximumBytes: number): Promise<Start> {
  const decoder = streamOf(packed, coding);
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    const end = (isWhole: boolean): void => {
      decoder.destroy();
      resolve({ body: Buffer.concat(chunks).subarray(0, maximumBytes), isWhole });
    };
    decoder.on("error", () => end(false));
    decoder.on("end", () => end(true));
    decoder.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maximumBytes) end(false);
    });
    for (let at = 0; at < packed.length; at += pieceBytes) decoder.write(packed.subarray(at, at + pieceBytes));
    decoder.end();
  });
}

type Unpacking = zlib.Gunzip | zlib.Inflate | zlib.InflateRaw | zlib.BrotliDecompress;
type Decoder = (packed: Buffer, options: { maxOutputLength: number }) => Buffer;

// Node.js has Zstandard from 22.15 on.
const { zstdDecompressSync, createZstdDecompress } = zlib as typeof zlib & {
  zstdDecompressSync?: Decoder;
  createZstdDecompress?: () => Unpacking;
};

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: zlib.gunzipSync,
  "x-gzip": zlib.gunzipSync,
  deflate: (packed, options) => (isZlib(packed) ? zlib.inflateSync(packed, options) : zlib.inflateRawSync(packed, options)),
  br: zlib.brotliDecompressSync,
  ...(zstdDecompressSync === undefined ? {} : { zstd: zstdDecompressSync }),
};

function decoded(packed: Buffer, coding: string, maximumBytes: number): Buffer {
  const decoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
  if (decoder === undefined) throw new Error("An unknown coding");
  return decoder(packed, { maxOutputLength: maximumBytes });
}

/** A stream that unpacks a coding that is known. */
function streamOf(packed: Buffer, coding: string): Unpacking {
  if (coding === "br") return zlib.createBrotliDecompress();
  if (coding === "zstd" && createZstdDecompress !== undefined) return createZstdDecompress();
  if (coding !== "deflate") return zlib.createGunzip();
  return isZlib(packed) ? zlib.createInflate() : zlib.createInflateRaw();
}

/** Whether the bytes begin as zlib's do (RFC 1950, section 2.2). RFC 9110 means this by `deflate`; some senders leave the wrapper away. */
const isZlib = (packed: Buffer): boolean => packed.length > 2 && ((packed[0] ?? 0) & 0x0f) === 8 && packed.readUInt16BE(0) % 31 === 0;

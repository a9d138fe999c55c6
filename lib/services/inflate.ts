/** Compressed request bodies, to be looked into: never more of them than the limit. And bodies as somebody may have packed them. */
import { promisify } from "node:util";
import { brotliDecompress, deflate, gunzip, gzip, inflate } from "node:zlib";

/** `broken`: it is not what its Content-Encoding says. */
export type Inflated = { kind: "plain" | "inflated"; body: Buffer } | { kind: "too_large" } | { kind: "broken" };

const inflaters = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/** What is not compressed, or in a way that we don't know, comes back as it is. */
export async function inflated(body: Buffer, contentEncoding: string | undefined, maximumBytes: number): Promise<Inflated> {
  const coding = contentEncoding?.trim().toLowerCase() ?? "";
  if (!isKnown(coding) || body.length === 0) return { kind: "plain", body };
  try {
    return { kind: "inflated", body: await inflaters[coding](body, { maxOutputLength: maximumBytes }) };
  } catch (error) {
    return { kind: (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? "too_large" : "broken" };
  }
}

const isKnown = (coding: string): coding is keyof typeof inflaters => Object.hasOwn(inflaters, coding);

export type Packing = { value: Buffer; what: string };

// Of the gzip header (RFC 1952, section 2.3.1): what is said of the level, and the system, both as encoders differ in them.
const levelBytes = [0, 2, 4];
const systemBytes = [0, 3, 10, 19, 255];
const levels = [1, 6, 9];

/** The body unpacked, if it looks packed, and otherwise as the usual encoders pack it. For the doctor. */
export async function packingsOf(body: Buffer, maximumBytes: number): Promise<Packing[]> {
  const unpacked = await Promise.all(
    (["gzip", "deflate"] as const).map(async (coding) => {
      const content = looksLike[coding](body) ? await inflated(body, coding, maximumBytes) : null;
      return content?.kind === "inflated" ? [{ value: content.body, what: `inflated: it came compressed with ${coding}` }] : [];
    }),
  );
  if (unpacked.flat().length > 0) return unpacked.flat();
  if (body.length === 0 || body.length > maximumBytes) return [];
  const packed = await Promise.all(levels.map(async (level) => [...(await gzips(body, level)), await promisify(deflate)(body, { level })]));
  return packed.flat().map((value) => {
    const coding = looksLike.gzip(value) ? "gzip" : "deflate";
    return { value, what: `compressed with ${coding}, where it came inflated` };
  });
}

const looksLike = {
  gzip: (body: Buffer): boolean => body[0] === 0x1f && body[1] === 0x8b,
  // RFC 1950, section 2.2.
  deflate: (body: Buffer): boolean => body.length > 2 && body[0] === 0x78 && body.readUInt16BE(0) % 31 === 0,
} as const;

async function gzips(body: Buffer, level: number): Promise<Buffer[]> {
  const made = await promisify(gzip)(body, { level });
  return levelBytes.flatMap((levelByte) =>
    systemBytes.map((systemByte) => Buffer.concat([made.subarray(0, 8), Buffer.from([levelByte, systemByte]), made.subarray(10)])),
  );
}

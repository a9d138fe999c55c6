/** Bodies as somebody on the way may have packed or unpacked them. */
import { promisify } from "node:util";
import { deflate, gzip } from "node:zlib";
import { unpack } from "../../webhooks/body/coding.ts";

export type Packing = { value: Buffer; what: string };

// Bytes of the gzip header (RFC 1952, section 2.3.1) in which encoders differ: what is said of the level, and the system.
const levelBytes = [0, 2, 4];
const systemBytes = [0, 3, 10, 19, 255];
const levels = [1, 6, 9];

/** The body unpacked, if it looks packed, and otherwise as the usual encoders pack it. For the doctor. */
export async function packingsOf(body: Buffer, maximumBytes: number): Promise<Packing[]> {
  const unpacked = (["gzip", "deflate"] as const).flatMap((coding) => {
    const content = looksLike[coding](body) ? unpack(body, coding, maximumBytes) : null;
    return content?.kind === "unpacked" ? [{ value: content.body, what: `inflated: it came compressed with ${coding}` }] : [];
  });
  if (unpacked.length > 0) return unpacked;
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

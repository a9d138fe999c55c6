/** Compressed request bodies, to be looked into: never more of them than the limit. */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";

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

/**
 * Iterators of polling endpoints: a place in the feed, and for a consumer its generation, so that what was given before a seek
 * is known as such. Opaque to clients. Older clients may hold `iter_<digits>`, a place alone.
 */
import { AppError } from "../../errors.ts";

/** `generation`: of the consumer that it was given to; null: of none. */
export type PollerIterator = { place: bigint; generation: number | null };

/** The generation of consumers whose iterators were plain places. */
const plainGeneration = 0;

const kinds = { consumer: 1, free: 2 } as const;
const packedBytes = 13;

export function iteratorOf(place: bigint | string, generation: number | null): string {
  const packed = Buffer.alloc(packedBytes);
  packed.writeUInt8(generation === null ? kinds.free : kinds.consumer, 0);
  packed.writeUInt32BE(generation ?? 0, 1);
  packed.writeBigUInt64BE(BigInt(place), 5);
  return `iter_${packed.toString("base64url")}`;
}

/** Reads an iterator. Null: none was given. Throws `invalid_iterator` for what is no iterator. */
export function readIterator(text: string | null | undefined): PollerIterator | null {
  if (text === null || text === undefined || text === "") return null;
  const plain = /^iter_(\d{1,18})$/.exec(text)?.[1];
  if (plain !== undefined) return { place: BigInt(plain), generation: plainGeneration };
  const packed = Buffer.from(text.slice("iter_".length), "base64url");
  const kind = packed.length === packedBytes ? packed.readUInt8(0) : 0;
  if (kind !== kinds.consumer && kind !== kinds.free) throw noIterator();
  const place = packed.readBigUInt64BE(5);
  const generation = kind === kinds.free ? null : packed.readUInt32BE(1);
  // Other texts can have the same bytes; and a place beyond PostgreSQL's bigint is nobody's.
  if (place >= 1n << 63n || iteratorOf(place, generation) !== text) throw noIterator();
  return { place, generation };
}

const noIterator = (): AppError =>
  invalidIterator("This is no iterator of a polling endpoint; ask without one, and go on with what the answer gives");

export const invalidIterator = (detail: string): AppError => new AppError("invalid_iterator", detail);

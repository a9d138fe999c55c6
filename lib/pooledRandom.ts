/** Random bytes in small pieces: asking the system for each costs more than sealing with it. */
import { randomFillSync } from "node:crypto";

const pool = Buffer.alloc(16 * 512);
let poolOffset = pool.length;

/** Cryptographically strong random bytes, at most a few dozen. To be used before the next piece is asked for: their place is filled anew. */
export function pooledRandom(count: number): Buffer {
  if (poolOffset + count > pool.length) {
    randomFillSync(pool);
    poolOffset = 0;
  }
  const bytes = pool.subarray(poolOffset, poolOffset + count);
  poolOffset += count;
  return bytes;
}

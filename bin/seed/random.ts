/** Random numbers that are the same every time (mulberry32): 0 to 1, below 1. */
export function randomness(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `place`: from 0 to 1, below 1. */
export const pick = <T>(values: readonly T[], place: number): T => values[Math.floor(place * values.length)] as T;

/** Picks by weight: twice the weight, twice as often. */
export function weighted<T>(rows: readonly (readonly [weight: number, value: T])[]): (place: number) => T {
  const ends: number[] = [];
  let total = 0;
  for (const [weight] of rows) ends.push((total += weight));
  return (place) => {
    const at = ends.findIndex((end) => place * total < end);
    return (rows[at] ?? rows[0])?.[1] as T;
  };
}

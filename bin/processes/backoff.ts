/** How long a process that ended unasked waits to be started again: not at all at first, then longer with each that did not last. */
const longEnoughMs = 30_000;
const firstMs = 100;
const mostMs = 30_000;

/** `failures`: how many before it ended soon, in a row. */
export function nextStart(livedMs: number, failures: number): { waitMs: number; failures: number } {
  const inARow = livedMs >= longEnoughMs ? 0 : failures;
  return { waitMs: inARow === 0 ? 0 : Math.min(mostMs, firstMs * 2 ** (inARow - 1)), failures: inARow + 1 };
}

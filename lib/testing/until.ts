/** Waiting for a condition: never longer than it takes, and never forever, also while a test's time stands. */
const { performance: clock, setTimeout: later } = globalThis;

export async function until<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  timeoutMs = 100_000,
): Promise<T> {
  const deadlineMs = clock.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (clock.now() > deadlineMs) throw new Error(`Waited ${timeoutMs} ms for: ${what}`);
    await new Promise((resolve) => later(resolve, 10));
  }
}

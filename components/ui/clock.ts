/**
 * The one clock of the pages: the server's, as far as its answers tell it. What it says has happened is then never in the
 * future, however wrong the browser's clock is.
 */
let aheadMs = 0;

/** A Date header has whole seconds, and its answer was under way: less than that is no difference. */
const exactMs = 3_000;

/** Takes the Date header of an answer. */
export function hearServer(date: string | null, browserMs = Date.now()): void {
  const serverMs = Date.parse(date ?? "");
  if (Number.isNaN(serverMs)) return;
  const differenceMs = serverMs - browserMs;
  aheadMs = Math.abs(differenceMs) < exactMs ? 0 : differenceMs;
}

/** Milliseconds since 1970, by the server's clock. */
export const clockMs = (): number => Date.now() + aheadMs;

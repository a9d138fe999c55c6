/** How long it is waited between the tries of a delivery, and what that means for a receiver that is away. */

/** Each wait is up to so much of it shorter or longer, so that tries that failed together don't come back together. */
export const jitterShare = 0.2;

/** `jitter`: from 0 to 1. */
export const jittered = (wait: number, jitter: number): number => wait * (1 - jitterShare + 2 * jitterShare * jitter);

/** Between which moments after the first try another one is made, in seconds, if all before it fail at once. */
export type PlannedTry = { number: number; earliest: number; latest: number };

/** All tries of a schedule, the first one included. */
export function plannedTries(scheduleSeconds: readonly number[]): PlannedTry[] {
  const tries: PlannedTry[] = [{ number: 1, earliest: 0, latest: 0 }];
  for (const wait of scheduleSeconds) {
    const before = tries.at(-1) ?? { number: 0, earliest: 0, latest: 0 };
    tries.push({ number: before.number + 1, earliest: before.earliest + jittered(wait, 0), latest: before.latest + jittered(wait, 1) });
  }
  return tries;
}

/** When a delivery gets through, in seconds after its first try; `lost`: whether it may have been given up by then, or surely has. */
export type Reached = {
  between: { earliest: number; latest: number; first: number; last: number } | null;
  lost: "no" | "maybe" | "surely";
};

/** What becomes of a delivery whose receiver is away for so many seconds from its first try on. Tries that fail are taken to take no time. */
export function reachedAfter(scheduleSeconds: readonly number[], awaySeconds: number): Reached {
  const tries = plannedTries(scheduleSeconds);
  const end = tries.at(-1);
  if (end === undefined || end.latest < awaySeconds) return { between: null, lost: "surely" };
  const lost = end.earliest < awaySeconds ? "maybe" : "no";
  const possible = tries.flatMap(({ number, earliest, latest }, at) => {
    const before = tries[at - 1];
    // It is the first that gets through: it may come late enough, and the one before may come too early.
    if (latest < awaySeconds || (before !== undefined && before.earliest >= awaySeconds)) return [];
    const wait = jittered(scheduleSeconds[at - 1] ?? 0, 1);
    const to = before === undefined ? 0 : Math.min(latest, Math.min(before.latest, awaySeconds) + wait);
    return to < awaySeconds ? [] : [{ number, earliest: Math.max(earliest, awaySeconds), latest: to }];
  });
  const [first] = possible;
  const last = possible.at(-1);
  if (first === undefined || last === undefined) return { between: null, lost: "surely" };
  const latest = Math.max(...possible.map((one) => one.latest));
  return { between: { earliest: first.earliest, latest, first: first.number, last: last.number }, lost };
}

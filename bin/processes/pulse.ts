/** How often a process is asked whether it is alive, and after how many times without a word it is killed. */
export type Pulse = { everyMs: number; mostSilences: number };

/**
 * Longer than any collection of memory takes, also of one that is swapped out. What counts is how often it was asked, not the time that
 * has passed: while the machine sleeps, or a terminal has stopped all of them, nobody asks either.
 */
export const usualPulse: Pulse = { everyMs: 5_000, mostSilences: 12 };

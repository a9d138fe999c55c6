/**
 * How much may be looked at, in steps of some ten nanoseconds each. They are counted and not timed, so that the same question
 * about the same body ends in the same way each time.
 */
export type Work = { left: number };

/** Thrown where work has no steps left. */
export class BeyondWork extends Error {}

export const unboundedWork: Work = { left: Infinity };

/** Throws BeyondWork if there are not so many left. */
export function spend(work: Work, steps: number): void {
  work.left -= steps;
  if (work.left < 0) throw new BeyondWork();
}

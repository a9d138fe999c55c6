/**
 * The members of `after` that `before` has otherwise. A form that sends no more than these undoes nothing of what somebody else has
 * stored since it was opened.
 */
export const changesOf = <T extends object>(before: object, after: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify((before as Record<string, unknown>)[name])),
  ) as Partial<T>;

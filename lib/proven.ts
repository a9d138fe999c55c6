/** Assertions: what always holds but the types can't know is said where it is relied on, and fails loudly should it not hold. */

/** `value`, which is there. `why`: what makes that certain. Throws an Error, for it is a fault of ours. */
export function known<T>(value: T | null | undefined, why: string): T {
  if (value === null || value === undefined) throw new Error(`Missing, against what is certain: ${why}`);
  return value;
}

/** `text` as one of a closed list's words, for columns that are text to the database. `what`: the column. Throws an Error. */
export function oneOf<const Word extends string>(words: readonly Word[], text: string, what: string): Word {
  return known(
    words.find((word) => word === text),
    `${what} is one of ${words.join(", ")}`,
  );
}

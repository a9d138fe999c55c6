/** Rows of names and values as people type them, and what the API takes. */
export type Pair = { name: string; value: string };

export const pairsOf = (record: Record<string, string> | null): Pair[] =>
  Object.entries(record ?? {}).map(([name, value]) => ({ name, value }));

/** Rows without a name are left out. */
export const recordOf = (pairs: Pair[]): Record<string, string> =>
  Object.fromEntries(pairs.filter(({ name }) => name.trim() !== "").map(({ name, value }) => [name.trim(), value]));

type Named = {
  label: string;
  /** Found by these too. */
  words?: string;
};

/** Those that have all words of the text: first where their names say them, then those that are only found by something else. */
export function namedBy<E extends Named>(text: string, entries: readonly E[]): E[] {
  const words = text.trim().toLowerCase().split(/\s+/);
  const hasAll = (said: string): boolean => words.every((word) => said.toLowerCase().includes(word));
  const found = entries.filter(({ label, words: more = "" }) => hasAll(`${label} ${more}`));
  return [...found.filter(({ label }) => hasAll(label)), ...found.filter(({ label }) => !hasAll(label))];
}

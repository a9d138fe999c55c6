/** The words of a text, separated by commas or spaces: how people type lists. */
export const wordsOf = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== "");

/** Secrets as people have them: copied with a line break behind, with quotes around, out of a file of settings. */

/** The secret without white space, quotes and invisible characters around it. */
export function cleanedSecret(text: string): string {
  const bare = trimmed(text);
  const quoted = /^(["'`])([^]*)\1$/.exec(bare) ?? /^([“‘«])([^]*)[”’»]$/.exec(bare);
  return quoted === null ? bare : trimmed(quoted[2] ?? "");
}

/** The text without blanks around it, found character by character: a pattern for the end would begin anew at each space in the middle. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && around.test(text.charAt(start))) start += 1;
  while (end > start && around.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

// Beyond white space: what has no width, and marks of direction.
const around = /[\s\u00ad\u200b-\u200f\u2060\ufeff]/;

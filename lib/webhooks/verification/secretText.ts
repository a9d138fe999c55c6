/** Secrets as people have them: copied with a line break behind, with quotes around, out of a file of settings. */

/** Without white space, quotes and invisible characters around it. */
export function cleanedSecret(text: string): string {
  const bare = text.replaceAll(around, "");
  const quoted = /^(["'`])([^]*)\1$/.exec(bare) ?? /^([“‘«])([^]*)[”’»]$/.exec(bare);
  return quoted === null ? bare : (quoted[2] ?? "").replaceAll(around, "");
}

// Beyond white space: what has no width, and marks of direction.
const around = /^[\s\u00ad\u200b-\u200f\u2060\ufeff]+|[\s\u00ad\u200b-\u200f\u2060\ufeff]+$/g;

/**
 * Whom a URL leads to, for what was given to that one alone: its origin and, at a Webster, the source, inbox or machine that
 * `/in/` names, because anybody there can have one next to it. Null: this is no URL.
 */
export function receiverPlace(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { origin, pathname } = new URL(url);
  return origin + (/^\/in\/[^/]*/.exec(pathname)?.[0] ?? "");
}

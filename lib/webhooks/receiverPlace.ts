import { parseUrl } from "../words/url.ts";

/**
 * Whom a URL leads to, for what was given to that one alone: its origin and, at a Webster, the source or machine (`/in/…`) or the
 * inbox (`/inbox/…`), because anybody there can have one next to it. Null: this is no URL.
 */
export function receiverPlace(url: string): string | null {
  const parsed = parseUrl(url);
  if (parsed === null) return null;
  const { origin, pathname } = parsed;
  return origin + (/^\/in(box)?\/[^/]*/.exec(pathname)?.[0] ?? "");
}

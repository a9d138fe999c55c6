/**
 * A text as the URL Standard reads it; null: it is no URL. Not by `URL.canParse`: once that is called often, Node.js 20 takes the
 * bytes of a letter such as "ü" for UTF-8, and says no to a URL that it had said yes to.
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

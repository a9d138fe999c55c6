/** Reading a request at the places that a provider's row names. */
import { bodyOf, headerOf, queryOf, textAt } from "./request.ts";
import type { IncomingRequest, Locator } from "./types.ts";

/** The body is parsed once, and only if a place is in it. */
export type Reader = { textOf: (place: Locator) => string | null; value: () => unknown };

export function readerOf(request: IncomingRequest): Reader {
  const body = bodyOf(request);
  return {
    value: () => body.value,
    textOf: (place) => {
      const colon = place.indexOf(":");
      const [kind, name] = [place.slice(0, colon), place.slice(colon + 1)];
      if (kind === "fixed") return name;
      if (kind === "query") return queryOf(request).get(name);
      if (kind === "form") return body.kind === "form" ? textAt(body.value, name) : null;
      if (kind === "body") return textAt(body.value, name);
      const value = headerOf(request, name);
      return typeof value === "string" ? value : null;
    },
  };
}

/** Reading a request at the places that a provider's row names. */
import { formOf, headerOf, isForm, jsonOf, queryOf, textAt } from "./request.ts";
import type { IncomingRequest, Locator } from "./types.ts";

/** The body is parsed once, and only if a place is in it. */
export type Reader = { textOf: (place: Locator) => string | null; json: () => unknown };

export function readerOf(request: IncomingRequest): Reader {
  let parsed: { value: unknown } | null = null;
  const json = () => (parsed ??= { value: jsonOf(request.body) }).value;
  return {
    json,
    textOf: (place) => {
      const colon = place.indexOf(":");
      const [kind, name] = [place.slice(0, colon), place.slice(colon + 1)];
      if (kind === "fixed") return name;
      if (kind === "query") return queryOf(request).get(name);
      if (kind === "form") return isForm(request) ? formOf(request).get(name) : null;
      if (kind === "body") return textAt(json(), name);
      const value = headerOf(request, name);
      return typeof value === "string" ? value : null;
    },
  };
}

"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useMemo } from "react";

type Changes = Record<string, string | readonly string[] | null>;

/** `replace`: it belongs to the step before, which Back undoes as a whole. */
export type Step = { replace?: boolean };

/**
 * The address's query as the state of a page: filters, cursor, open row. `set` changes the address without asking
 * the server, which is a step that Back undoes. Null, "" and [] take a name out.
 */
export function useUrlState() {
  const search = useSearchParams();
  const pathname = usePathname();
  return useMemo(
    () => ({
      get: (name: string): string | null => search.get(name),
      all: (name: string): string[] => search.getAll(name),
      href: (changes: Changes): string => pathname + searchWith(search, changes),
      set: (changes: Changes, { replace = false }: Step = {}): void => {
        // The address as it is now counts, not as it was last drawn: two changes in a row must both stay.
        const href = window.location.pathname + searchWith(new URLSearchParams(window.location.search), changes);
        if (replace) window.history.replaceState(null, "", href);
        // What is chosen already makes no step.
        else if (href !== window.location.pathname + window.location.search) window.history.pushState(null, "", href);
      },
    }),
    [search, pathname],
  );
}

export function searchWith(search: URLSearchParams, changes: Changes): string {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const one of typeof value === "string" ? [value] : (value ?? [])) if (one !== "") next.append(name, one);
  }
  const text = next.toString();
  return text === "" ? "" : `?${text}`;
}

"use client";

import { useMemo } from "react";
import { useUrlState } from "../ui/urlState.ts";
import { type Filters, changesOf, noFilters, readFilters } from "./filters.ts";

/** Filters and place, as the address says. Each change is a step that Back undoes. */
export function useFilters() {
  const url = useUrlState();
  const filters = useMemo(() => readFilters(url), [url]);
  const go = (next: Filters, iterator: string) => url.set({ ...changesOf(next), iterator }, { push: true });
  return {
    filters,
    iterator: url.get("iterator") ?? "",
    change: (part: Partial<Filters>) => go({ ...filters, ...part }, ""),
    clear: () => go(noFilters, ""),
    turn: (iterator: string) => go(filters, iterator),
  };
}

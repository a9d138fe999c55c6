"use client";

import { type MouseEvent, useMemo } from "react";
import { type Step, useUrlState } from "../ui/urlState.ts";
import { type Filters, type LogSort, changesOf, noFilters, readFilters, readSort } from "./filters.ts";

/** A link that changes filters without asking the server, unless it is opened elsewhere. */
export type FilterLink = { href: string; onClick: (event: MouseEvent) => void };

const nothing: Partial<Filters> = {};

/**
 * Filters and place, as the address says. Each change is a step that Back undoes. `fixed`: filters of the page itself, which
 * stay and aren't in the address; `own`: the others.
 */
export function useFilters(fixed: Partial<Filters> = nothing) {
  const url = useUrlState();
  const own = useMemo(() => {
    const asked = readFilters(url);
    const without = Object.keys(fixed).map((name) => [name, noFilters[name as keyof Filters]]);
    return { ...asked, ...Object.fromEntries(without) } as Filters;
  }, [url, fixed]);
  const filters = useMemo(() => ({ ...own, ...fixed }), [own, fixed]);
  return useMemo(() => {
    const go = (next: Filters, iterator: string, step?: Step) => url.set({ ...changesOf(next), iterator }, step);
    const change = (part: Partial<Filters>, step?: Step) => go({ ...own, ...part }, "", step);
    // Rows have hundreds of links, and most lead where others do.
    const links = new Map<string, string>();
    const hrefOf = (part: Partial<Filters>): string => {
      const changes = changesOf(part);
      const key = JSON.stringify(changes);
      const href = links.get(key) ?? url.href({ ...changes, iterator: "" });
      links.set(key, href);
      return href;
    };
    return {
      own,
      filters,
      iterator: url.get("iterator") ?? "",
      sort: readSort(url),
      change,
      sortBy: (sort: LogSort) => url.set({ sort: sort === "createdAt" ? null : sort, iterator: null }),
      clear: () => go(noFilters, ""),
      turn: (iterator: string) => go(own, iterator),
      linkTo: (part: Partial<Filters>): FilterLink => ({
        href: hrefOf(part),
        onClick: (event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
          event.preventDefault();
          change(part);
        },
      }),
    };
  }, [url, own, filters]);
}

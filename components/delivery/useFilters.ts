"use client";

import { type MouseEvent, useMemo } from "react";
import { useUrlState } from "../ui/urlState.ts";
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
    const changesTo = (next: Filters, iterator: string) => ({ ...changesOf(next), iterator });
    const go = (next: Filters, iterator: string) => url.set(changesTo(next, iterator), { push: true });
    const change = (part: Partial<Filters>) => go({ ...own, ...part }, "");
    return {
      own,
      filters,
      iterator: url.get("iterator") ?? "",
      sort: readSort(url),
      change,
      sortBy: (sort: LogSort) => url.set({ sort: sort === "createdAt" ? null : sort, iterator: null }, { push: true }),
      clear: () => go(noFilters, ""),
      turn: (iterator: string) => go(own, iterator),
      linkTo: (part: Partial<Filters>): FilterLink => ({
        href: url.href(changesTo({ ...own, ...part }, "")),
        onClick: (event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
          event.preventDefault();
          change(part);
        },
      }),
    };
  }, [url, own, filters]);
}

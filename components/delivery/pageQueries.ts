/** What the log asks for, for the browser that asks and for the server that asks ahead. */
import { type Filters, writeFilters } from "./filters.ts";

const pageSize = 50;

export const keys = {
  all: ["delivery"] as const,
  lists: ["delivery", "list"] as const,
  counts: ["delivery", "count"] as const,
};

/** `iterator` "": the newest page. */
export function pageQuery(filters: Filters, iterator: string) {
  const search = writeFilters(filters);
  const query = { ...Object.fromEntries(search), iterator, limit: pageSize };
  return { queryKey: [...keys.lists, search.toString(), iterator], path: "/delivery", query };
}

export function countQuery(filters: Filters) {
  const search = writeFilters(filters);
  return { queryKey: [...keys.counts, search.toString()], path: "/delivery/count", query: Object.fromEntries(search) };
}

import { readFilters, readSort } from "../components/delivery/filters.ts";
import { countQuery, pageQuery } from "../components/delivery/pageQueries.ts";

/** The query of the address, as Next.js reads it. */
export type Search = Record<string, string | string[] | undefined>;

/** The queries that the log of this address asks first. */
export function logAsks(search: Search) {
  const get = (name: string): string | null => {
    const value = search[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  };
  const filters = readFilters({ get });
  return [pageQuery(filters, get("iterator") ?? "", readSort({ get })), countQuery(filters)];
}

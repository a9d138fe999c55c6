/** The filters of the log. The address bar is where they stand: a copied link shows the same thing. */
import type { DeliveryFilter, DeliverySort, WantedStatus } from "../../lib/contract/delivery.ts";
import { bare, pastedId } from "../search/pastedId.ts";
import { type LogFilterName, logFilterNames, logFilters, snakeCase } from "../../lib/words/logFilter.ts";

/** `before` and `after` are RFC 3339; absolute, so that a link means the same tomorrow. */
export type Filters = { [N in LogFilterName]: (typeof logFilters)[N] extends "many" ? string[] : string } & { status: WantedStatus[] };

const names = logFilterNames;

export const noFilters = Object.fromEntries(names.map((name) => [name, logFilters[name] === "many" ? [] : ""])) as unknown as Filters;

/** By which moment the log is sorted, the newest first. */
export type LogSort = DeliverySort;

export const readSort = (search: { get(name: string): string | null }): LogSort =>
  search.get("sort") === "lastAttemptAt" ? "lastAttemptAt" : "createdAt";

export function readFilters(search: { get(name: string): string | null }): Filters {
  const filters: Record<string, string | string[]> = {};
  for (const name of names) {
    const text = search.get(snakeCase(name)) ?? "";
    filters[name] = Array.isArray(noFilters[name]) ? text.split(",").filter(Boolean) : text;
  }
  return filters as Filters;
}

/** The filters as a query, of the page and of the API: the names are the same. */
export function writeFilters(filters: Filters): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of names) {
    const text = textOf(filters[name]);
    if (text !== "") search.set(snakeCase(name), text);
  }
  return search;
}

/** The filters as changes of the address: unused ones are taken out. */
export const changesOf = (filters: Partial<Filters>): Record<string, string> =>
  Object.fromEntries(Object.entries(filters).map(([name, value]) => [snakeCase(name), textOf(value)]));

/** The filters as a body of the API. */
export function bodyOf(filters: Filters): DeliveryFilter {
  const given = names.filter((name) => textOf(filters[name]) !== "");
  return Object.fromEntries(given.map((name) => [name, name === "minAttempts" ? Number(filters[name]) : filters[name]]));
}

export const countFilters = (filters: Filters): number => names.filter((name) => textOf(filters[name]) !== "").length;

export const isFiltered = (filters: Filters): boolean => countFilters(filters) > 0;

const textOf = (value: string | string[]): string => (Array.isArray(value) ? value.join(",") : value.trim());

/** Where a pasted id, or the one in a pasted line, belongs among the filters; null: it is no id that the log knows. */
export function filterOfId(text: string): Partial<Filters> | null {
  const id = pastedId(text) ?? bare(text);
  if (/^ep_[0-9A-Za-z]{27}$/.test(id)) return { endpointId: id };
  if (/^app_[0-9A-Za-z]{27}$/.test(id)) return { applicationId: id };
  if (/^[a-zA-Z0-9\-_.]{1,256}$/.test(id)) return { messageId: id };
  return null;
}

/** The log's address that stands for a filter of the API; "" or "?…". */
export function searchOf(filter: DeliveryFilter): string {
  const texts = names.map((name): [string, string] => {
    const value = filter[name];
    return [snakeCase(name), Array.isArray(value) ? value.join(",") : String(value ?? "")];
  });
  const search = new URLSearchParams(texts.filter(([, text]) => text !== "")).toString();
  return search === "" ? "" : `?${search}`;
}

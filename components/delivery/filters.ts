/** What the log is filtered by. The address bar is where it stands: a copied link shows the same thing. */
import type { DeliveryFilter, DeliveryStatus } from "../../lib/contract/delivery.ts";

export type Filters = {
  status: DeliveryStatus[];
  httpStatus: string[];
  eventTypes: string[];
  endpointId: string;
  applicationId: string;
  errorClass: string[];
  minAttempts: string;
  messageId: string;
  /** RFC 3339; absolute, so that a link means the same tomorrow. */
  after: string;
  before: string;
};

export const noFilters: Filters = {
  status: [],
  httpStatus: [],
  eventTypes: [],
  endpointId: "",
  applicationId: "",
  errorClass: [],
  minAttempts: "",
  messageId: "",
  after: "",
  before: "",
};

/** The names in the address bar are the API's own. */
const parameters = {
  status: "status",
  httpStatus: "http_status",
  eventTypes: "event_types",
  endpointId: "endpoint_id",
  applicationId: "application_id",
  errorClass: "error_class",
  minAttempts: "min_attempts",
  messageId: "message_id",
  after: "after",
  before: "before",
} as const satisfies Record<keyof Filters, string>;

const names = Object.keys(parameters) as (keyof Filters)[];

export function readFilters(search: { get(name: string): string | null }): Filters {
  const filters: Record<string, string | string[]> = {};
  for (const name of names) {
    const text = search.get(parameters[name]) ?? "";
    filters[name] = Array.isArray(noFilters[name]) ? text.split(",").filter(Boolean) : text;
  }
  return filters as Filters;
}

/** As a query, of the page and of the API. */
export function writeFilters(filters: Filters): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of names) {
    const text = textOf(filters[name]);
    if (text !== "") search.set(parameters[name], text);
  }
  return search;
}

/** As changes of the address: what isn't filtered by is taken out. */
export const changesOf = (filters: Filters): Record<string, string> =>
  Object.fromEntries(names.map((name) => [parameters[name], textOf(filters[name])]));

/** As a body of the API. */
export function bodyOf(filters: Filters): DeliveryFilter {
  const given = names.filter((name) => textOf(filters[name]) !== "");
  return Object.fromEntries(given.map((name) => [name, name === "minAttempts" ? Number(filters[name]) : filters[name]]));
}

export const countFilters = (filters: Filters): number => names.filter((name) => textOf(filters[name]) !== "").length;

export const isFiltered = (filters: Filters): boolean => countFilters(filters) > 0;

const textOf = (value: string | string[]): string => (Array.isArray(value) ? value.join(",") : value.trim());

/** Where a pasted id belongs among the filters; null: it is no id that the log knows. */
export function filterOfId(text: string): Partial<Filters> | null {
  const id = text.trim();
  if (/^ep_[0-9A-Za-z]{27}$/.test(id)) return { endpointId: id };
  if (/^app_[0-9A-Za-z]{27}$/.test(id)) return { applicationId: id };
  if (/^[a-zA-Z0-9\-_.]{1,256}$/.test(id)) return { messageId: id };
  return null;
}

/** The log's address that stands for a filter of the API; "" or "?…". */
export function searchOf(filter: DeliveryFilter): string {
  const texts = names.map((name): [string, string] => {
    const value = filter[name];
    return [parameters[name], Array.isArray(value) ? value.join(",") : String(value ?? "")];
  });
  const search = new URLSearchParams(texts.filter(([, text]) => text !== "")).toString();
  return search === "" ? "" : `?${search}`;
}

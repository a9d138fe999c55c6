import { bare, pastedId } from "../search/pastedId.ts";

/** Where a pasted id, or the one in a pasted line, leads, behind the environment's path; null: it is none of ours. */
export function destinationOf(text: string): { label: string; path: string } | null {
  const id = pastedId(text) ?? bare(text);
  const prefix = /^([a-z]+)_[0-9A-Za-z]{27}$/.exec(id)?.[1];
  const page = prefix === undefined || !Object.hasOwn(destinations, prefix) ? undefined : destinations[prefix];
  return page === undefined ? null : { label: `${page.label} ${id}`, path: page.path(id) };
}

const destinations: Record<string, { label: string; path: (id: string) => string }> = {
  msg: { label: "Message", path: (id) => `/messages/${id}` },
  app: { label: "Application", path: (id) => `/applications/${id}` },
  atmpt: { label: "Delivery of attempt", path: (id) => `/deliveries?message_id=${id}` },
  ep: { label: "Deliveries of endpoint", path: (id) => `/deliveries?endpoint_id=${id}` },
  qtask: { label: "Background task", path: () => "/background-tasks" },
};

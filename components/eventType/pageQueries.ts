/** Queries of an event type's page, for the browser that asks and for the server that asks ahead. */

export const key = ["eventTypes"] as const;

export const oneQuery = (name: string) => ({ queryKey: [...key, "one", name], path: `/event-type/${name}`, query: {} });

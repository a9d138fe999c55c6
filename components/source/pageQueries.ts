/** Queries of a source's page, for the browser that asks and for the server that asks ahead. */

export const key = ["sources"] as const;

export const sourcePath = (id: string): string => `/source/${encodeURIComponent(id)}`;

export const oneQuery = (id: string) => ({ queryKey: [...key, "one", id], path: sourcePath(id), query: {} });

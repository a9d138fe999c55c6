/** Queries of an application's page, for the browser that asks and for the server that asks ahead. */

export const key = ["applications"] as const;

export const oneQuery = (id: string) => ({ queryKey: [...key, "one", id], path: `/app/${id}`, query: {} });

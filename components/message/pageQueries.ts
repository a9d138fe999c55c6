/** Queries of a message's page, for the browser that asks and for the server that asks ahead. */

export const key = ["messages"] as const;

export const oneQuery = (id: string) => ({ queryKey: [...key, "one", id], path: `/msg/${id}`, query: {} });

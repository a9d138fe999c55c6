/** Queries of a received request's page, for the browser that asks and for the server that asks ahead. */

export const key = ["receivedRequests"] as const;

export const requestPath = (id: string): string => `/received-request/${encodeURIComponent(id)}`;

export const oneQuery = (id: string) => ({ queryKey: [...key, "one", id], path: requestPath(id), query: {} });

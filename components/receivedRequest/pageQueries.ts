/** Queries of a received request's page, for the browser that asks and for the server that asks ahead. */

import type { ReceivedRequestDetail } from "../../lib/contract/receivedRequest.ts";

export const key = ["receivedRequests"] as const;

export const requestPath = (id: string): string => `/received-request/${encodeURIComponent(id)}`;

export const oneQuery = (id: string) => ({ queryKey: [...key, "one", id], path: requestPath(id), query: {} });

/** Whether a request came to the source that the address names. */
export const isAt =
  (sourceId: string) =>
  (request: unknown): boolean =>
    (request as ReceivedRequestDetail).source.id === sourceId;

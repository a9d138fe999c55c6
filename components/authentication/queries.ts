"use client";

/** How Webster authenticates to an endpoint's receiver. What is secret in it is sent, never asked for. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { EndpointAuthenticationIn, EndpointAuthenticationOut } from "../../lib/contract/authentication.ts";
import { api } from "../api.ts";
import { type EndpointKey, endpointPath } from "../endpoint/queries.ts";

const key = (endpointId: string) => ["authentication", endpointId] as const;
const pathOf = (endpoint: EndpointKey): string => `${endpointPath(endpoint)}/authentication`;

export const authenticationQuery = (endpoint: EndpointKey) =>
  queryOptions({
    queryKey: key(endpoint.endpointId),
    queryFn: ({ signal }) => api.get<EndpointAuthenticationOut>(pathOf(endpoint), { signal }),
  });

/** Sets how Webster authenticates; null removes it. */
export function useSetAuthentication(endpoint: EndpointKey) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: EndpointAuthenticationIn | null) =>
      body === null ? api.delete(pathOf(endpoint)) : api.put<EndpointAuthenticationOut>(pathOf(endpoint), { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: key(endpoint.endpointId) }),
  });
}

"use client";

/** Signing secrets. What is revealed is kept by whoever shows it, never in the cache. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { EndpointSecretInfo } from "../../lib/contract/secret.ts";
import { api } from "../api.ts";
import { type EndpointKey, endpointPath } from "../endpoint/queries.ts";

const key = (endpointId: string) => ["secrets", endpointId] as const;

export const secretsQuery = (endpoint: EndpointKey) =>
  queryOptions({
    queryKey: key(endpoint.endpointId),
    queryFn: ({ signal }) => api.get<{ data: EndpointSecretInfo[] }>(`${endpointPath(endpoint)}/secrets`, { signal }),
  });

export const revealSecret = async (endpoint: EndpointKey): Promise<string> =>
  (await api.get<{ key: string }>(`${endpointPath(endpoint)}/secret`)).key;

export function useRotateSecret(endpoint: EndpointKey) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { gracePeriodSeconds: number; key?: string }) => api.post<null>(`${endpointPath(endpoint)}/secret/rotate`, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: key(endpoint.endpointId) }),
  });
}

export function useExpireSecret(endpoint: EndpointKey) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (secretId: string) => api.post<null>(`${endpointPath(endpoint)}/secret/expire`, { body: { secretId } }),
    onSuccess: () => client.invalidateQueries({ queryKey: key(endpoint.endpointId) }),
  });
}

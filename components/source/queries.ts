"use client";

/** Sources, as the API has them. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { SourceIn, SourceOut, SourcePatch } from "../../lib/contract/source.ts";
import type { SourceProviderOut, SourceTestIn, SourceTestOut } from "../../lib/contract/sourceTools.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";

export type SourceFilter = { search?: string | null; provider?: string | null; iterator?: string | null };

const key = ["sources"] as const;
const path = (id: string): string => `/source/${encodeURIComponent(id)}`;

export const sourcesQuery = (filter: SourceFilter, limit = 50) =>
  queryOptions({
    queryKey: [...key, "list", filter, limit],
    queryFn: ({ signal }) => api.get<Page<SourceOut>>("/source", { query: { ...filter, limit }, signal }),
    placeholderData: keepPreviousData,
  });

export const sourceQuery = (id: string) =>
  queryOptions({ queryKey: [...key, "one", id], queryFn: ({ signal }) => api.get<SourceOut>(path(id), { signal }) });

/** The table of providers, which changes with the program only. */
export const providersQuery = queryOptions({
  queryKey: ["sourceProviders"],
  queryFn: async ({ signal }) => (await api.get<{ data: SourceProviderOut[] }>("/source-provider", { signal })).data,
  staleTime: Infinity,
});

export const revealSecrets = (id: string) => api.get<{ secrets: string[] }>(`${path(id)}/config`);

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () =>
      Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: ["receivedRequests"] })]),
  });
}

export const useCreateSource = () => useChange((body: Partial<SourceIn>) => api.post<SourceOut>("/source", { body }));
export const usePatchSource = (id: string) => useChange((body: SourcePatch) => api.patch<SourceOut>(path(id), { body }));

export const useRotateToken = (id: string) =>
  useChange((gracePeriodSeconds: number) => api.post<SourceOut>(`${path(id)}/token/rotate`, { body: { gracePeriodSeconds } }));

export const useAddSecret = (id: string) =>
  useChange((body: { secret: string; gracePeriodSeconds: number }) => api.post<SourceOut>(`${path(id)}/secret/rotate`, { body }));

export const useSendTest = (id: string) => useChange((body: SourceTestIn) => api.post<SourceTestOut>(`${path(id)}/send-test`, { body }));

/** After a deletion, queries of the source that are still shown are not asked again: it is gone. */
export function useDeleteSource(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(path(id)),
    onSuccess: () => client.invalidateQueries({ refetchType: "none" }),
  });
}

"use client";

/** Sources, as the API has them. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { SourceIn, SourceOut, SourcePatch } from "../../lib/contract/source.ts";
import type { SourceProviderOut, SourceTestIn, SourceTestOut } from "../../lib/contract/sourceTools.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";
import { key, oneQuery, sourcePath } from "./pageQueries.ts";

export type SourceFilter = { search?: string | null; provider?: string | null; iterator?: string | null };

export const sourcesQuery = (filter: SourceFilter, limit = 50) =>
  queryOptions({
    queryKey: [...key, "list", filter, limit],
    queryFn: ({ signal }) => api.get<Page<SourceOut>>("/source", { query: { ...filter, limit }, signal }),
    placeholderData: keepPreviousData,
  });

export function sourceQuery(id: string) {
  const { queryKey, path } = oneQuery(id);
  return queryOptions({ queryKey, queryFn: ({ signal }) => api.get<SourceOut>(path, { signal }) });
}

/** The table of providers, which changes with the program only. */
export const providersQuery = queryOptions({
  queryKey: ["sourceProviders"],
  queryFn: async ({ signal }) => (await api.get<{ data: SourceProviderOut[] }>("/source-provider", { signal })).data,
  staleTime: Infinity,
});

export const revealSecrets = (id: string) => api.get<{ secrets: string[] }>(`${sourcePath(id)}/config`);

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () =>
      Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: ["receivedRequests"] })]),
  });
}

export const useCreateSource = () => useChange((body: Partial<SourceIn>) => create<SourceOut>("/source", { body }));
export const usePatchSource = (id: string) => useChange((body: SourcePatch) => api.patch<SourceOut>(sourcePath(id), { body }));

export const useRotateToken = (id: string) =>
  useChange((gracePeriodSeconds: number) => api.post<SourceOut>(`${sourcePath(id)}/token/rotate`, { body: { gracePeriodSeconds } }));

export const useAddSecret = (id: string) =>
  useChange((body: { secret: string; gracePeriodSeconds: number }) => api.post<SourceOut>(`${sourcePath(id)}/secret/rotate`, { body }));

export const useSendTest = (id: string) =>
  useChange((body: SourceTestIn) => api.post<SourceTestOut>(`${sourcePath(id)}/send-test`, { body }));

/** After a deletion, queries of the source that are still shown are not asked again: it is gone. */
export function useDeleteSource(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(sourcePath(id)),
    onSuccess: () => client.invalidateQueries({ refetchType: "none" }),
  });
}

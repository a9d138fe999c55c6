"use client";

/** The API keys of the environment. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ApiKeyCreatedOut, ApiKeyIn, ApiKeyOut, ApiKeyPatch } from "../../lib/contract/apiKey.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";

const key = ["apiKeys"] as const;
const limit = 250;

export const apiKeysQuery = (iterator: string | null) =>
  queryOptions({
    queryKey: [...key, iterator],
    queryFn: ({ signal }) => api.get<Page<ApiKeyOut>>("/api-key", { query: { iterator, limit }, signal }),
    placeholderData: keepPreviousData,
  });

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries({ queryKey: key }) });
}

export const useCreateApiKey = () => useChange((body: ApiKeyIn) => create<ApiKeyCreatedOut>("/api-key", { body }));

export const usePatchApiKey = (id: string) => useChange((body: ApiKeyPatch) => api.patch<ApiKeyOut>(`/api-key/${id}`, { body }));

export const useRevokeApiKey = () => useChange((id: string) => api.delete(`/api-key/${id}`));

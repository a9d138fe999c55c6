"use client";

/** An application's integrations, as the API has them. What is revealed of a key is kept nowhere. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { IntegrationIn, IntegrationOut } from "../../lib/contract/integration.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";

const key = ["integrations"] as const;
const pathOf = (applicationId: string): string => `/app/${applicationId}/integration`;

export const integrationsQuery = (applicationId: string, iterator: string | null) =>
  queryOptions({
    queryKey: [...key, applicationId, iterator],
    queryFn: ({ signal }) => api.get<Page<IntegrationOut>>(pathOf(applicationId), { query: { iterator, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
  });

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries({ queryKey: key }) });
}

/** `id` null: a new one. */
export const useSaveIntegration = (applicationId: string, id: string | null) =>
  useChange((body: IntegrationIn) =>
    id === null
      ? create<IntegrationOut>(pathOf(applicationId), { body })
      : api.put<IntegrationOut>(`${pathOf(applicationId)}/${id}`, { body }),
  );

export const useDeleteIntegration = (applicationId: string) => useChange((id: string) => api.delete(`${pathOf(applicationId)}/${id}`));

export const revealIntegrationKey = async (applicationId: string, id: string): Promise<string> =>
  (await api.get<{ key: string }>(`${pathOf(applicationId)}/${id}/key`)).key;

export const rotateIntegrationKey = async (applicationId: string, id: string): Promise<string> =>
  (await api.post<{ key: string }>(`${pathOf(applicationId)}/${id}/key/rotate`)).key;

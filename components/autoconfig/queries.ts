"use client";

/** An application's AutoConfig subscriptions. A token is told once, and kept nowhere. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { AutoConfigOut, AutoConfigSubscriptionOut } from "../../lib/contract/autoconfig.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";

const key = ["autoconfig"] as const;
const pathOf = (applicationId: string): string => `/app/${applicationId}/autoconfig`;

export const autoconfigQuery = (applicationId: string, iterator: string | null) =>
  queryOptions({
    queryKey: [...key, applicationId, iterator],
    queryFn: ({ signal }) => api.get<Page<AutoConfigSubscriptionOut>>(pathOf(applicationId), { query: { iterator, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
  });

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries({ queryKey: key }) });
}

/** `id` null: a new one; else its token is replaced. */
export const useMakeToken = (applicationId: string) =>
  useChange((id: string | null) => api.post<AutoConfigOut>(id === null ? pathOf(applicationId) : `${pathOf(applicationId)}/${id}/rotate`));

export const useDeleteAutoconfig = (applicationId: string) => useChange((id: string) => api.delete(`${pathOf(applicationId)}/${id}`));

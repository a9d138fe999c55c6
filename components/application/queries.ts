"use client";

/** Applications, as the API has them: what to ask, what to change, what that makes stale. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ApplicationOut } from "../../lib/contract/application.ts";
import type { Capability } from "../../lib/words/capability.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";
import { key, oneQuery } from "./pageQueries.ts";

export type ApplicationFilter = { search?: string | null; iterator?: string | null };

export const applicationsQuery = (filter: ApplicationFilter) =>
  queryOptions({
    queryKey: [...key, "list", filter],
    queryFn: ({ signal }) =>
      api.get<Page<ApplicationOut>>("/app", { query: { ...filter, order: "descending", with_endpoint_counts: true, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
  });

export function applicationQuery(id: string) {
  const { queryKey, path } = oneQuery(id);
  return queryOptions({ queryKey, queryFn: ({ signal }) => api.get<ApplicationOut>(path, { signal }) });
}

export type ApplicationChange = { name: string; uid: string | null; throttleRate: number | null; metadata: Record<string, string> };

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries({ queryKey: key }) });
}

export const useCreateApplication = () => useChange((body: ApplicationChange) => create<ApplicationOut>("/app", { body }));

export const useUpdateApplication = (id: string) =>
  useChange((body: Partial<ApplicationChange>) => api.patch<ApplicationOut>(`/app/${id}`, { body }));

/** After a deletion, queries of the application that are still shown are not asked again: it is gone. Lists ask when they are next shown. */
export function useDeleteApplication(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(`/app/${id}`),
    onSuccess: () => client.invalidateQueries({ refetchType: "none" }),
  });
}

/** `capabilities` absent: all. */
type Access = { expiry: number; capabilities?: readonly Capability[] };

export const usePortalLink = (id: string) =>
  useMutation({ mutationFn: (body: Access) => api.post<{ url: string }>(`/auth/app-portal-access/${id}`, { body }) });

export const useRevokePortal = (id: string) =>
  useMutation({ mutationFn: () => api.post<null>(`/auth/app/${id}/expire-all`, { body: {} }) });

"use client";

/** The organization and its environments. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { EnvironmentIn, EnvironmentOut, EnvironmentPatch } from "../../lib/contract/environment.ts";
import type { OrganizationOut, OrganizationPatch } from "../../lib/contract/organization.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";
import { sessionKey } from "../session/queries.ts";

const key = ["environments"] as const;
const limit = 250;

export const environmentsQuery = (iterator: string | null) =>
  queryOptions({
    queryKey: [...key, iterator],
    queryFn: ({ signal }) => api.get<Page<EnvironmentOut>>("/environment", { query: { iterator, limit }, signal }),
    placeholderData: keepPreviousData,
  });

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      // The switcher names them too.
      router.refresh();
      await Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: sessionKey })]);
    },
  });
}

export const useCreateEnvironment = () => useChange((body: EnvironmentIn) => create<EnvironmentOut>("/environment", { body }));

export const usePatchEnvironment = (id: string) =>
  useChange((body: EnvironmentPatch) => api.patch<EnvironmentOut>(`/environment/${id}`, { body }));

export const useDeleteEnvironment = () => useChange((id: string) => api.delete(`/environment/${id}`));

export const usePatchOrganization = () => useChange((body: OrganizationPatch) => api.patch<OrganizationOut>("/organization", { body }));

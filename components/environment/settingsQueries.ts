"use client";

/** The settings of the environment that is open, and moving what it holds. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { EnvironmentImportOut, EnvironmentSettings } from "../../lib/contract/environmentSettings.ts";
import { api } from "../api.ts";
import { searchIndexQuery } from "../delivery/searchIndex.ts";

const key = ["environmentSettings"] as const;

export const environmentSettingsQuery = queryOptions({
  queryKey: key,
  queryFn: ({ signal }) => api.get<EnvironmentSettings>("/environment/settings", { signal }),
});

export function usePatchSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<EnvironmentSettings>) => api.patch<EnvironmentSettings>("/environment/settings", { body }),
    onSuccess: (settings) => {
      client.setQueryData(key, settings);
      void client.invalidateQueries({ queryKey: searchIndexQuery.queryKey });
    },
  });
}

/** Exports the environment, as text, so that no example in it is rounded. */
export const useExportEnvironment = () => useMutation({ mutationFn: () => api.post<string>("/environment/export", { read: String }) });

/** Imports into the environment, which may change event types and connectors too. */
export function useImportEnvironment() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ bodyText, dryRun }: { bodyText: string; dryRun: boolean }) =>
      api.post<EnvironmentImportOut | null>("/environment/import", { bodyText, query: { dry_run: dryRun } }),
    onSuccess: (_, { dryRun }) => (dryRun ? undefined : client.invalidateQueries()),
  });
}

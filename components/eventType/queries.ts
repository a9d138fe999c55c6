"use client";

/** Event types, as the API has them: what to ask, what to change, what that makes stale. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { EventTypeOut } from "../../lib/contract/eventType.ts";
import type { EventTypeImportOpenApiOut, EventTypeUsageOut } from "../../lib/contract/eventTypeImport.ts";
import type { PayloadShapeOut } from "../../lib/contract/payloadShape.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";
import type { EventType } from "./exactSchemas.ts";
import { key, oneQuery } from "./pageQueries.ts";

export type EventTypeFilter = { search?: string | null; include_archived?: boolean; iterator?: string | null };

export type { EventType };

// Loaded when it is needed, because the log's filters are on this file too.
const exact = () => import("./exactSchemas.ts");

export const eventTypesQuery = (filter: EventTypeFilter) =>
  queryOptions({
    queryKey: [...key, "list", filter],
    queryFn: ({ signal }) => api.get<Page<EventTypeOut>>("/event-type", { query: { ...filter, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
  });

/** Event types that fit a search, without their schemas: as many as one page holds. */
export const eventTypeOptionsQuery = (search: string) =>
  queryOptions({
    queryKey: [...key, "options", search],
    queryFn: ({ signal }) => api.get<Page<EventTypeOut>>("/event-type", { query: { limit: 250, search: search || null }, signal }),
    placeholderData: keepPreviousData,
  });

/** Event types to choose from, with their schemas: as many of those that fit a search as one page holds. */
export const eventTypeChoicesQuery = (search = "") =>
  queryOptions({
    queryKey: [...key, "choices", search],
    queryFn: ({ signal }) =>
      api.get<Page<EventType>>("/event-type", {
        query: { limit: 250, with_content: true, search: search || null },
        signal,
        read: async (answer) => (await exact()).readPage(answer),
      }),
    placeholderData: keepPreviousData,
  });

export function eventTypeQuery(name: string) {
  const { queryKey, path } = oneQuery(name);
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => api.get<EventType>(path, { signal, read: async (answer) => (await exact()).readOne(answer) }),
  });
}

export const eventTypeUsageQuery = (name: string) =>
  queryOptions({
    queryKey: [...key, "usage", name],
    queryFn: ({ signal }) => api.get<EventTypeUsageOut>(`/event-type/${name}/usage`, { signal }),
  });

export const payloadShapeQuery = (name: string) =>
  queryOptions({
    queryKey: [...key, "payloadShape", name],
    queryFn: ({ signal }) => api.get<PayloadShapeOut>(`/event-type/${name}/payload-shape`, { signal }),
    refetchInterval: 10_000,
  });

/** `schemasText`: as it was typed. */
export type EventTypeChange = { description: string; groupName: string | null; schemasText: string };

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries({ queryKey: key }) });
}

export const useImportOpenApi = () =>
  useChange((body: { specRaw: string; replaceAll: boolean; dryRun: boolean }) =>
    api.post<EventTypeImportOpenApiOut>("/event-type/import/openapi", { body }),
  );

export const useCreateEventType = () =>
  useChange(async (change: EventTypeChange & { name: string }) =>
    create<EventTypeOut>("/event-type", { bodyText: (await exact()).written(change) }),
  );

export const useUpdateEventType = (name: string) =>
  useChange(async (change: Partial<EventTypeChange>) =>
    api.patch<EventTypeOut>(`/event-type/${name}`, { bodyText: (await exact()).written(change) }),
  );

export const useArchiveEventType = (name: string) =>
  useChange((archived: boolean) => api.patch<EventTypeOut>(`/event-type/${name}`, { body: { archived } }));

/** After a deletion, queries of the event type that are still shown are not asked again: it is gone. Lists ask when they are next shown. */
export function useDeleteEventType(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(`/event-type/${name}`, { query: { expunge: true } }),
    onSuccess: () => client.invalidateQueries({ refetchType: "none" }),
  });
}

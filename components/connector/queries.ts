"use client";

/** The environment's connectors, as the API has them. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ConnectorIn, ConnectorOut } from "../../lib/contract/connector.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";

const key = ["connectors"] as const;

export const connectorsQuery = (iterator: string | null) =>
  queryOptions({
    queryKey: [...key, "list", iterator],
    queryFn: ({ signal }) => api.get<Page<ConnectorOut>>("/connector", { query: { iterator, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
  });

export const connectorQuery = (id: string) =>
  queryOptions({
    queryKey: [...key, "one", id],
    queryFn: ({ signal }) => api.get<ConnectorOut>(`/connector/${encodeURIComponent(id)}`, { signal }),
  });

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries({ queryKey: key }) });
}

/** Creates a connector (`id` null) or changes some of one's fields. A uid stays as it was made. */
export const useSaveConnector = (id: string | null) =>
  useChange(({ uid, ...fields }: Partial<ConnectorIn>) =>
    id === null
      ? create<ConnectorOut>("/connector", { body: { uid, ...fields } })
      : api.patch<ConnectorOut>(`/connector/${id}`, { body: fields }),
  );

/** After a deletion, queries of the connector that are still shown are not asked again: it is gone. */
export function useDeleteConnector() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete(`/connector/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: [...key, "list"] }),
  });
}

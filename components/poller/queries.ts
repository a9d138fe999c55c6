"use client";

/** Polling endpoints and their consumers. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type {
  DestinationIn,
  DestinationOut,
  DestinationPatch,
  DestinationTransformationOut,
  DestinationTransformIn,
} from "../../lib/contract/destination.ts";
import type { PollerConsumerOut } from "../../lib/contract/poller.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";
import { destinationsPath, key, oneQuery, type PollerKey } from "./pageQueries.ts";

export type { PollerKey };

const refetchMs = 5_000;
export const pollerPath = ({ applicationId, pollerId }: PollerKey): string => `/app/${applicationId}/poller/${pollerId}`;

/** An application's polling endpoints; FIFO endpoints stand among the other endpoints. */
export const pollersQuery = (applicationId: string, iterator: string | null) =>
  queryOptions({
    queryKey: [...key, applicationId, "list", iterator],
    queryFn: ({ signal }) =>
      api.get<Page<DestinationOut>>(destinationsPath(applicationId), { query: { iterator, limit: 50, type: "pollingEndpoint" }, signal }),
    placeholderData: keepPreviousData,
  });

export function pollerQuery(poller: PollerKey) {
  const { queryKey, path } = oneQuery(poller);
  return queryOptions({ queryKey, queryFn: ({ signal }) => api.get<DestinationOut>(path, { signal }) });
}

export const consumersQuery = (poller: PollerKey) =>
  queryOptions({
    queryKey: [...key, poller.applicationId, poller.pollerId, "consumers"],
    queryFn: ({ signal }) => api.get<{ data: PollerConsumerOut[] }>(`${pollerPath(poller)}/consumer`, { signal }),
    refetchInterval: refetchMs,
  });

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries({ queryKey: key }) });
}

export const useCreatePoller = (applicationId: string) =>
  useChange((body: Partial<DestinationIn>) =>
    create<DestinationOut>(destinationsPath(applicationId), { body: { ...body, type: "pollingEndpoint" } }),
  );

export const usePatchPoller = ({ applicationId, pollerId }: PollerKey) =>
  useChange((body: DestinationPatch) => api.patch<DestinationOut>(`${destinationsPath(applicationId)}/${pollerId}`, { body }));

const transformationPath = ({ applicationId, pollerId }: PollerKey): string =>
  `${destinationsPath(applicationId)}/${pollerId}/transformation`;

export const pollerTransformationQuery = (poller: PollerKey) =>
  queryOptions({
    queryKey: [...key, poller.applicationId, poller.pollerId, "transformation"],
    queryFn: ({ signal }) => api.get<DestinationTransformationOut>(transformationPath(poller), { signal }),
  });

export const useSavePollerTransformation = (poller: PollerKey) =>
  useChange((body: DestinationTransformIn) => api.patch<object>(transformationPath(poller), { body }));

/** After a deletion, queries of the polling endpoint that are still shown are not asked again: it is gone. */
export function useDeletePoller({ applicationId, pollerId }: PollerKey) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(`${destinationsPath(applicationId)}/${pollerId}`),
    onSuccess: () => client.invalidateQueries({ queryKey: key, refetchType: "none" }),
  });
}

export const useSeek = (poller: PollerKey) =>
  useChange(({ consumerId, after }: { consumerId: string; after: string }) =>
    api.post<{ iterator: string }>(`${pollerPath(poller)}/consumer/${encodeURIComponent(consumerId)}/seek`, { body: { after } }),
  );

export const useForgetConsumer = (poller: PollerKey) =>
  useChange((consumerId: string) => api.delete(`${pollerPath(poller)}/consumer/${encodeURIComponent(consumerId)}`));

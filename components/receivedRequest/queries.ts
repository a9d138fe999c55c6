"use client";

/** Received requests, as the API has them. */
import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { BackgroundTaskOut } from "../../lib/contract/backgroundTask.ts";
import type { ReceivedRequestChanged } from "../../lib/contract/eventStream.ts";

import type {
  QuarantineFilter,
  QuarantineOut,
  ReceivedRequestDetail,
  ReceivedRequestOut,
  VerifyAgainOut,
} from "../../lib/contract/receivedRequest.ts";
import type { DiagnosisOut, ReplayElsewhereIn, ReplayElsewhereOut } from "../../lib/contract/sourceTools.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";
import type { RowPage } from "../delivery/page.ts";
import { useEventStream } from "../delivery/useEventStream.ts";
import { key, oneQuery, requestPath } from "./pageQueries.ts";

export type RequestFilter = {
  source_id: string;
  verdict: string;
  reason: string;
  search: string;
  event_type: string;
  after: string;
  before: string;
};

const liveMs = 30_000;
const pollMs = 5_000;
const pageSize = 50;

export function useReceivedRequests(filter: RequestFilter, iterator: string, { paused, live }: { paused: boolean; live: boolean }) {
  return useQuery({
    queryKey: [...key, "list", filter, iterator],
    queryFn: ({ signal }) =>
      api.get<RowPage<ReceivedRequestOut>>("/received-request", { query: { ...filter, iterator, limit: pageSize }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: paused ? false : live ? liveMs : pollMs,
    staleTime: 0,
  });
}

/**
 * Asks for the list again when something of it changes, except while `paused`; whether it is told by itself. `isNewest`: what
 * comes may join what is shown.
 */
export function useLiveRequests(sourceId: string, { paused, isNewest }: { paused: boolean; isNewest: boolean }): boolean {
  const client = useQueryClient();
  const queryKey = [...key, "list"];
  const askAgain = () => void client.invalidateQueries({ queryKey });
  const changed = ({ receivedRequests, more }: ReceivedRequestChanged) => {
    if (paused) return;
    const pages = client.getQueriesData<RowPage<ReceivedRequestOut>>({ queryKey, type: "active" });
    const known = new Set(pages.flatMap(([, page]) => page?.data ?? []).map(({ id }) => id));
    if (more || receivedRequests.some(({ id, source }) => source.id === sourceId && (isNewest || known.has(id)))) askAgain();
  };
  return useEventStream("received-request.changed", changed, () => paused || askAgain());
}

export const recentRequestsQuery = (sourceId: string) =>
  queryOptions({
    queryKey: [...key, "recent", sourceId],
    queryFn: ({ signal }) =>
      api.get<RowPage<ReceivedRequestOut>>("/received-request", { query: { source_id: sourceId, limit: 20 }, signal }),
  });

export const quarantineQuery = queryOptions({
  queryKey: [...key, "quarantine"],
  queryFn: ({ signal }) => api.get<QuarantineOut>("/quarantine", { signal }),
  refetchInterval: liveMs,
});

const pendingMs = 1_000;

export function requestQuery(id: string) {
  const { queryKey, path } = oneQuery(id);
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => api.get<ReceivedRequestDetail>(path, { signal }),
    refetchInterval: ({ state }) => (state.data?.verdict === "pending" ? pendingMs : false),
  });
}

export const diagnosisQuery = (id: string) =>
  queryOptions({
    queryKey: [...key, "diagnosis", id],
    queryFn: ({ signal }) => api.post<DiagnosisOut>(`${requestPath(id)}/diagnose`, { signal }),
    staleTime: 0,
  });

export const quarantineCountQuery = (filter: QuarantineFilter) =>
  queryOptions({
    queryKey: [...key, "count", filter],
    queryFn: ({ signal }) =>
      api.post<{ count: number; capped: boolean }>("/received-request/bulk-release", { body: { filter, dryRun: true }, signal }),
    staleTime: 0,
  });

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: ["backgroundTasks"] })]),
  });
}

export const useVerifyAgain = () => useMutation({ mutationFn: (id: string) => api.post<VerifyAgainOut>(`${requestPath(id)}/verify`) });

export const useRelease = () =>
  useChange(({ id, force }: { id: string; force: boolean }) =>
    api.post<ReceivedRequestOut>(`${requestPath(id)}/release`, { body: { force } }),
  );

export const useBulkRelease = () =>
  useChange((body: { filter: QuarantineFilter; force: boolean }) => create<BackgroundTaskOut>("/received-request/bulk-release", { body }));

export const useReplayElsewhere = (id: string) =>
  useMutation({ mutationFn: (body: ReplayElsewhereIn) => api.post<ReplayElsewhereOut>(`${requestPath(id)}/replay`, { body }) });

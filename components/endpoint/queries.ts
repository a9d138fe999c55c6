"use client";

/** Endpoints, as the API has them: what to ask, what to change, what that makes stale. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import type { EndpointChangedOut, EndpointInEnvironment, EndpointOut } from "../../lib/contract/endpoint.ts";
import type { EndpointDeliveryStats, EndpointQueueOut } from "../../lib/contract/endpointStats.ts";
import type { EndpointProbeIn, EndpointProbeOut } from "../../lib/contract/probe.ts";
import type { EgressAddressesOut } from "../../lib/contract/system.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";
import { withPayload } from "../form/json.ts";
import { type EndpointKey, endpointPath, key, oneQuery } from "./pageQueries.ts";

export { type EndpointKey, endpointPath };

export type EndpointFilter = { application_id?: string | null; state?: string | null; search?: string | null; iterator?: string | null };
export type EndpointHeaders = { headers: Record<string, string>; sensitive: string[] };
export type Missed = { since: string; count: number; capped: boolean };
/** `unsendable`: so many match, and stay as they are. */
export type Count = { count: number; unsendable?: number; capped: boolean };

export const endpointsQuery = (filter: EndpointFilter, limit = 50) =>
  queryOptions({
    queryKey: [...key, "list", filter, limit],
    queryFn: ({ signal }) => api.get<Page<EndpointInEnvironment>>("/endpoint", { query: { ...filter, limit }, signal }),
    placeholderData: keepPreviousData,
  });

export const egressAddressesQuery = queryOptions({
  queryKey: ["egress-addresses"],
  queryFn: ({ signal }) => api.get<EgressAddressesOut>("/egress-addresses", { signal }),
  staleTime: Infinity,
});

/** What a page of one endpoint says beside its queue must not contradict it for long. */
export const refreshMs = 20_000;

export function endpointQuery(endpoint: EndpointKey) {
  const { queryKey, path } = oneQuery(endpoint);
  return queryOptions({ queryKey, queryFn: ({ signal }) => api.get<EndpointOut>(path, { signal }) });
}

export const endpointHeadersQuery = (endpoint: EndpointKey) =>
  queryOptions({
    queryKey: [...key, endpoint.endpointId, "headers"],
    queryFn: ({ signal }) => api.get<EndpointHeaders>(`${endpointPath(endpoint)}/headers`, { signal }),
  });

export const endpointStatsQuery = (endpoint: EndpointKey) =>
  queryOptions({
    queryKey: [...key, endpoint.endpointId, "stats"],
    queryFn: ({ signal }) => api.get<EndpointDeliveryStats>(`${endpointPath(endpoint)}/delivery-stats`, { signal }),
    refetchInterval: refreshMs,
  });

const queueMs = 5_000;

export const endpointQueueQuery = (endpoint: EndpointKey) =>
  queryOptions({
    queryKey: [...key, endpoint.endpointId, "queue"],
    queryFn: ({ signal }) => api.get<EndpointQueueOut>(`${endpointPath(endpoint)}/queue`, { signal }),
    refetchInterval: queueMs,
  });

/** `since` null: since it was disabled, else of the last 14 days. */
export const missedQuery = (endpoint: EndpointKey, since: string | null) =>
  queryOptions({
    queryKey: [...key, endpoint.endpointId, "missed", since],
    queryFn: ({ signal }) => api.get<Missed>(`${endpointPath(endpoint)}/missed`, { query: { since }, signal }),
    staleTime: 0,
  });

/** recover: what failed. replay-missing: what was never attempted. bulk-replay: all of it again. */
export type ReplayKind = "recover" | "replay-missing" | "bulk-replay";
export type Replay = { kind: ReplayKind; since: string; until: string | null; ratePerSecond: number | null };

const replayPath = (endpoint: EndpointKey, kind: ReplayKind): string => `${endpointPath(endpoint)}/${kind}`;
const bodyOf = ({ since, until, ratePerSecond }: Replay) => ({ since, until, ratePerSecond });

/** How many it would send again. */
export const replayCountQuery = (endpoint: EndpointKey, replay: Replay) =>
  queryOptions({
    queryKey: [...key, endpoint.endpointId, "replay", replay.kind, replay.since, replay.until],
    queryFn: ({ signal }) => api.post<Count>(replayPath(endpoint, replay.kind), { query: { dry_run: true }, body: bodyOf(replay), signal }),
    staleTime: 0,
  });

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: ["applications"] })]);
    },
  });
}

/** Creates an endpoint, with a transformation if `code` is not null. Nothing is sent to it before it has that. */
export const useCreateEndpoint = (applicationId: string) =>
  useChange(async ({ fields, code }: { fields: object; code: string | null }) => {
    const body = code === null ? fields : { ...fields, disabled: true };
    const created = await create<EndpointOut>(`/app/${applicationId}/endpoint`, { body });
    if (code === null) return created;
    const path = endpointPath({ applicationId, endpointId: created.id });
    await api.patch<null>(`${path}/transformation`, { body: { code, enabled: true } });
    return api.patch<EndpointOut>(path, { body: { disabled: false } });
  });

/** Changes an endpoint. Headers null: they stay. Answers what was hidden and is gone, because it was for another origin. */
export const useUpdateEndpoint = (endpoint: EndpointKey) =>
  useChange(async ({ fields, headers }: { fields: object; headers: Record<string, string | null> | null }) => {
    const patchHeaders = () => api.patch<null>(`${endpointPath(endpoint)}/headers`, { body: { headers } });
    // First what is refused more often, so that less is left half done.
    if (headers !== null) await patchHeaders();
    const { droppedCredentials = [] } = await api.patch<EndpointChangedOut>(endpointPath(endpoint), { body: fields });
    if (droppedCredentials.length === 0 || headers === null) return droppedCredentials;
    // Headers that were just given are meant for the new origin.
    await patchHeaders();
    return droppedCredentials.filter((name) => typeof headers[name] !== "string");
  });

export const useSetDisabled = (endpoint: EndpointKey) =>
  useChange((disabled: boolean) => api.patch<EndpointOut>(endpointPath(endpoint), { body: { disabled } }));

/** After a deletion, queries of the endpoint that are still shown are not asked again: it is gone. Lists ask when they are next shown. */
export function useDeleteEndpoint(endpoint: EndpointKey) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(endpointPath(endpoint)),
    onSuccess: () => client.invalidateQueries({ refetchType: "none" }),
  });
}

export const useProbe = () =>
  useMutation({ mutationFn: (body: EndpointProbeIn) => api.post<EndpointProbeOut>("/endpoint-probe", { body }) });

export type TestInput = { eventType: string; payloadText: string } | { messageId: string };

export const useSendTest = (endpoint: EndpointKey) =>
  useMutation({
    mutationFn: (input: TestInput) => {
      const bodyText = "messageId" in input ? JSON.stringify(input) : withPayload({ eventType: input.eventType }, input.payloadText);
      return api.post<{ id: string; eventType: string }>(`${endpointPath(endpoint)}/send-test`, { bodyText });
    },
  });

const pollMs = 700;

/** A test's delivery, asked for again until there is an attempt. */
export const testDeliveryQuery = (messageId: string, endpointId: string) =>
  queryOptions({
    queryKey: [...key, endpointId, "test", messageId],
    queryFn: ({ signal }) => api.get<DeliveryDetailOut>(`/delivery/${messageId}/${endpointId}`, { signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && state.data.attempts.length > 0 ? false : pollMs),
  });

export function useReplay(endpoint: EndpointKey) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (replay: Replay) => create<{ id: string }>(replayPath(endpoint, replay.kind), { body: bodyOf(replay) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["backgroundTasks"] }),
  });
}

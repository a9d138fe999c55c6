"use client";

/** What the pages read and change of deliveries. */
import { keepPreviousData, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import type { DeliveryDetailOut, DeliveryOut } from "../../lib/contract/delivery.ts";
import type { DeliveryChanged } from "../../lib/contract/eventStream.ts";
import { api } from "../api.ts";
import type { Filters, LogSort } from "./filters.ts";
import { type DeliveryPage, isMoving, keyOf } from "./page.ts";
import { type DeliveryKey, countQuery, deliveryQuery, keys, pageQuery } from "./pageQueries.ts";
import { tell } from "./told.ts";
import { useEventStream } from "./useEventStream.ts";
import { clockMs } from "../ui/clock.ts";

const busyMs = 1_000;
const calmMs = 5_000;
/** The time between two questions while changes are told: one may have been missed. */
const liveMs = 30_000;

const paceOf = (rows: DeliveryOut[] | undefined): number => (rows?.some((row) => isMoving(row, clockMs())) ? busyMs : calmMs);

/**
 * Shows changes of deliveries as they happen, except while `paused`. True while the API tells of them; otherwise the queries
 * ask again every few seconds. `mayJoin`: whether one that is not shown may come to what is.
 */
export function useLiveDeliveries(paused: boolean, mayJoin: (row: DeliveryOut) => boolean): boolean {
  const client = useQueryClient();
  const askAgain = () => void client.invalidateQueries({ queryKey: keys.lists });
  const changed = ({ deliveries, more }: DeliveryChanged) => {
    if (paused) return;
    for (const row of deliveries) patch(client, row, row);
    tell(deliveries);
    const shown = client.getQueriesData<DeliveryPage>({ queryKey: keys.lists, type: "active" }).flatMap(([, page]) => page?.data ?? []);
    const known = new Set(shown.map(keyOf));
    if (more || deliveries.some((row) => !known.has(keyOf(row)) && mayJoin(row))) askAgain();
  };
  return useEventStream("delivery.changed", changed, () => paused || askAgain());
}

/** `paused`: what is shown stays as it is. */
export function useDeliveries(filters: Filters, iterator: string, sort: LogSort, { paused, live }: { paused: boolean; live: boolean }) {
  const { queryKey, path, query } = pageQuery(filters, iterator, sort);
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get<DeliveryPage>(path, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (paused ? false : live ? liveMs : paceOf(state.data?.data)),
    staleTime: 0,
  });
}

export function useDeliveryCount(filters: Filters) {
  const { queryKey, path, query } = countQuery(filters);
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get<{ count: number; capped: boolean }>(path, { query, signal }),
    placeholderData: keepPreviousData,
  });
}

export function useDelivery(key: DeliveryKey) {
  const { queryKey, path } = deliveryQuery(key);
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get<DeliveryDetailOut>(path, { signal }),
    refetchInterval: ({ state }) => (state.data === undefined ? false : paceOf([state.data])),
    staleTime: 0,
  });
}

export function patch(client: QueryClient, key: DeliveryKey, change: Partial<DeliveryOut>): void {
  const changed = (row: DeliveryOut) => (keyOf(row) === keyOf(key) ? { ...row, ...change } : row);
  for (const queryKey of [keys.lists, ["messages", "fanOut"]])
    client.setQueriesData<DeliveryPage>({ queryKey }, (page) => page && { ...page, data: page.data.map(changed) });
  client.setQueryData<DeliveryDetailOut>(deliveryQuery(key).queryKey, (one) => one && { ...one, ...change });
}

/** Messages show deliveries too. */
export const refresh = async (client: QueryClient): Promise<void> => {
  await Promise.all([keys.all, ["messages"]].map((queryKey) => client.invalidateQueries({ queryKey })));
};

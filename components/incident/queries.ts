"use client";

/** Incidents, as the API has them. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { IncidentOut } from "../../lib/contract/incident.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";

const key = ["incidents"] as const;
const refreshMs = 10_000;

export const incidentsQuery = (filter: { status: string; iterator: string | null }, limit = 50) =>
  queryOptions({
    queryKey: [...key, filter, limit],
    queryFn: ({ signal }) => api.get<Page<IncidentOut>>("/incident", { query: { ...filter, limit }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });

export function useTurnIncident() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, turn }: { id: string; turn: "acknowledge" | "resolve" }) => api.post<IncidentOut>(`/incident/${id}/${turn}`),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
}

"use client";

/** Incidents, as the API has them. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { IncidentOut } from "../../lib/contract/incident.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { type IncidentFilter, key, pageQuery } from "./pageQueries.ts";

const refreshMs = 10_000;

export function incidentsQuery(filter: IncidentFilter, limit?: number) {
  const { queryKey, path, query } = pageQuery(filter, limit);
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => api.get<Page<IncidentOut>>(path, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

export function useTurnIncident() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, turn }: { id: string; turn: "acknowledge" | "resolve" }) => api.post<IncidentOut>(`/incident/${id}/${turn}`),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
}

"use client";

/** Figures of what was sent. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { LatencyOut, UsageOut } from "../../lib/contract/statistics.ts";
import { api } from "../api.ts";
import { dayMs } from "../../lib/words/duration.ts";
import { clockMs } from "../ui/clock.ts";

export const spans = [
  { value: "1", label: "Last 24 hours" },
  { value: "7", label: "Last 7 days" },
  { value: "28", label: "Last 28 days" },
];

/** As often as the charts beside them ask. */
const refreshMs = 20_000;

export const sinceOf = (days: string): string => new Date(clockMs() - Number(days) * dayMs).toISOString();

/** `path`: of an application or an endpoint. */
export const latencyQuery = (path: string, days: string) =>
  queryOptions({
    queryKey: ["statistics", "latency", path, days],
    queryFn: ({ signal }) => api.get<LatencyOut>(`${path}/stats/latency`, { query: { since: sinceOf(days) }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });

/** `until` null: until now. */
export const latencyBetweenQuery = (path: string, since: string, until: string | null) =>
  queryOptions({
    queryKey: ["statistics", "latency", path, since, until],
    queryFn: ({ signal }) => api.get<LatencyOut>(`${path}/stats/latency`, { query: { since, until }, signal }),
    refetchInterval: until === null ? 10_000 : false,
  });

export const usageQuery = (by: UsageOut["by"], days: string, search: string) =>
  queryOptions({
    queryKey: ["statistics", "usage", by, days, search],
    queryFn: ({ signal }) => api.get<UsageOut>("/stats/usage", { query: { by, since: sinceOf(days), search, limit: 100 }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });

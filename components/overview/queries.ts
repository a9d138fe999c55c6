"use client";

import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import type { OverviewOut } from "../../lib/contract/overview.ts";
import type { VisitOut } from "../../lib/contract/visit.ts";
import { api } from "../api.ts";
import { type Span, spans } from "./spans.ts";
import { clockMs } from "../ui/clock.ts";

const refreshMs = 10_000;

/** How the environment did in the last hours or days. */
export function useOverview(span: Span) {
  return useQuery({
    queryKey: ["overview", span],
    queryFn: ({ signal }) =>
      api.get<OverviewOut>("/overview", { query: { since: new Date(clockMs() - spans[span].ms).toISOString() }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

const visitMs = 5 * 60_000;

/** Asking is the visit: it goes on while the overview is looked at. */
export const visitQuery = queryOptions({
  queryKey: ["visit"],
  queryFn: ({ signal }) => api.post<VisitOut>("/visit", { signal }),
  staleTime: visitMs,
  refetchInterval: visitMs,
});

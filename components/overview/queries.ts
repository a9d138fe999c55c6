"use client";

import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import type { OverviewOut } from "../../lib/contract/overview.ts";
import type { VisitOut } from "../../lib/contract/visit.ts";
import { api } from "../api.ts";
import { clockMs } from "../ui/clock.ts";
import { overviewOf, visit } from "./pageQueries.ts";
import type { Span } from "./spans.ts";

const refreshMs = 10_000;

/** How the environment did in the last hours or days. */
export function useOverview(span: Span) {
  return useQuery({
    queryKey: overviewOf(span, 0).queryKey,
    queryFn: ({ signal }) => {
      const { path, query } = overviewOf(span, clockMs());
      return api.get<OverviewOut>(path, { query, signal });
    },
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

const visitMs = 5 * 60_000;

/** A visit goes on while the overview is looked at. */
export const visitQuery = queryOptions({
  queryKey: visit.queryKey,
  queryFn: ({ signal }) => api.post<VisitOut>(visit.path, { signal }),
  staleTime: visitMs,
  refetchInterval: visitMs,
});

"use client";

/** Resends of all that filters find; apart from what a delivery's page needs. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { BackgroundTaskOut } from "../../lib/contract/backgroundTask.ts";
import type { BulkResendIn } from "../../lib/contract/deliveryResend.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";
import { type Filters, bodyOf, writeFilters } from "./filters.ts";
import { keys } from "./pageQueries.ts";
import { refresh } from "./queries.ts";

/** How many a bulk resend would send, counted up to 10,000. */
export function useBulkResendCount(filters: Filters) {
  return useQuery({
    queryKey: [...keys.counts, "bulk", writeFilters(filters).toString()],
    queryFn: ({ signal }) =>
      api.post<{ count: number; capped: boolean }>("/delivery/bulk-resend", { body: { filter: bodyOf(filters), dryRun: true }, signal }),
    staleTime: 0,
  });
}

export function useBulkResend() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Omit<BulkResendIn, "dryRun">) => create<BackgroundTaskOut>("/delivery/bulk-resend", { body: input }),
    onSettled: () => refresh(client),
  });
}

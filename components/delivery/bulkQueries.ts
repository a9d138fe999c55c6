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

/** `unsendable`: so many match, and stay as they are. */
export type Resendable = { count: number; unsendable?: number; capped: boolean };

/** How many a bulk resend would send, of the newest 10,000 that the filters find. */
export function useBulkResendCount(filters: Filters) {
  return useQuery({
    queryKey: [...keys.counts, "bulk", writeFilters(filters).toString()],
    queryFn: ({ signal }) => api.post<Resendable>("/delivery/bulk-resend", { body: { filter: bodyOf(filters), dryRun: true }, signal }),
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

"use client";

/** What is changed of deliveries; apart from what the log reads, which needs none of it at first. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { BackgroundTaskOut } from "../../lib/contract/backgroundTask.ts";
import type { BulkResendIn } from "../../lib/contract/deliveryResend.ts";
import type { InboxOut } from "../../lib/contract/inbox.ts";
import type { TestSendIn, TestSendOut } from "../../lib/contract/testSend.ts";
import { api } from "../api.ts";
import { type Filters, bodyOf, writeFilters } from "./filters.ts";
import { type DeliveryKey, deliveryPath, keys } from "./pageQueries.ts";
import { refresh } from "./queries.ts";
import { cancelRetry } from "./resending.ts";

export function useCancelRetry() {
  const client = useQueryClient();
  return useMutation({ mutationFn: (key: DeliveryKey) => cancelRetry(client, key) });
}

/** The inboxes to which a test can be sent. */
export const inboxesQuery = queryOptions({
  queryKey: ["inbox", "all"],
  queryFn: ({ signal }) => api.get<{ data: InboxOut[] }>("/inbox", { query: { limit: 10 }, signal }),
});

export const useSendEdited = (key: DeliveryKey) =>
  useMutation({ mutationFn: (body: TestSendIn) => api.post<TestSendOut>(`${deliveryPath(key)}/send-edited`, { body }) });

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
    mutationFn: (input: Omit<BulkResendIn, "dryRun">) => api.create<BackgroundTaskOut>("/delivery/bulk-resend", { body: input }),
    onSettled: () => refresh(client),
  });
}

"use client";

/** What is changed of deliveries; apart from what the log reads, which needs none of it at first. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { InboxOut } from "../../lib/contract/inbox.ts";
import type { TestSendIn, TestSendOut } from "../../lib/contract/testSend.ts";
import { api } from "../api.ts";
import { type DeliveryKey, deliveryPath } from "./pageQueries.ts";
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

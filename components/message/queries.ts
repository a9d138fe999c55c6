"use client";

/** Messages, as the API has them: what to ask, what to change, what that makes stale. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import type { MessageDetailOut, MessageInEnvironment } from "../../lib/contract/messageLog.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";
import { withPayload } from "../form/json.ts";
import { key, oneQuery } from "./pageQueries.ts";

export type MessageFilter = {
  application_id?: string | null;
  event_types?: string | null;
  channel?: string | null;
  tag?: string | null;
  event_id?: string | null;
  after?: string | null;
  before?: string | null;
  iterator?: string | null;
};

export const messagesQuery = (filter: MessageFilter) =>
  queryOptions({
    queryKey: [...key, "list", filter],
    queryFn: ({ signal }) => api.get<Page<MessageInEnvironment>>("/msg", { query: { ...filter, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
  });

/** An application's last messages, to choose from. */
export const recentMessagesQuery = (applicationId: string) =>
  queryOptions({
    queryKey: [...key, "recent", applicationId],
    queryFn: ({ signal }) => api.get<Page<MessageInEnvironment>>("/msg", { query: { application_id: applicationId, limit: 20 }, signal }),
  });

export function messageQuery(id: string) {
  const { queryKey, path } = oneQuery(id);
  return queryOptions({ queryKey, queryFn: ({ signal }) => api.get<MessageDetailOut>(path, { signal }) });
}

const settledMs = 2_000;

/** A message's deliveries, asked for again while something is under way. */
export const fanOutQuery = (messageId: string) =>
  queryOptions({
    queryKey: [...key, "fanOut", messageId],
    queryFn: ({ signal }) => api.get<Page<DeliveryOut>>("/delivery", { query: { message_id: messageId, limit: 250 }, signal }),
    refetchInterval: ({ state }) => (state.data?.data.some(({ status }) => status === "pending") ? settledMs : false),
  });

export type NewMessage = {
  applicationId: string;
  eventType: string;
  payloadText: string;
  eventId: string | null;
  channels: string[] | null;
  tags: string[] | null;
  metadata?: Record<string, string> | null;
};

export function useSendMessage() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ applicationId, payloadText, ...message }: NewMessage) =>
      create<{ id: string }>(`/app/${applicationId}/msg`, { bodyText: withPayload(message, payloadText) }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

/** Sends the message to an endpoint, whatever that one's settings say. */
export function useSendTo(applicationId: string, messageId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (endpointId: string) => api.post(`/app/${applicationId}/msg/${messageId}/endpoint/${endpointId}/resend`),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

export function useExpungePayload(applicationId: string, messageId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(`/app/${applicationId}/msg/${messageId}/content`),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

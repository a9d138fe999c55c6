"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { EndpointOut } from "../../lib/contract/endpoint.ts";
import type { InboxOut, InboxRequestOut } from "../../lib/contract/inbox.ts";
import { api } from "../api.ts";
import { withPayload } from "../form/json.ts";

const keys = {
  inbox: ["inbox", "list"] as const,
  target: (url: string) => ["inbox", "target", url] as const,
  requests: (inboxId: string) => ["inbox", "requests", inboxId] as const,
};

type Listed<T> = { data: T[] };
export type Target = EndpointOut & { application: { id: string; name: string } };

const waitingMs = 1_000;

/** The environment's first inbox; null: there is none yet. */
export function useInbox() {
  return useQuery({
    queryKey: keys.inbox,
    queryFn: async ({ signal }) => (await api.get<Listed<InboxOut>>("/inbox", { query: { limit: 1 }, signal })).data[0] ?? null,
  });
}

/** The endpoint that is sent to the inbox; null: there is none yet. */
export function useTarget(inbox: InboxOut) {
  return useQuery({
    queryKey: keys.target(inbox.url),
    queryFn: async ({ signal }) => {
      const found = await api.get<Listed<Target>>("/endpoint", { query: { search: inbox.url, limit: 50 }, signal });
      return found.data.find(({ url }) => url === inbox.url) ?? null;
    },
  });
}

export function useInboxRequests(inbox: InboxOut) {
  return useQuery({
    queryKey: keys.requests(inbox.id),
    queryFn: async ({ signal }) =>
      (await api.get<Listed<InboxRequestOut>>(`/inbox/${inbox.id}/request`, { query: { limit: 20 }, signal })).data,
    refetchInterval: waitingMs,
    staleTime: 0,
  });
}

export function useCreateInbox() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<InboxOut>("/inbox", { body: { name: "Playground", statusCode: 200 } }),
    onSuccess: (inbox) => client.setQueryData(keys.inbox, inbox),
  });
}

/** An application of its own, once, and in it the endpoint that is sent to the inbox. */
export function useCreateTarget(inbox: InboxOut) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const body = { name: "Playground", uid: "webster-playground" };
      const application = await api.post<{ id: string; name: string }>("/app", { query: { get_if_exists: true }, body });
      const endpoint = { url: inbox.url, description: "The playground's inbox" };
      return api.post<EndpointOut>(`/app/${application.id}/endpoint`, { body: endpoint });
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.target(inbox.url) }),
  });
}

/** `payloadText`: sent as it was typed. */
export type TestMessage = { eventType: string; payloadText: string };

export function useSendTest(applicationId: string, inbox: InboxOut) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ payloadText, ...message }: TestMessage) =>
      api.post<{ id: string }>(`/app/${applicationId}/msg`, { bodyText: withPayload(message, payloadText) }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.requests(inbox.id) }),
  });
}

export function useAnswer(inbox: InboxOut) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (statusCode: number) => api.patch<InboxOut>(`/inbox/${inbox.id}`, { body: { statusCode } }),
    onSuccess: (changed) => client.setQueryData(keys.inbox, changed),
  });
}

"use client";

/** The endpoints that are told what happens in the environment. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { OperationalWebhookEndpointOut } from "../../lib/contract/operationalWebhook.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";
import { sessionKey } from "../session/queries.ts";

const key = ["operationalWebhooks"] as const;
const base = "/operational-webhook/endpoint";
const limit = 250;

export const operationalWebhooksQuery = (iterator: string | null) =>
  queryOptions({
    queryKey: [...key, iterator],
    queryFn: ({ signal }) => api.get<Page<OperationalWebhookEndpointOut>>(base, { query: { iterator, limit }, signal }),
    placeholderData: keepPreviousData,
  });

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    // The first one comes with an environment of its own, which the session names.
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: sessionKey })]),
  });
}

export type NewOperationalWebhook = { url: string; description: string; eventTypes: string[] | null };

export const useCreateOperationalWebhook = () =>
  useChange((body: NewOperationalWebhook) => create<OperationalWebhookEndpointOut>(base, { body }));

export const useSwitchOperationalWebhook = () =>
  useChange(({ id, url, description, throttleRate, uid, eventTypes, metadata, disabled }: OperationalWebhookEndpointOut) =>
    api.put<OperationalWebhookEndpointOut>(`${base}/${id}`, {
      body: { url, description, throttleRate, uid, eventTypes, metadata, disabled: !disabled },
    }),
  );

export const useDeleteOperationalWebhook = () => useChange((id: string) => api.delete(`${base}/${id}`));

/** Reveals a secret, which whoever shows it keeps, and the cache never. */
export const revealOperationalSecret = async (id: string): Promise<string> => (await api.get<{ key: string }>(`${base}/${id}/secret`)).key;

"use client";

/** Where alerts go, as the API has it. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { AlertChannelIn, AlertChannelOut, AlertChannelsOut } from "../../lib/contract/alertChannel.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";

const key = ["alertChannels"] as const;

export const alertChannelsQuery = queryOptions({
  queryKey: key,
  queryFn: ({ signal }) => api.get<AlertChannelsOut>("/alert-channel", { signal }),
});

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: key }) });
}

export const useCreateAlertChannel = () => useChange((body: AlertChannelIn) => create<AlertChannelOut>("/alert-channel", { body }));

export const useTestAlertChannel = () => useChange((id: string) => api.post<AlertChannelOut>(`/alert-channel/${id}/test`));

export const useDeleteAlertChannel = () => useChange((id: string) => api.delete(`/alert-channel/${id}`));

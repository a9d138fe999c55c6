"use client";

/** Saved views of the log, as the API has them. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { SavedViewIn, SavedViewOut, SavedViewPatch } from "../../lib/contract/savedView.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";

const key = ["savedViews"] as const;

export const savedViewsQuery = queryOptions({
  queryKey: key,
  queryFn: ({ signal }) => api.get<{ data: SavedViewOut[] }>("/saved-view", { signal }),
});

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: key }) });
}

export const useSaveView = () => useChange((body: SavedViewIn) => create<SavedViewOut>("/saved-view", { body }));

export const useChangeView = () =>
  useChange(({ id, ...body }: SavedViewPatch & { id: string }) => api.patch<SavedViewOut>(`/saved-view/${id}`, { body }));

export const useDeleteView = () => useChange((id: string) => api.delete(`/saved-view/${id}`));

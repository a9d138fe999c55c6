"use client";

/** Finding by name, as the API does it. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { SearchHitOut } from "../../lib/contract/search.ts";
import type { SearchedKind } from "../../lib/words/searchedKind.ts";
import { api } from "../api.ts";

export type Hit = SearchHitOut;
type Search = { text: string; kinds: readonly SearchedKind[]; applicationId?: string; limit?: number };
type Found = { data: Hit[] };

const search = ({ text, kinds, applicationId, limit = 10 }: Search, signal: AbortSignal) =>
  api.get<Found>("/search", { query: { text, kinds: kinds.join(","), application_id: applicationId, limit }, signal });

const wideKey = ["search"] as const;

/** What has the text in its name. What was found before stays until the answer is there. */
export const searchQuery = (asked: Search) =>
  queryOptions({
    queryKey: [...wideKey, asked],
    queryFn: ({ signal }) => search(asked, signal),
    placeholderData: keepPreviousData,
  });

const namesStayMs = 60_000;

/** What has this id or uid; null: nothing. */
export const namedQuery = (kind: SearchedKind, id: string) =>
  queryOptions({
    queryKey: [...wideKey, "named", kind, id],
    queryFn: async ({ signal }) => {
      const { data } = await search({ text: id, kinds: [kind], limit: 5 }, signal);
      return data.find((hit) => hit.id === id || hit.uid === id) ?? null;
    },
    staleTime: namesStayMs,
  });

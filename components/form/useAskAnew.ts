"use client";

import { type FetchQueryOptions, type QueryKey, useQueryClient } from "@tanstack/react-query";

/** Asks the API again, whatever is known: for a form's `fresh`. */
export function useAskAnew() {
  const client = useQueryClient();
  return <T, K extends QueryKey>(query: FetchQueryOptions<T, Error, T, K>): Promise<T> => client.fetchQuery({ ...query, staleTime: 0 });
}

import { queryOptions } from "@tanstack/react-query";
import type { SearchIndexOut } from "../../lib/contract/delivery.ts";
import { api } from "../api.ts";

/** Which messages the log's search finds by now. */
export const searchIndexQuery = queryOptions({
  queryKey: ["searchIndex"],
  queryFn: ({ signal }) => api.get<SearchIndexOut>("/delivery/search-index", { signal }),
  refetchInterval: 15_000,
});

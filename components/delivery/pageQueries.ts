/** Queries of the log and its deliveries, for the browser that asks and for the server that asks ahead. */
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { type Filters, type LogSort, writeFilters } from "./filters.ts";

export type DeliveryKey = Pick<DeliveryOut, "messageId" | "endpointId">;

const pageSize = 50;

export const keys = {
  all: ["delivery"] as const,
  lists: ["delivery", "list"] as const,
  counts: ["delivery", "count"] as const,
};

/** `iterator` "": the newest page. */
export function pageQuery(filters: Filters, iterator: string, sort: LogSort) {
  const search = writeFilters(filters);
  const sorted = sort === "createdAt" ? {} : { sort };
  const query = { ...Object.fromEntries(search), ...sorted, iterator, limit: pageSize };
  return { queryKey: [...keys.lists, search.toString(), iterator, sort], path: "/delivery", query };
}

export function countQuery(filters: Filters) {
  const search = writeFilters(filters);
  return { queryKey: [...keys.counts, search.toString()], path: "/delivery/count", query: Object.fromEntries(search) };
}

export const deliveryPath = ({ messageId, endpointId }: DeliveryKey): string =>
  `/delivery/${encodeURIComponent(messageId)}/${encodeURIComponent(endpointId)}`;

export const deliveryQuery = (key: DeliveryKey) => ({
  queryKey: [...keys.all, "one", key.messageId, key.endpointId],
  path: deliveryPath(key),
  query: {},
});

import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import type { Filters } from "./filters.ts";

type DeliveryRow = Pick<DeliveryOut, "applicationId" | "endpointId" | "eventType">;

/** False only where the filters surely don't find the row: a name may stand in place of an id, and what a search finds only the API knows. */
export const mayMatch = ({ applicationId, endpointId, eventTypes }: Filters, row: DeliveryRow): boolean =>
  (!applicationId.startsWith("app_") || applicationId === row.applicationId) &&
  (!endpointId.startsWith("ep_") || endpointId === row.endpointId) &&
  (eventTypes.length === 0 || eventTypes.includes(row.eventType));

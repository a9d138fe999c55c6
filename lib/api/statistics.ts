import {
  aggregateAppStats,
  aggregateEventTypes,
  exportUsage,
  getApplicationLatency,
  getEndpointLatency,
  getUsage,
  getVolume,
} from "../contract/statistics.ts";
import * as overview from "../services/statistics/overview.ts";
import * as statistics from "../services/statistics/statistics.ts";
import { Reply } from "./reply.ts";
import { route } from "./route.ts";

export const statisticsRoutes = [
  route(getEndpointLatency, ({ actor, params, query }) => statistics.ofEndpoint(actor, params.app_id, params.endpoint_id, query)),
  route(getApplicationLatency, ({ actor, params, query }) => statistics.ofApplication(actor, params.app_id, query)),
  route(getVolume, ({ actor, query }) => overview.volume(actor, query)),
  route(getUsage, ({ actor, query }) => statistics.usage(actor, query)),
  route(
    exportUsage,
    async ({ actor, query }) => new Reply<never>(200, await statistics.usageAsCsv(actor, query, query.bom), "text/csv; charset=utf-8"),
  ),
  route(aggregateAppStats, ({ actor, body }) => statistics.aggregateAppStats(actor, body)),
  route(aggregateEventTypes, ({ actor }) => statistics.aggregateEventTypes(actor)),
];

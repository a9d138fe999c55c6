import { getEndpointAttemptStats, getEndpointDeliveryStats, getEndpointQueue, getEndpointStats } from "../contract/endpointStats.ts";
import * as queue from "../services/endpoint/endpointQueue.ts";
import * as stats from "../services/endpoint/endpointStats.ts";
import { route } from "./route.ts";

export const endpointStatsRoutes = [
  route(getEndpointStats, ({ actor, params, query }) => stats.ofAll(actor, params.app_id, params.endpoint_id, query)),
  route(getEndpointAttemptStats, ({ actor, params, query }) => stats.ofAttempts(actor, params.app_id, params.endpoint_id, query)),
  route(getEndpointDeliveryStats, ({ actor, params, query }) => stats.ofDeliveries(actor, params.app_id, params.endpoint_id, query)),
  route(getEndpointQueue, ({ actor, params }) => queue.get(actor, params.app_id, params.endpoint_id)),
];

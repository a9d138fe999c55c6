/** Counting what was sent to an endpoint. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { moment } from "./shared.ts";

const count = z.int().check(z.gte(0));
export const EndpointStats = z
  .object({
    success: count.check(z.meta({ description: "Attempts that succeeded." })),
    pending: count.check(z.meta({ description: "Deliveries that were not tried yet." })),
    sending: count.check(z.meta({ description: "Deliveries that failed, and are tried again." })),
    fail: count.check(z.meta({ description: "Attempts that failed." })),
    canceled: count.check(z.meta({ description: "Deliveries that were cancelled." })),
  })
  .check(z.meta({ id: "EndpointStats" }));

export const EndpointAttemptStats = z
  .object({ success: count, fail: count, canceled: count.check(z.meta({ description: "Deliveries that were cancelled." })) })
  .check(z.meta({ id: "EndpointAttemptStats" }));

export const EndpointDeliveryStats = z
  .object({
    succeeded: count.check(z.meta({ description: "Some attempt did." })),
    failed: count.check(z.meta({ description: "Given up." })),
    cancelled: count,
    untried: count.check(z.meta({ description: "Wait for their first attempt." })),
    retrying: count.check(z.meta({ description: "Failed, and are tried again." })),
  })
  .check(z.meta({ id: "EndpointDeliveryStats" }));
export type EndpointDeliveryStats = z.output<typeof EndpointDeliveryStats>;

const tag = "Endpoint";
const access = "apiKeyOrPortal";
const path = "/api/v1/app/{app_id}/endpoint/{endpoint_id}";
const statsQuery = z.object({ since: z.nullish(moment), until: z.nullish(moment) });

export const getEndpointStats = operation({
  operationId: "v1.endpoint.get-stats",
  method: "get",
  path: `${path}/stats`,
  tag,
  summary: "Count an endpoint's attempts",
  description:
    "`success` and `fail` are attempts of the range, at most 28 days; a message that failed once and then succeeded counts in both. " +
    "The others are deliveries of messages of the range.",
  access,
  query: statsQuery,
  responses: { 200: { description: "The counts", schema: EndpointStats } },
});

export const getEndpointAttemptStats = operation({
  operationId: "v1.endpoint.get-attempt-stats",
  method: "get",
  path: `${path}/attempt-stats`,
  tag,
  summary: "Count an endpoint's attempts in whole hours",
  description: "From the hour of `since` to the end of that of `until`, at most 28 days.",
  access,
  query: statsQuery,
  responses: { 200: { description: "The counts", schema: EndpointAttemptStats } },
});

export const getEndpointDeliveryStats = operation({
  operationId: "v1.endpoint.get-delivery-stats",
  method: "get",
  path: `${path}/delivery-stats`,
  tag,
  summary: "Count an endpoint's deliveries by what became of them",
  description: "Of messages of the range, at most 28 days. Exact, but for days that have passed: those are exact to 20 seconds.",
  access,
  query: statsQuery,
  responses: { 200: { description: "The counts", schema: EndpointDeliveryStats } },
});

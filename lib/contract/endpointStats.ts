/** Counting what was sent to an endpoint. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { queueStates } from "../words/queueState.ts";
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

const many = z.object({ count, capped: z.boolean().check(z.meta({ description: "There are more than that." })) });
const instant = z.nullable(z.iso.datetime());
const perSecond = z.nullable(z.int()).check(z.meta({ description: "Null: no limit of its own." }));

export const EndpointQueueOut = z
  .object({
    state: z.enum(queueStates).check(
      z.meta({
        description:
          "Why it goes as fast as it goes: disabled; idle (nothing waits); throttled (a limit of the endpoint or its application); paused " +
          "(its last attempts all timed out, and it is only probed); overloaded (it answered 429 or 503); slow (half of its answers take " +
          "more than a second); ordered; retrying (what waits is not due yet); flowing (as fast as it answers).",
      }),
    ),
    due: many.check(z.meta({ description: "Deliveries that could be sent now." })),
    oldestDueAt: instant.check(z.meta({ description: "Since when the oldest of them is due." })),
    held: many.check(z.meta({ description: "Deliveries that are under way, or next." })),
    later: many.check(z.meta({ description: "Retries whose moment has not come." })),
    nextAt: instant.check(z.meta({ description: "The first of these moments." })),
    inLine: many.check(z.meta({ description: "Ordered deliveries behind others." })),
    attemptsPerSecond: z.number().check(z.meta({ description: "Of the last minute." })),
    concurrency: z.number().check(z.meta({ description: "Attempts under way at the same time, averaged over the last minute." })),
    medianMs: z.nullable(z.int()).check(z.meta({ description: "Of the last minute's attempts; null: there was none." })),
    throttle: z.object({ endpoint: perSecond, application: perSecond }),
  })
  .check(z.meta({ id: "EndpointQueueOut" }));
export type EndpointQueueOut = z.output<typeof EndpointQueueOut>;

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

export const getEndpointQueue = operation({
  operationId: "v1.endpoint.get-queue",
  method: "get",
  path: `${path}/queue`,
  tag,
  summary: "See what waits for an endpoint, how fast it goes, and why",
  description: "Of this moment. Counts go up to 10,000.",
  access,
  responses: { 200: { description: "The queue", schema: EndpointQueueOut } },
});

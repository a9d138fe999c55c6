/** Figures of what was sent: how much, how well, how fast. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { bom, moment } from "./shared.ts";

const instant = z.iso.datetime();
const milliseconds = z.nullable(z.number()).check(z.meta({ description: "Milliseconds; null: no attempt." }));

const counted = {
  deliveries: z.int().check(z.meta({ description: "Deliveries whose first attempt was made then." })),
  delivered: z.int().check(z.meta({ description: "Those of `deliveries` that have succeeded by now, at whichever attempt." })),
  succeeded: z.int().check(z.meta({ description: "Attempts that succeeded." })),
  failed: z.int().check(z.meta({ description: "Attempts that failed." })),
};

const latency = { p50: milliseconds, p95: milliseconds, p99: milliseconds };
const successRate = z.nullable(z.number()).check(z.meta({ description: "Of attempts, 0 to 1; null: there was none." }));
const deliveredRate = z.nullable(z.number()).check(z.meta({ description: "`delivered` of `deliveries`, 0 to 1; null: there was none." }));

export const LatencyOut = z
  .object({
    since: instant,
    until: instant,
    ...counted,
    successRate,
    deliveredRate,
    ...latency,
    bucketSeconds: z.int(),
    buckets: z
      .array(z.object({ start: instant, ...counted, ...latency }))
      .check(z.meta({ description: "Those of the range that have attempts, in order." })),
  })
  .check(z.meta({ id: "LatencyOut" }));
export type LatencyOut = z.output<typeof LatencyOut>;

export const VolumeOut = z
  .object({
    since: instant.check(z.meta({ description: "Rounded down to a bucket's beginning." })),
    until: instant,
    bucketSeconds: z.int(),
    buckets: z.array(z.object({ start: instant, ...counted })).check(z.meta({ description: "Every one of the range, in order." })),
  })
  .check(z.meta({ id: "VolumeOut" }));
export type VolumeOut = z.output<typeof VolumeOut>;

const usageBy = z.enum(["application", "eventType"]);

const usageRow = z.object({
  id: z.string().check(z.meta({ description: "The application's id, or the event type's name." })),
  name: z.string(),
  uid: z.nullable(z.string()),
  ...counted,
  successRate,
  deliveredRate,
});

export const UsageOut = z
  .object({
    since: instant,
    until: instant,
    by: usageBy,
    data: z.array(usageRow).check(z.meta({ description: "The most deliveries first." })),
    hasMore: z
      .boolean()
      .check(z.meta({ description: "There are more than `limit`: a `search` finds any of them, and the export has all." })),
  })
  .check(z.meta({ id: "UsageOut" }));
export type UsageOut = z.output<typeof UsageOut>;

export const AppUsageStatsIn = z
  .object({
    since: moment,
    until: moment,
    appIds: z
      .nullish(z.array(z.string().check(z.minLength(1), z.maxLength(256))).check(z.maxLength(10_000)))
      .check(z.meta({ description: "Ids or uids of the applications; without it, all of the environment." })),
  })
  .check(z.meta({ id: "AppUsageStatsIn", examples: [{ since: "2026-11-01T00:00:00Z", until: "2026-11-24T00:00:00Z" }] }));
export type AppUsageStatsIn = z.output<typeof AppUsageStatsIn>;

const task = { id: z.string(), status: z.string(), task: z.string(), updatedAt: instant };

export const AppUsageStatsOut = z
  .object({
    ...task,
    unresolvedAppIds: z.array(z.string()).check(z.meta({ description: "What there is no application for; the others are counted." })),
  })
  .check(z.meta({ id: "AppUsageStatsOut" }));

export const AggregateEventTypesOut = z.object(task).check(z.meta({ id: "AggregateEventTypesOut" }));

const tag = "Statistics";
const since = z.nullish(moment).check(z.meta({ description: "7 days before `until`, unless given; at most 90 days." }));
const until = z.nullish(moment).check(z.meta({ description: "Now, unless given." }));
const range = { since, until };

export const StatisticsQuery = z.object(range);
const usageQuery = {
  ...range,
  by: z._default(usageBy, "application"),
  search: z
    .nullish(z.string().check(z.maxLength(256)))
    .check(z.meta({ description: "Part of the application's name or uid, or its id; part of the event type's name." })),
};

const precision =
  "Exact to the last 20 seconds. Percentiles come from counts by duration (10, 20, 35, 50, 75, 100, 150 ms and so on up to 30 s) " +
  "and lie within their step.";

export const getEndpointLatency = operation({
  operationId: "v1.statistics.endpoint-latency",
  method: "get",
  path: "/api/v1/app/{app_id}/endpoint/{endpoint_id}/stats/latency",
  tag,
  summary: "How fast an endpoint answers, and how often it fails",
  description: precision,
  access: "apiKeyOrPortal",
  query: StatisticsQuery,
  responses: { 200: { description: "The figures", schema: LatencyOut } },
});

export const getApplicationLatency = operation({
  operationId: "v1.statistics.application-latency",
  method: "get",
  path: "/api/v1/app/{app_id}/stats/latency",
  tag,
  summary: "How fast an application's endpoints answer, and how often they fail",
  description: precision,
  access: "apiKeyOrPortal",
  query: StatisticsQuery,
  responses: { 200: { description: "The figures", schema: LatencyOut } },
});

export const getVolume = operation({
  operationId: "v1.statistics.volume",
  method: "get",
  path: "/api/v1/stats/volume",
  tag,
  summary: "How much was sent over time, and how much of it has succeeded",
  description: "By the minute at the finest, by the hour if the range begins two or more days ago. Counted every 20 seconds.",
  access: "apiKey",
  query: z.object({
    ...range,
    event_type: z.nullish(z.string().check(z.minLength(1), z.maxLength(256))).check(z.meta({ description: "Only messages of this one." })),
  }),
  responses: { 200: { description: "The volume", schema: VolumeOut } },
});

export const getUsage = operation({
  operationId: "v1.statistics.usage",
  method: "get",
  path: "/api/v1/stats/usage",
  tag,
  summary: "What was sent, by application or event type",
  description: "In whole hours: the first is that of `since`, the last that of `until`.",
  access: "apiKey",
  query: z.object({ ...usageQuery, limit: z._default(z.int().check(z.gte(1), z.lte(250)), 50) }),
  responses: { 200: { description: "The usage", schema: UsageOut } },
});

export const exportUsage = operation({
  operationId: "v1.statistics.export-usage",
  method: "get",
  path: "/api/v1/stats/usage/export",
  tag,
  summary: "Download the usage as CSV",
  description:
    "Up to 100,000 lines, with the members of the usage as columns: `succeeded`, `failed` and `successRate` are of attempts, " +
    "`delivered`, `undelivered` and `deliveredRate` of deliveries. It is told in the audit log.",
  access: "apiKey",
  effect: "exports",
  query: z.object({
    ...usageQuery,
    bom,
    environment: z.nullish(z.string()).check(z.meta({ description: "For a session: which environment." })),
  }),
  responses: { 200: { description: "The file", contentTypes: ["text/csv"] } },
});

export const aggregateAppStats = operation({
  operationId: "v1.statistics.aggregate-app-stats",
  method: "post",
  path: "/api/v1/stats/usage/app",
  tag,
  summary: "Count what was sent for each application, as a background task",
  description:
    "Once the task is finished its `data.appStats` lists `appId`, `appUid` and `messageDestinations`: deliveries whose first attempt " +
    "was made in the range, in whole hours.",
  access: "apiKey",
  body: AppUsageStatsIn,
  responses: { 202: { description: "Under way", schema: AppUsageStatsOut } },
});

export const aggregateEventTypes = operation({
  operationId: "v1.statistics.aggregate-event-types",
  method: "put",
  path: "/api/v1/stats/usage/event-types",
  tag,
  summary: "List the event types that each application is subscribed to, as a background task",
  description:
    "Once the task is finished its `data.event_types` lists `appId`, `explicitlySubscribedEventTypes` and `hasCatchAllEndpoint`.",
  access: "apiKey",
  responses: { 202: { description: "Under way", schema: AggregateEventTypesOut } },
});

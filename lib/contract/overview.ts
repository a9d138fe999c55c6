/** How an environment is doing: what the first page of the dashboard shows, in one answer. */
import * as z from "zod/mini";
import { errorClass } from "./delivery.ts";
import { operation } from "./operation.ts";
import { moment } from "./shared.ts";

const instant = z.iso.datetime();
const milliseconds = z.nullable(z.number()).check(z.meta({ description: "Milliseconds; null: no attempt." }));

const counted = {
  deliveries: z.int().check(z.meta({ description: "Deliveries whose first attempt was made then." })),
  delivered: z.int().check(z.meta({ description: "Those of `deliveries` that have succeeded by now, at whichever attempt." })),
  succeeded: z.int().check(z.meta({ description: "Attempts that succeeded." })),
  failed: z.int().check(z.meta({ description: "Attempts that failed." })),
};

const deliveredRate = z.nullable(z.number()).check(z.meta({ description: "`delivered` of `deliveries`, 0 to 1; null: there was none." }));

const latency = { p50: milliseconds, p95: milliseconds };

const bucket = z.object({ start: instant, ...counted, ...latency });

const nextRetry = z.object({
  messageId: z.string(),
  endpointId: z.string(),
  endpointUrl: z.string(),
  applicationId: z.string(),
  applicationName: z.string(),
  eventType: z.string(),
  attemptCount: z.int(),
  nextAttemptAt: instant,
});

const failingEndpoint = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  applicationId: z.string(),
  applicationName: z.string(),
  failingSince: z.nullable(instant),
  disabledReason: z.nullable(z.string()).check(z.meta({ description: "Null: it is still sent to." })),
  lastErrorClass: z.nullable(errorClass),
  lastStatusCode: z.nullable(z.int()),
  lastAttemptAt: z.nullable(instant),
  succeeded: z.int(),
  failed: z.int(),
});

const failingGroup = z
  .object({
    applicationId: z.string(),
    applicationName: z.string(),
    errorClass: z.nullable(errorClass).check(z.meta({ description: "Of the last attempts; null: there was none." })),
    statusCode: z.nullable(z.int()),
    endpoints: z.int(),
    disabled: z.int().check(z.meta({ description: "Endpoints that are not sent to any more." })),
    failed: z.int().check(z.meta({ description: "Attempts of the range that failed." })),
    failingSince: z.nullable(instant).check(z.meta({ description: "Of the endpoint that has failed longest." })),
    endpointId: z.string().check(z.meta({ description: "That endpoint." })),
    url: z.string(),
  })
  .check(z.meta({ description: "Endpoints of one application that fail in the same way." }));

export const OverviewOut = z
  .object({
    since: instant.check(z.meta({ description: "Rounded down to a bucket's beginning." })),
    until: instant,
    bucketSeconds: z.int(),
    totals: z.object({
      ...counted,
      successRate: z.nullable(z.number()).check(z.meta({ description: "Of attempts, 0 to 1; null: there was none." })),
      deliveredRate,
      ...latency,
    }),
    previous: z
      .object({ since: instant, deliveries: counted.deliveries, delivered: counted.delivered, deliveredRate })
      .check(z.meta({ description: "The range of equal length right before this one." })),
    retrying: z
      .object({ count: z.int(), capped: z.boolean().check(z.meta({ description: "There are more than that." })) })
      .check(z.meta({ description: "Deliveries of messages of the range that have failed so far and are tried again." })),
    buckets: z.array(bucket).check(z.meta({ description: "Every one of the range, in order." })),
    backlog: z.object({
      pending: z.int(),
      capped: z.boolean().check(z.meta({ description: "There are more than that." })),
      oldestDueAt: z.nullable(instant).check(z.meta({ description: "Null: nothing is overdue." })),
    }),
    nextRetries: z.array(nextRetry),
    failingEndpoints: z.array(failingEndpoint).check(z.meta({ description: "Up to 20, the longest failing first." })),
    failing: z.object({
      groups: z.array(failingGroup).check(z.meta({ description: "The one with the most failed attempts first." })),
      capped: z
        .boolean()
        .check(z.meta({ description: "More than 100 endpoints fail: these groups are of the 100 that have failed longest." })),
    }),
    eventTypes: z
      .array(z.object({ eventType: z.string(), ...counted }))
      .check(z.meta({ description: "Up to 20, the most frequent first." })),
  })
  .check(z.meta({ id: "OverviewOut" }));
export type OverviewOut = z.output<typeof OverviewOut>;

export const OverviewQuery = z.object({
  since: z.nullish(moment).check(z.meta({ description: "24 hours before `until`, unless given; at most 90 days." })),
  until: z.nullish(moment).check(z.meta({ description: "Now, unless given." })),
});

export const getOverview = operation({
  operationId: "v1.overview.get",
  method: "get",
  path: "/api/v1/overview",
  tag: "Overview",
  summary: "How an environment is doing",
  description: "Attempts are counted every 20 seconds; backlog and retries are of this moment.",
  access: "apiKey",
  query: OverviewQuery,
  responses: { 200: { description: "The overview", schema: OverviewOut } },
});

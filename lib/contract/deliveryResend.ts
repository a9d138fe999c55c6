/** Sending again: one message to one endpoint, what an endpoint missed, or whatever a filter finds. */
import * as z from "zod/mini";
import { messageStatus, statusCodeClass } from "./attempt.ts";
import { BackgroundTaskOut, taskShown } from "./backgroundTask.ts";
import { DeliveryFilter } from "./delivery.ts";
import { operation } from "./operation.ts";
import { EmptyResponse, channel, eventTypeName, moment, tag as messageTag } from "./shared.ts";

const ratePerSecond = z
  .nullish(z.int().check(z.gte(1), z.lte(10_000)))
  .check(z.meta({ description: "The most deliveries a second that are sent again; without it, as fast as the endpoints take them." }));

export const DryRunOut = z
  .object({
    count: z.int().check(z.meta({ description: "How many would be sent again." })),
    unsendable: z.optional(z.int()).check(
      z.meta({
        description:
          "How many match and would be left as they are: the endpoint is disabled or deleted, the payload is gone, or they are about " +
          "to be sent anyway. Not there: none.",
      }),
    ),
    capped: z.boolean().check(z.meta({ description: "There are more: no more than 10,000 were looked at." })),
  })
  .check(z.meta({ id: "DryRunOut" }));

export const RecoverOut = z.object(taskShown).check(z.meta({ id: "RecoverOut" }));

export const RecoverIn = z.object({ since: moment, until: z.nullish(moment), ratePerSecond }).check(z.meta({ id: "RecoverIn" }));

export type RecoverIn = z.output<typeof RecoverIn>;

export const ReplayOut = z.object(taskShown).check(z.meta({ id: "ReplayOut" }));

const ramp = z.nullish(z.boolean()).check(
  z.meta({
    description:
      "True: begins with 10 a second, goes faster as long as the endpoint takes them and slower when it fails, so that one which " +
      "has just come back is not flooded. Default: true, unless ratePerSecond is given.",
  }),
);

export const ReplayIn = z.object({ since: moment, until: z.nullish(moment), ratePerSecond, ramp }).check(z.meta({ id: "ReplayIn" }));

export type ReplayIn = z.output<typeof ReplayIn>;

export const BulkReplayIn = z
  .object({
    since: moment,
    until: z.nullish(moment),
    eventTypes: z.nullish(z.array(eventTypeName)),
    channel: z.nullish(channel),
    tag: z.nullish(messageTag),
    status: z.nullish(messageStatus),
    statusCodeClass: z.nullish(statusCodeClass),
    ratePerSecond,
  })
  .check(z.meta({ id: "BulkReplayIn" }));

export type BulkReplayIn = z.output<typeof BulkReplayIn>;

export const BulkResendIn = z
  .object({
    filter: DeliveryFilter,
    ratePerSecond,
    dryRun: z._default(z.boolean(), false).check(z.meta({ description: "True: only counts." })),
  })
  .check(z.meta({ id: "BulkResendIn" }));

export type BulkResendIn = z.output<typeof BulkResendIn>;

const endpointPath = "/api/v1/app/{app_id}/endpoint/{endpoint_id}" as const;

const dryRun = z.object({
  dry_run: z._default(z.boolean(), false).check(z.meta({ description: "True: only counts, and answers 200 with `DryRunOut`." })),
});

const counted = { description: "With dry_run: how many there are, counted up to 10,000", schema: DryRunOut };

export const recoverEndpoint = operation({
  operationId: "v1.endpoint.recover",
  method: "post",
  path: `${endpointPath}/recover`,
  tag: "Endpoint",
  summary: "Send again what failed",
  description: "One attempt for each message of the range that failed and never succeeded; `since` at most 14 days ago.",
  access: "apiKeyOrPortal",
  capability: "CreateAttempts",
  query: dryRun,
  body: RecoverIn,
  responses: { 200: counted, 202: { description: "Under way", schema: RecoverOut } },
});

export const replayMissing = operation({
  operationId: "v1.endpoint.replay-missing",
  method: "post",
  path: `${endpointPath}/replay-missing`,
  tag: "Endpoint",
  summary: "Send what was never attempted",
  description:
    "One attempt for each message of the range that the endpoint would get today and that was never attempted there: " +
    "because it did not exist then, was disabled, or had other filters. `since` at most 14 days ago.",
  access: "apiKeyOrPortal",
  capability: "CreateAttempts",
  query: dryRun,
  body: ReplayIn,
  responses: { 200: counted, 202: { description: "Under way", schema: ReplayOut } },
});

export const bulkReplay = operation({
  operationId: "v1.endpoint.bulk-replay",
  method: "post",
  path: `${endpointPath}/bulk-replay`,
  tag: "Endpoint",
  summary: "Send an endpoint's deliveries again, succeeded or not",
  description: "One attempt for each delivery of the range; `since` at most 14 days ago.",
  access: "apiKeyOrPortal",
  capability: "CreateAttempts",
  query: dryRun,
  body: BulkReplayIn,
  responses: { 200: counted, 202: { description: "Under way", schema: ReplayOut } },
});

export const bulkResend = operation({
  operationId: "v1.delivery.bulk-resend",
  method: "post",
  path: "/api/v1/delivery/bulk-resend",
  tag: "Delivery",
  summary: "Send every delivery again that a filter finds",
  description: "One attempt for each delivery that matches now, the newest first. With `dryRun` they are only counted.",
  access: "apiKeyOrPortal",
  capability: "CreateAttempts",
  body: BulkResendIn,
  responses: {
    200: { ...counted, description: "With dryRun: how many there are, counted up to 10,000" },
    202: { description: "Under way", schema: BackgroundTaskOut },
  },
});

export const resendMessage = operation({
  operationId: "v1.message-attempt.resend",
  method: "post",
  path: "/api/v1/app/{app_id}/msg/{msg_id}/endpoint/{endpoint_id}/resend",
  tag: "Message Attempt",
  summary: "Send a message to an endpoint again",
  description:
    "Whatever the endpoint's filters say. A failed resend is not retried. One at a time: while a resend of the delivery is queued or " +
    "being made, asking again changes nothing.",
  access: "apiKeyOrPortal",
  capability: "CreateAttempts",
  responses: { 202: { description: "Queued", schema: EmptyResponse } },
});

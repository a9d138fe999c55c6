/** Work that takes longer than a request: it survives restarts, says how far it is, and can be paused and cancelled. */
import * as z from "zod/mini";
import { messageStatus, statusCodeClass } from "./attempt.ts";
import { DeliveryFilter } from "./delivery.ts";
import { operation } from "./operation.ts";
import { anyObject, channel, eventTypeName, moment, order, pageOf, paging, tag as messageTag } from "./shared.ts";
import { taskKinds } from "../words/taskKind.ts";

const status = z.enum(["running", "paused", "finished", "failed", "cancelled"]);
const task = z.enum(taskKinds);

export const taskShown = {
  id: z.string().check(z.meta({ examples: ["qtask_1srOrx2ZWZBpBUvZwXKQmoEYga2"] })),
  status,
  task,
  updatedAt: z.iso.datetime(),
};

const progress = z.object({
  done: z.int().check(z.meta({ description: "Deliveries looked at." })),
  queued: z.int().check(z.meta({ description: "Of them, those that are sent again." })),
  total: z.nullable(z.int()).check(z.meta({ description: "Null: more than 10,000." })),
});

export const BackgroundTaskOut = z
  .object({
    ...taskShown,
    data: anyObject,
    createdAt: z.iso.datetime(),
    progress,
    ratePerSecond: z.nullable(z.int()),
    pace: z.optional(z.int()).check(z.meta({ description: "Of a running task that ramps up: how many a second now." })),
  })
  .check(z.meta({ id: "BackgroundTaskOut" }));
export type BackgroundTaskOut = z.output<typeof BackgroundTaskOut>;

const ratePerSecond = z
  .nullish(z.int().check(z.gte(1), z.lte(10_000)))
  .check(z.meta({ description: "At most so many a second are sent again; without it, as fast as the endpoints take them." }));

export const DryRunOut = z
  .object({ count: z.int(), capped: z.boolean().check(z.meta({ description: "There are more than that." })) })
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

const tag = "Background Tasks";
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
  description: "One attempt for each that there is at this moment, the newest first. With `dryRun` they are only counted.",
  access: "apiKeyOrPortal",
  capability: "CreateAttempts",
  body: BulkResendIn,
  responses: {
    200: { ...counted, description: "With dryRun: how many there are, counted up to 10,000" },
    202: { description: "Under way", schema: BackgroundTaskOut },
  },
});

export const listBackgroundTasks = operation({
  operationId: "v1.background-task.list",
  method: "get",
  path: "/api/v1/background-task",
  tag,
  summary: "List background tasks",
  access: "apiKeyOrPortal",
  query: z.object({ ...paging, order: z._default(order, "descending"), status: z.nullish(status), task: z.nullish(z.string()) }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_BackgroundTaskOut_", BackgroundTaskOut) } },
});

const path = "/api/v1/background-task/{task_id}" as const;

export const getBackgroundTask = operation({
  operationId: "v1.background-task.get",
  method: "get",
  path,
  tag,
  summary: "Get a background task",
  access: "apiKeyOrPortal",
  responses: { 200: { description: "The task", schema: BackgroundTaskOut } },
});

const changed = { 200: { description: "The task", schema: BackgroundTaskOut } } as const;

export const pauseBackgroundTask = operation({
  operationId: "v1.background-task.pause",
  method: "post",
  path: `${path}/pause`,
  tag,
  summary: "Pause a running background task",
  access: "apiKeyOrPortal",
  capability: "CreateAttempts",
  responses: changed,
});

export const resumeBackgroundTask = operation({
  operationId: "v1.background-task.resume",
  method: "post",
  path: `${path}/resume`,
  tag,
  summary: "Let a paused background task go on",
  access: "apiKeyOrPortal",
  capability: "CreateAttempts",
  responses: changed,
});

export const cancelBackgroundTask = operation({
  operationId: "v1.background-task.cancel",
  method: "post",
  path: `${path}/cancel`,
  tag,
  summary: "End a background task early",
  description: "What it has queued already is still sent.",
  access: "apiKeyOrPortal",
  capability: "CreateAttempts",
  responses: changed,
});

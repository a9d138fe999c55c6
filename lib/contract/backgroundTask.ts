/** Work that takes longer than a request: it survives restarts, says how far it is, and can be paused and cancelled. */
import * as z from "zod/mini";
import { taskKinds } from "../words/taskKind.ts";
import { operation } from "./operation.ts";
import { anyObject, order, pageOf, paging } from "./shared.ts";

export const taskStatuses = ["running", "paused", "finished", "failed", "cancelled"] as const;
const status = z.enum(taskStatuses);

const task = z.enum(taskKinds);

const progress = z.object({
  done: z.int().check(z.meta({ description: "Deliveries looked at." })),
  queued: z.int().check(z.meta({ description: "Of them, those that are sent again." })),
  total: z.nullable(z.int()).check(z.meta({ description: "Null: more than 10,000." })),
});

export const taskShown = {
  id: z.string().check(z.meta({ examples: ["qtask_1srOrx2ZWZBpBUvZwXKQmoEYga2"] })),
  status,
  task,
  updatedAt: z.iso.datetime(),
  data: anyObject,
  createdAt: z.iso.datetime(),
  progress,
  ratePerSecond: z.nullable(z.int()),
  createdBy: z.nullable(z.string()).check(z.meta({ description: "Who began it, as they were called then." })),
  outcome: z.optional(z.object({ succeeded: z.int(), failed: z.int() })).check(
    z.meta({
      description:
        "For a task that sends deliveries again, and only when it is read by its id: how the deliveries ended that were attempted since. Counted up to 10,000 each.",
    }),
  ),
  pace: z.optional(z.int()).check(z.meta({ description: "Of a running task that ramps up: how many a second now." })),
};

export const BackgroundTaskOut = z.object(taskShown).check(z.meta({ id: "BackgroundTaskOut" }));
export type BackgroundTaskOut = z.output<typeof BackgroundTaskOut>;

const tag = "Background Tasks";

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

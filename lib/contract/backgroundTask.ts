/** Work that takes longer than a request: it survives restarts, and says how far it is. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { anyObject, moment, order, pageOf, paging } from "./shared.ts";

const status = z.enum(["running", "finished", "failed"]);
const task = z.enum(["endpoint.recover"]);

const shown = {
  id: z.string().check(z.meta({ examples: ["qtask_1srOrx2ZWZBpBUvZwXKQmoEYga2"] })),
  status,
  task,
  updatedAt: z.iso.datetime(),
};

export const BackgroundTaskOut = z.object({ ...shown, data: anyObject }).check(z.meta({ id: "BackgroundTaskOut" }));
export const RecoverOut = z.object(shown).check(z.meta({ id: "RecoverOut" }));
export const RecoverIn = z.object({ since: moment, until: z.nullish(moment) }).check(z.meta({ id: "RecoverIn" }));
export type RecoverIn = z.output<typeof RecoverIn>;

const tag = "Background Tasks";

export const recoverEndpoint = operation({
  operationId: "v1.endpoint.recover",
  method: "post",
  path: "/api/v1/app/{app_id}/endpoint/{endpoint_id}/recover",
  tag: "Endpoint",
  summary: "Send again what failed",
  description: "One attempt for each message of the range that failed and never succeeded; `since` at most 14 days ago.",
  access: "apiKeyOrPortal",
  body: RecoverIn,
  responses: { 202: { description: "Under way", schema: RecoverOut } },
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

export const getBackgroundTask = operation({
  operationId: "v1.background-task.get",
  method: "get",
  path: "/api/v1/background-task/{task_id}",
  tag,
  summary: "Get a background task",
  access: "apiKeyOrPortal",
  responses: { 200: { description: "The task", schema: BackgroundTaskOut } },
});

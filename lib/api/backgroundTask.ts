import {
  bulkReplay,
  bulkResend,
  cancelBackgroundTask,
  getBackgroundTask,
  listBackgroundTasks,
  pauseBackgroundTask,
  recoverEndpoint,
  replayMissing,
  resumeBackgroundTask,
} from "../contract/backgroundTask.ts";
import * as backgroundTasks from "../services/backgroundTask/backgroundTasks.ts";
import * as resends from "../services/delivery/resends.ts";
import { type Reply, reply } from "./reply.ts";
import { route } from "./route.ts";

export const backgroundTaskRoutes = [
  route(recoverEndpoint, async ({ actor, params, body, query }) =>
    answer(await resends.recover(actor, params.app_id, params.endpoint_id, body, query.dry_run)),
  ),
  route(replayMissing, async ({ actor, params, body, query }) =>
    answer(await resends.replayMissing(actor, params.app_id, params.endpoint_id, body, query.dry_run)),
  ),
  route(bulkReplay, async ({ actor, params, body, query }) =>
    answer(await resends.bulkReplay(actor, params.app_id, params.endpoint_id, body, query.dry_run)),
  ),
  route(bulkResend, async ({ actor, body }) => answer(await resends.bulkResend(actor, body))),
  route(listBackgroundTasks, ({ actor, query }) => backgroundTasks.list(actor, query)),
  route(getBackgroundTask, ({ actor, params }) => backgroundTasks.get(actor, params.task_id)),
  route(pauseBackgroundTask, ({ actor, params }) => backgroundTasks.pause(actor, params.task_id)),
  route(resumeBackgroundTask, ({ actor, params }) => backgroundTasks.resume(actor, params.task_id)),
  route(cancelBackgroundTask, ({ actor, params }) => backgroundTasks.cancel(actor, params.task_id)),
];

const answer = <T>(begun: resends.Begun<T>): Reply => ("counted" in begun ? reply(200, begun.counted) : reply(202, begun.task));

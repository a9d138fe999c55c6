import {
  cancelBackgroundTask,
  getBackgroundTask,
  listBackgroundTasks,
  pauseBackgroundTask,
  resumeBackgroundTask,
} from "../contract/backgroundTask.ts";
import * as backgroundTasks from "../services/backgroundTask/backgroundTasks.ts";
import { route } from "./route.ts";

export const backgroundTaskRoutes = [
  route(listBackgroundTasks, ({ actor, query }) => backgroundTasks.list(actor, query)),
  route(getBackgroundTask, ({ actor, params }) => backgroundTasks.get(actor, params.task_id)),
  route(pauseBackgroundTask, ({ actor, params }) => backgroundTasks.pause(actor, params.task_id)),
  route(resumeBackgroundTask, ({ actor, params }) => backgroundTasks.resume(actor, params.task_id)),
  route(cancelBackgroundTask, ({ actor, params }) => backgroundTasks.cancel(actor, params.task_id)),
];

/** What came of sending much again. */
import type { BackgroundTask } from "../../db/generated/client.ts";
import { type LogFilter, countLog } from "../../db/sql/log/log.ts";
import type { TaskKind } from "../../words/taskKind.ts";
import type { TaskInput } from "./task.ts";

const countLimit = 10_000;

const sends: ReadonlySet<string> = new Set<TaskKind>([
  "endpoint.recover",
  "endpoint.replay",
  "endpoint.bulk-replay",
  "delivery.bulk-resend",
]);

type Task = Pick<BackgroundTask, "task" | "environmentId" | "endpointId" | "createdAt" | "input">;

/** How the deliveries that the task sent again ended: those it was for that were attempted since. Null: it sends none. */
export async function outcomeOf(task: Task): Promise<{ succeeded: number; failed: number } | null> {
  const filter = sends.has(task.task) ? filterOf(task) : null;
  if (filter === null) return null;
  const count = (status: string[]) => countLog({ ...filter, status }, countLimit);
  const [succeeded, failed] = await Promise.all([count(["succeeded"]), count(["failed", "cancelled"])]);
  return { succeeded, failed };
}

/** What it was for, without what its deliveries were like then. */
function filterOf({ environmentId, endpointId, createdAt, input }: Task): LogFilter | null {
  const { since, until, filter } = (input ?? {}) as TaskInput;
  if (since === undefined || until === undefined) return null;
  const range = { since: new Date(since), until: new Date(until), attemptedSince: createdAt.toISOString() };
  if (filter === undefined) return endpointId === null ? null : { environmentId, endpointIds: [endpointId], ...range };
  return { ...filter, environmentId, status: undefined, statusCodes: undefined, errorClasses: undefined, minAttempts: undefined, ...range };
}

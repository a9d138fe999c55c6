/**
 * Works on background tasks, beside the runners of other processes. A runner holds its task's lease and writes down how far
 * it is; if it dies, another goes on from there.
 */
import { applicationOfRow, environmentOfRow } from "../db/rowIds.ts";
import { pool } from "../db/client.ts";
import type { BackgroundTask } from "../db/generated/client.ts";
import { tellOfTask } from "../db/sql/hot/operational.ts";
import { log } from "../log.ts";
import type { Loop } from "../loop.ts";
import { setRunner } from "../services/backgroundTask/runner.ts";
import { type Progress, type TaskInput, firstPacePerSecond } from "../services/backgroundTask/task.ts";
import { readHealth } from "../db/sql/figures/endpointHealth.ts";
import { nextPace } from "./taskPace.ts";
import { steps } from "./taskSteps.ts";
import type { TaskKind } from "../words/taskKind.ts";
import { warnOfFailure } from "../outage.ts";

const leaseSeconds = 30;
const pollMs = 2_000;
const stepRows = 500;
/** How long a task is worked on before others have their turn. */
const turnMs = 2_000;
const maximumFailures = 10;
/** How long a task pauses while what it queued is not sent yet. */
const heldSeconds = 0.5;

/** Starts a runner of this process. */
export function startTaskRunner(): Loop {
  const state = { stopping: false, wake: (): void => undefined };
  const isStopping = (): boolean => state.stopping;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      state.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const loop = async (): Promise<void> => {
    while (!isStopping()) {
      const waitMs = await workOnOne(isStopping)
        .then((worked) => (worked ? 0 : untilNext()))
        .catch((error: unknown) => {
          warnOfFailure("background_task.claim_failed", error);
          return pollMs;
        });
      if (waitMs > 0 && !isStopping()) await pause(waitMs);
    }
  };
  const done = loop();
  setRunner({ wake: () => state.wake() });
  return {
    stop: async () => {
      state.stopping = true;
      setRunner(null);
      state.wake();
      await done;
    },
  };
}

/** Takes one task if there is one, and works on it until it ends or its turn does. False: there is none. */
export async function workOnOne(isStopping: () => boolean): Promise<boolean> {
  const task = await claim();
  if (task === null) return false;
  try {
    await workStepByStep(task, isStopping);
  } catch (error) {
    await noteFailure(task, error as Error);
  }
  return true;
}

/**
 * Claims the task that has waited longest, of the application that has, in the environment that has: so many tasks of one
 * don't delay another's. A lease in the past is that of a dead process, or the end of a pause between two steps.
 */
async function claim(): Promise<BackgroundTask | null> {
  const { rows } = await pool().query<BackgroundTask>(
    `with next as materialized (
       select t."id", t."environmentId", t."applicationId" from background_task t
         left join background_task_turn e on e."tenant" = t."environmentId"
         left join background_task_turn a on a."tenant" = t."applicationId"
       where t.status = 'running' and (t."leaseUntil" is null or t."leaseUntil" <= now())
       order by e."at" nulls first, a."at" nulls first, t."leaseUntil" nulls first, t."id" limit 1 for update of t skip locked
     ), turned as (
       insert into background_task_turn ("tenant", "at")
         select tenant, clock_timestamp() from next cross join lateral (values ("environmentId"), ("applicationId")) v (tenant)
         where tenant is not null order by tenant
         on conflict ("tenant") do update set "at" = excluded."at"
     )
     update background_task t set "leaseUntil" = now() + make_interval(secs => $1) from next where t."id" = next."id" returning t.*`,
    [leaseSeconds],
  );
  return rows[0] ?? null;
}

/** Milliseconds until a task may be taken, as far as is known now; at least 1. */
async function untilNext(): Promise<number> {
  const { rows } = await pool().query<{ ms: number | null }>(
    `select (extract(epoch from min("leaseUntil") - now()) * 1000)::float8 as "ms" from background_task where status = 'running'`,
  );
  return Math.min(pollMs, Math.max(1, Math.ceil(rows[0]?.ms ?? pollMs)));
}

async function workStepByStep(task: BackgroundTask, isStopping: () => boolean): Promise<void> {
  const input = task.input as TaskInput;
  const { hold, ...paced } = await paceOf(task, input);
  if (hold) return void (await write(task.id, "running", { ...(task.progress as Progress), ...paced }, heldSeconds));
  const rate = paced.pace ?? input.ratePerSecond ?? null;
  const step = steps[task.task as TaskKind];
  const limit = rate === null ? stepRows : Math.min(stepRows, Math.ceil(rate));
  const endsMs = performance.now() + turnMs;
  const owners = { environmentId: environmentOfRow(task), applicationId: applicationOfRow(task), endpointId: task.endpointId };
  let { queued = 0, looked = 0, cursor } = task.progress as Progress;
  while (!isStopping()) {
    const made = await step({ ...owners, input }, cursor ?? null, limit);
    queued += made.queued;
    looked += made.looked;
    if (made.cursor === null) {
      const result = made.result === undefined ? {} : { result: made.result };
      return void (await write(task.id, made.givenUp ? "failed" : "finished", { queued, looked, ...result }, null));
    }
    cursor = made.cursor;
    const waitSeconds = rate === null ? null : made.queued / rate;
    const isOver = waitSeconds !== null || performance.now() > endsMs;
    const goesOn = await write(task.id, "running", { queued, looked, cursor, ...paced }, isOver ? (waitSeconds ?? 0) : leaseSeconds);
    if (isOver || !goesOn) return;
  }
  // Without its lease another runner may go on with the task at once.
  await pool().query(`update background_task set "leaseUntil" = null where "id" = $1 and status = 'running'`, [task.id]);
}

/** The pace of a task that ramps up; `hold`: what it has queued must be sent first. */
async function paceOf({ endpointId, progress }: BackgroundTask, input: TaskInput): Promise<{ pace?: number; hold: boolean }> {
  if (input.ramp !== true || endpointId === null) return { hold: false };
  const { pace } = progress as Progress;
  return pace === undefined
    ? { pace: firstPacePerSecond, hold: false }
    : nextPace(pace, await readHealth(endpointId, Math.ceil(2 * pace) + 1));
}

/** Notes a failed step. The lease runs on, so the next try comes when it ends. */
async function noteFailure(task: BackgroundTask, error: Error): Promise<void> {
  const progress = task.progress as Progress;
  const failures = (progress.failures ?? 0) + 1;
  log.error({ taskId: task.id, task: task.task, failures, error: error.message }, "background_task.failed");
  const status = failures >= maximumFailures ? "failed" : "running";
  await write(task.id, status, { ...progress, failures }, leaseSeconds).catch(() => undefined);
}

/** Writes a task's progress. False: it has been paused or cancelled; the progress is kept then too. */
async function write(id: string, status: string, progress: Progress, lease: number | null): Promise<boolean> {
  const { rows } = await pool().query<{ status: string }>(
    `with before as materialized (select "id", "status" from background_task where "id" = $1 for update),
     after as (
       update background_task t set status = case when t.status = 'running' then $2 else t.status end, progress = $3,
         "leaseUntil" = case when t.status = 'running' then now() + make_interval(secs => $4) end, "updatedAt" = now()
       from before where t."id" = before."id" returning t.*, before."status" as "statusBefore"
     ), told as (${tellOfTask})
     select status from after`,
    [id, status, JSON.stringify(progress), lease],
  );
  return rows[0]?.status === "running";
}

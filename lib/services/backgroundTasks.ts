/**
 * Work that takes longer than a request. A task is a row: `running` until it is `finished` or `failed`. Whoever works
 * on it holds a lease and writes down how far it is; if it dies, another goes on from there.
 */
import type { Actor } from "../actor.ts";
import type { RecoverIn } from "../contract/backgroundTask.ts";
import { pool, prisma } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import type { BackgroundTask } from "../db/generated/client.ts";
import { type RecoverCursor, queueRecover } from "../db/sql/recover.ts";
import { invalid, notFound } from "../errors.ts";
import { isId, newId } from "../ids.ts";
import { log } from "../log.ts";
import { singleton } from "../singleton.ts";
import { cursorOf, keyset, pageOf } from "./pages.ts";
import { endpointOf } from "./scope.ts";

const dayMs = 24 * 3_600_000;
const recoverDays = 14;
const rangeSlackMs = 5 * 60_000;

type ListIn = {
  limit: number;
  iterator?: string | null | undefined;
  order: "ascending" | "descending";
  status?: string | null | undefined;
  task?: string | null | undefined;
};

export async function list(actor: Actor, query: ListIn) {
  const window = { limit: query.limit, descending: query.order === "descending", cursor: cursorOf("backgroundTask", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const filters = { ...(query.status ? { status: query.status } : {}), ...(query.task ? { task: query.task } : {}) };
  const rows = await prisma().backgroundTask.findMany({ where: { ...visible(actor), ...filters, ...after }, orderBy, take });
  return pageOf(rows, window, ({ id }) => id, show);
}

export async function get(actor: Actor, id: string) {
  const row = isId("backgroundTask", id) ? await prisma().backgroundTask.findFirst({ where: { ...visible(actor), id } }) : null;
  if (row === null) throw notFound("Background task not found");
  return show(row);
}

/** Begins to send again what failed in the range. */
export async function recover(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, { since, until }: RecoverIn) {
  const nowMs = databaseNowMs();
  const from = new Date(since);
  const to = until ? new Date(until) : null;
  if (from.getTime() < nowMs - recoverDays * dayMs - rangeSlackMs) throw invalid(["body", "since"], `At most ${recoverDays} days ago`);
  if (to !== null && to < from) throw invalid(["body", "until"], "It is before `since`");
  const { application, endpoint } = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  const now = new Date(nowMs);
  const input: RecoverInput = { since: from.toISOString(), until: new Date(Math.min(to?.getTime() ?? nowMs, nowMs)).toISOString() };
  const row = await prisma().backgroundTask.create({
    data: {
      id: newId("backgroundTask", nowMs),
      environmentId: actor.environmentId,
      applicationId: application.id,
      endpointId: endpoint.id,
      task: "endpoint.recover",
      status: "running",
      input,
      createdAt: now,
      updatedAt: now,
    },
  });
  runner()?.wake();
  const { data: _, ...shown } = show(row);
  return shown;
}

export type BackgroundTasks = { stop(): Promise<void> };

const leaseSeconds = 30;
const pollMs = 2_000;
const stepRows = 500;
const maximumFailures = 10;

/** Works on the tasks of this database, beside whoever else does. */
export function startBackgroundTasks(): BackgroundTasks {
  const state = { stopping: false, wake: (): void => undefined };
  const isStopping = (): boolean => state.stopping;
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, pollMs).unref();
      state.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const loop = async (): Promise<void> => {
    while (!isStopping()) {
      const worked = await workOnOne(isStopping).catch((error: unknown) => {
        log.warn({ error: (error as Error).message }, "background_task.claim_failed");
        return false;
      });
      if (!worked && !isStopping()) await pause();
    }
  };
  const done = loop();
  running().current = { wake: () => state.wake() };
  return {
    stop: async () => {
      state.stopping = true;
      running().current = null;
      state.wake();
      await done;
    },
  };
}

type Runner = { wake(): void };
const running = () => singleton("backgroundTasks", () => ({ current: null as Runner | null }));
const runner = (): Runner | null => running().current;

type RecoverInput = { since: string; until: string };
type Progress = { queued?: number; failures?: number; cursor?: { createdAt: string; messageId: string } };

/** Takes one task if there is one, and works on it to its end. False: there is none. */
export async function workOnOne(isStopping: () => boolean): Promise<boolean> {
  const task = await claim();
  if (task === null) return false;
  try {
    await recoverStepByStep(task, isStopping);
  } catch (error) {
    await noteFailure(task, error as Error);
  }
  return true;
}

async function claim(): Promise<BackgroundTask | null> {
  const { rows } = await pool().query<BackgroundTask>(
    `update background_task set "leaseUntil" = now() + make_interval(secs => $1)
     where "id" = (select "id" from background_task where status = 'running' and ("leaseUntil" is null or "leaseUntil" <= now())
       order by "id" limit 1 for update skip locked)
     returning *`,
    [leaseSeconds],
  );
  return rows[0] ?? null;
}

async function recoverStepByStep(task: BackgroundTask, isStopping: () => boolean): Promise<void> {
  const { since, until } = task.input as RecoverInput;
  const progress = task.progress as Progress;
  let queued = progress.queued ?? 0;
  let cursor: RecoverCursor | null =
    progress.cursor === undefined ? null : { createdAt: new Date(progress.cursor.createdAt), messageId: progress.cursor.messageId };
  while (!isStopping()) {
    const step = await queueRecover(task.endpointId ?? "", new Date(since), new Date(until), stepRows, cursor);
    queued += step.queued;
    cursor = step.cursor;
    if (cursor === null) return write(task.id, "finished", { queued }, null);
    const kept = { createdAt: cursor.createdAt.toISOString(), messageId: cursor.messageId };
    await write(task.id, "running", { queued, cursor: kept }, leaseSeconds);
  }
  // Somebody else may go on at once.
  await pool().query(`update background_task set "leaseUntil" = null where "id" = $1 and status = 'running'`, [task.id]);
}

/** The lease runs on, so the next try comes when it ends. */
async function noteFailure(task: BackgroundTask, error: Error): Promise<void> {
  const progress = task.progress as Progress;
  const failures = (progress.failures ?? 0) + 1;
  log.error({ taskId: task.id, task: task.task, failures, error: error.message }, "background_task.failed");
  const status = failures >= maximumFailures ? "failed" : "running";
  await write(task.id, status, { ...progress, failures }, leaseSeconds).catch(() => undefined);
}

async function write(id: string, status: string, progress: Progress, lease: number | null): Promise<void> {
  await pool().query(
    `update background_task set status = $2, progress = $3, "leaseUntil" = now() + make_interval(secs => $4), "updatedAt" = now() where "id" = $1`,
    [id, status, JSON.stringify(progress), lease],
  );
}

const visible = (actor: Actor) => ({
  environmentId: actor.environmentId,
  ...(actor.applicationId === null ? {} : { applicationId: actor.applicationId }),
});

const show = ({ id, status, task, updatedAt, input, progress, applicationId, endpointId }: BackgroundTask) => ({
  id,
  status,
  task,
  updatedAt,
  data: { applicationId, endpointId, ...(input as RecoverInput), queued: (progress as Progress).queued ?? 0 },
});

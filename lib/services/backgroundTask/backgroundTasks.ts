/**
 * Work that takes longer than a request. A task is a row: `running` until it is `finished`, `failed` or `cancelled`, or
 * `paused` for a while. lib/background/taskRunner.ts does the work.
 */
import type { Actor } from "../../actor.ts";
import { taskStatuses } from "../../contract/backgroundTask.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { BackgroundTask, Prisma } from "../../db/generated/client.ts";
import { env } from "../../env.ts";
import { AppError, notFound } from "../../errors.ts";
import { isId, newId } from "../../ids.ts";
import { requireBelow } from "../../limits.ts";
import { oneOf } from "../../proven.ts";
import { holdEnvironment } from "../shared/room.ts";
import { recordAudit } from "../audit/audit.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { outcomeOf } from "./outcome.ts";
import { wakeRunner } from "./runner.ts";
import { type Progress, type TaskInput, firstPacePerSecond } from "./task.ts";
import { type TaskKind, taskKinds } from "../../words/taskKind.ts";

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
  const row = await find(actor, id);
  const outcome = await outcomeOf(row);
  return outcome === null ? show(row) : { ...show(row), outcome };
}

export const pause = (actor: Actor, id: string) => change(actor, id, ["running"], "paused");
export const resume = (actor: Actor, id: string) => change(actor, id, ["paused"], "running");
export const cancel = (actor: Actor, id: string) => change(actor, id, ["running", "paused"], "cancelled");

async function change(actor: Actor, id: string, from: string[], to: string) {
  const before = await find(actor, id);
  const now = new Date(databaseNowMs());
  const data = { status: to, leaseUntil: null, updatedAt: now };
  await prisma().$transaction(async (tx) => {
    const changed = await tx.backgroundTask.updateMany({ where: { id, status: { in: from } }, data });
    if (changed.count === 0) throw new AppError("conflict", `The task is ${before.status}`);
    await recordAudit(actor, tx, "backgroundTask.updated", id, { task: before.task, status: { from: before.status, to } });
  });
  if (to === "running") wakeRunner();
  return get(actor, id);
}

async function find(actor: Actor, id: string): Promise<BackgroundTask> {
  const row = isId("backgroundTask", id) ? await prisma().backgroundTask.findFirst({ where: { ...visible(actor), id } }) : null;
  if (row === null) throw notFound("Background task not found");
  return row;
}

export type NewTask = { task: TaskKind; applicationId: string | null; endpointId: string | null; input: TaskInput };

/** Creates a task, which begins at once if there is a runner. Throws `rate_limited` if too many have not ended. */
export async function create(actor: Actor, { input, ...task }: NewTask) {
  const nowMs = databaseNowMs();
  const now = new Date(nowMs);
  const id = newId("backgroundTask", nowMs);
  const { environmentId } = actor;
  const data = {
    ...task,
    id,
    environmentId,
    createdById: actor.id,
    createdByName: actor.name,
    status: "running",
    input,
    createdAt: now,
    updatedAt: now,
  };
  const row = await prisma().$transaction(async (tx) => {
    await requireRoom(tx, actor, task.applicationId);
    await recordAudit(actor, tx, "backgroundTask.created", id, { ...task, input });
    return tx.backgroundTask.create({ data });
  });
  wakeRunner();
  return show(row);
}

/**
 * Throws `rate_limited` if too many tasks have not ended. An API key stands for a program of the environment's own, which has as
 * many as the environment.
 */
async function requireRoom(tx: Prisma.TransactionClient, actor: Actor, applicationId: string | null): Promise<void> {
  const { kind, id, environmentId } = actor;
  await holdEnvironment(tx, environmentId);
  const count = (where: Prisma.BackgroundTaskWhereInput): Promise<number> =>
    tx.backgroundTask.count({ where: { ...where, environmentId, status: { in: ["running", "paused"] } } });
  const { limits } = env();
  requireBelow(actor, limits, "tasksPerEnvironment", await count({}));
  if (applicationId !== null) requireBelow(actor, limits, "tasksPerApplication", await count({ applicationId }));
  if (kind === "member" || kind === "portal") requireBelow(actor, limits, "tasksPerCaller", await count({ createdById: id }));
}

const visible = (actor: Actor) => ({
  environmentId: actor.environmentId,
  ...(actor.applicationId === null ? {} : { applicationId: actor.applicationId }),
});

function show({ id, status, task, createdAt, updatedAt, input, progress, applicationId, endpointId, createdByName }: BackgroundTask) {
  const { since, until, filter, ratePerSecond = null, total = null, ramp } = (input ?? {}) as TaskInput;
  const { queued = 0, looked = 0, result, pace } = progress as Progress;
  return {
    id,
    status: oneOf(taskStatuses, status, "background_task.status"),
    task: oneOf(taskKinds, task, "background_task.task"),
    createdAt,
    updatedAt,
    ratePerSecond,
    createdBy: createdByName,
    progress: { done: looked, queued, total },
    ...(ramp === true && status === "running" ? { pace: Math.floor(pace ?? firstPacePerSecond) } : {}),
    data: result ?? { applicationId, endpointId, since, until, filter, queued, messagesSent: queued },
  };
}

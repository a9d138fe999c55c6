/** What each kind of background task does, step by step. A step is short, and harmless when it is done twice. */
import { queueMany, queueMissing } from "../db/sql/hot/resendMany.ts";
import { expungeNext } from "../db/sql/upkeep/expunge.ts";
import { readLog } from "../db/sql/log/log.ts";
import { readKept } from "../db/sql/log/receivedLog.ts";
import { queueRecover } from "../db/sql/hot/recover.ts";
import { readApplicationUsage, readSubscribedTypes } from "../db/sql/figures/statistics.ts";
import { prisma } from "../db/client.ts";
import type { ApplicationId, EnvironmentId } from "../ids.ts";
import { storedFilter } from "../services/shared/filterColumns.ts";
import type { TaskCursor, TaskInput, TaskResult } from "../services/backgroundTask/task.ts";
import { release } from "../services/receivedRequest/release.ts";
import type { TaskKind } from "../words/taskKind.ts";

export type StepOf = { endpointId: string | null; applicationId: ApplicationId | null; environmentId: EnvironmentId; input: TaskInput };

/** What a step did; `cursor`: where the next one begins, null: that was all. */
export type Step = {
  looked: number;
  queued: number;
  cursor: TaskCursor | null;
  /** It can't go on, and what is left stays undone. */
  givenUp?: true;
  /** What the finished task answers. */
  result?: TaskResult;
};

export const steps: Record<TaskKind, (task: StepOf, cursor: TaskCursor | null, limit: number) => Promise<Step>> = {
  "endpoint.recover": recover,
  "endpoint.replay": replayMissing,
  "endpoint.bulk-replay": resendFiltered,
  "delivery.bulk-resend": resendFiltered,
  "application.stats": countApplications,
  "event-type.aggregate": listSubscribedTypes,
  "received-request.bulk-release": releaseFiltered,
  "application.purge_content": purgeContent,
};

async function recover({ endpointId, input }: StepOf, cursor: TaskCursor | null, limit: number): Promise<Step> {
  const [since, until] = rangeOf(input);
  const place = cursor === null ? null : { createdAt: new Date(cursor.createdAt), messageId: cursor.messageId };
  const step = await queueRecover(endpointId ?? "", since, until, limit, place);
  return {
    looked: step.looked,
    queued: step.queued,
    cursor: step.cursor === null ? null : { ...step.cursor, createdAt: step.cursor.createdAt.toISOString() },
  };
}

async function replayMissing(task: StepOf, cursor: TaskCursor | null, limit: number): Promise<Step> {
  const [since, until] = rangeOf(task.input);
  const endpoint = await prisma().endpoint.findFirst({
    where: { id: task.endpointId ?? "", disabledAt: null, deletedAt: null },
    select: { id: true, applicationId: true, eventTypes: true, channels: true, filter: true },
  });
  // The endpoint is disabled or deleted by now: there is nobody to send to.
  if (endpoint === null) return { looked: 0, queued: 0, cursor: null, givenUp: true };
  const { id: endpointId, applicationId, eventTypes, channels } = endpoint;
  const filter = storedFilter(endpoint);
  const missing = { environmentId: task.environmentId, applicationId, endpointId, eventTypes, channels, filter, since, until };
  const from = cursor === null ? null : { createdAt: new Date(cursor.createdAt), id: cursor.messageId };
  const { queued, place } = await queueMissing(missing, from, limit);
  return { looked: queued, queued, cursor: place === null ? null : { createdAt: place.createdAt.toISOString(), messageId: place.id } };
}

/** Resends what a filter matches, newest first: later deliveries are not of this task, and those resent stay behind its cursor. */
async function resendFiltered({ input }: StepOf, cursor: TaskCursor | null, limit: number): Promise<Step> {
  const { filter } = input;
  if (filter === undefined) throw new Error("The task has no filter");
  const place =
    cursor === null ? null : { createdAt: new Date(cursor.createdAt), messageId: cursor.messageId, endpointId: cursor.endpointId ?? "" };
  const reading = { filter: { ...filter, since: new Date(filter.since), until: new Date(filter.until) }, place, down: true, limit };
  const rows = await readLog({ ...reading, isExact: true });
  const queued = await queueMany(rows);
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    looked: rows.length,
    queued,
    cursor: last === undefined ? null : { createdAt: last.createdAt.toISOString(), messageId: last.messageId, endpointId: last.endpointId },
  };
}

const maximumApplications = 100_000;

async function countApplications({ environmentId, input }: StepOf): Promise<Step> {
  const [since, until] = rangeOf(input);
  const rows = await readApplicationUsage(environmentId, since, until, maximumApplications, { ids: input.applicationIds ?? null });
  const appStats = rows.map(({ applicationId, uid, deliveries }) => ({
    appId: applicationId,
    appUid: uid,
    messageDestinations: deliveries,
  }));
  return { looked: rows.length, queued: 0, cursor: null, result: { appStats } };
}

async function listSubscribedTypes({ environmentId }: StepOf): Promise<Step> {
  const types = await readSubscribedTypes(environmentId);
  return { looked: types.length, queued: 0, cursor: null, result: { event_types: types } };
}
/** Releases what a filter matches, in the order in which it came. Requests that don't pass stay, behind the cursor. */
async function releaseFiltered({ environmentId, input }: StepOf, cursor: TaskCursor | null, limit: number): Promise<Step> {
  const { quarantine } = input;
  if (quarantine === undefined) throw new Error("The task has no filter");
  const [since, until] = rangeOf(input);
  const place = cursor === null ? null : { createdAt: new Date(cursor.createdAt), id: cursor.messageId };
  const waiting = await readKept(
    { verdict: "rejected", eventType: null, ...quarantine, since, until },
    place,
    Math.min(limit, releasedTogether),
  );
  let queued = 0;
  for (const { id } of waiting) if ((await release(environmentId, id, quarantine.trusted)).kind === "released") queued++;
  const last = waiting.at(-1);
  return {
    looked: waiting.length,
    queued,
    cursor: last === undefined ? null : { createdAt: last.createdAt.toISOString(), messageId: last.id },
  };
}

/** Requests released in one step: each has a transaction of its own, so there must not be many. */
const releasedTogether = 50;

async function purgeContent({ applicationId, input }: StepOf, cursor: TaskCursor | null, limit: number): Promise<Step> {
  if (applicationId === null || input.until === undefined) throw new Error("The task has no application or no end");
  const from = cursor === null ? null : { createdAt: new Date(cursor.createdAt), messageId: cursor.messageId };
  const { looked, expunged, place } = await expungeNext(applicationId, new Date(input.until), from, limit);
  return { looked, queued: expunged, cursor: place === null ? null : { ...place, createdAt: place.createdAt.toISOString() } };
}

function rangeOf({ since, until }: TaskInput): [Date, Date] {
  if (since === undefined || until === undefined) throw new Error("The task has no range");
  return [new Date(since), new Date(until)];
}

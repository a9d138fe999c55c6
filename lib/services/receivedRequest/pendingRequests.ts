/**
 * Runs sources' transformations on what they have received: after the provider was answered, in the order in which it came,
 * and again until each request is a message or has a verdict that says why not. What a killed process leaves, the next sweep finds.
 */
import { randomUUID } from "node:crypto";
import { noteReceived } from "../../db/changes.ts";
import { environmentOfRow } from "../../db/rowIds.ts";
import { type Waiting, readKept, readWholeTogether } from "../../db/sql/log/receivedLog.ts";
import { endPendingOfDeleted, leaveSource, settlePending, sourcesWithPending, takeSource } from "../../db/sql/received/pendingRequests.ts";
import { getSource } from "../../db/sources.ts";
import { AppError } from "../../errors.ts";
import type { EnvironmentId } from "../../ids.ts";
import { log } from "../../log.ts";
import type { Loop } from "../../loop.ts";
import { metrics } from "../../metrics.ts";
import { singleton } from "../../singleton.ts";
import { acceptWaitingTogether } from "./receivedAcceptance.ts";
import { takeHeld } from "./heldRequests.ts";
import { PendingGroups } from "./pendingGroups.ts";
import { type Ready, makeHeldReady, makeMessage, makeReady, makeRowReady } from "./release.ts";
import { warnOfFailure } from "../../outage.ts";

const leaseSeconds = 60;
const renewMs = 15_000;
/** Requests that are looked up at once. */
const lookedUp = 500;
/** Runs that one source asks of the sandbox at once: those of one turn, which leave its tenant's line to others. */
const atOnce = 32;
const sweepMs = 2_000;
/** A request at which Webster itself fails so often is put aside, so that the others go on. */
const maximumFaults = 3;

type State = {
  /** The id of this process, among those that share the database. */
  id: string;
  /** The sources that are worked on; true: more has come since it was looked at. */
  running: Map<string, boolean>;
  ended: Map<string, Promise<void>>;
  stopping: boolean;
  timer: NodeJS.Timeout | null;
};

const state = (): State =>
  singleton("processing", () => ({ id: randomUUID(), running: new Map(), ended: new Map(), stopping: false, timer: null }));

/** To be called when something is stored as `pending`. Never throws. */
export function transformSoon(sourceId: string): void {
  const current = state();
  if (current.stopping) return;
  if (current.running.has(sourceId)) return void current.running.set(sourceId, true);
  current.running.set(sourceId, false);
  const run = drain(current, sourceId)
    .catch((error: unknown) => warnOfFailure("source.processing_failed", error, { sourceId }))
    .finally(() => {
      const more = current.running.get(sourceId) === true;
      current.running.delete(sourceId);
      current.ended.delete(sourceId);
      if (more) transformSoon(sourceId);
    });
  current.ended.set(sourceId, run);
}

/** Looks for what others have left. `stop` waits for what is under way here. */
export function startPendingRequests(): Loop {
  const current = state();
  current.stopping = false;
  const sweep = async (): Promise<void> => {
    try {
      for (const { sourceId, exists } of await sourcesWithPending()) {
        if (exists) transformSoon(sourceId);
        else await endAll(sourceId);
      }
    } catch (error) {
      warnOfFailure("processing.sweep_failed", error);
    }
    if (!current.stopping) current.timer = setTimeout(() => void sweep(), sweepMs).unref();
  };
  void sweep();
  return { stop: stopPendingRequests };
}

/** What is under way in this process ends after the request that it is at; nothing else begins. */
export async function stopPendingRequests(): Promise<void> {
  const current = state();
  current.stopping = true;
  if (current.timer !== null) clearTimeout(current.timer);
  await Promise.all(current.ended.values());
}

/** Of a source that was deleted before its code had run on them: nobody can say any more what they were to become. */
async function endAll(sourceId: string): Promise<void> {
  for (let ended = lookedUp; ended === lookedUp;) {
    ended = await endPendingOfDeleted(sourceId, sourceDeleted, lookedUp);
    if (ended === 0) return;
    metrics().received.inc({ verdict: sourceDeleted.reason }, ended);
    log.warn({ sourceId, requests: ended }, "source.deleted_with_pending");
  }
}

const sourceDeleted = { reason: "disabled", detail: "The source was deleted before its transformation had run" };

async function drain(current: State, sourceId: string): Promise<void> {
  const source = await getSource(sourceId);
  if (source === null || !(await takeSource(sourceId, current.id, leaseSeconds))) return;
  try {
    const groups = new PendingGroups<Waiting>();
    for (;;) {
      current.running.set(sourceId, false);
      const waiting = await readKept({ ...everything, sourceId }, null, lookedUp);
      groups.begin(waiting);
      if (waiting.length === 0 || !(await transformAll(current, environmentOfRow(source), sourceId, groups))) return;
    }
  } finally {
    await leaveSource(sourceId, current.id);
  }
}

/** Makes messages of requests, group by group: while one is stored, the code runs on the next. False: not now. */
async function transformAll(
  current: State,
  environmentId: EnvironmentId,
  sourceId: string,
  groups: PendingGroups<Waiting>,
): Promise<boolean> {
  let takenMs = performance.now();
  let next = beginNext(environmentId, groups);
  while (next !== null) {
    if (current.stopping) break;
    if (performance.now() - takenMs > renewMs) {
      if (!(await takeSource(sourceId, current.id, leaseSeconds))) break;
      takenMs = performance.now();
    }
    const { group, made } = next;
    const readies = await made;
    next = beginNext(environmentId, groups);
    if (!(await transformGroup(environmentId, sourceId, group, readies))) break;
    if (next === null) return true;
  }
  await next?.made;
  return false;
}

/** A group whose code runs. `made`: undefined after a fault, which is told when their turn comes. */
type Begun = { group: Waiting[]; made: Promise<Ready[] | undefined> };

/** Begins to run the code of the next requests, of some at the same time. Null: there are none. */
function beginNext(environmentId: EnvironmentId, groups: PendingGroups<Waiting>): Begun | null {
  const group = groups.take();
  if (group.length === 0) return null;
  const beganMs = performance.now();
  const made = runTogether(environmentId, group).then(
    (readies) => {
      groups.took(group.length, performance.now() - beganMs);
      return readies;
    },
    () => undefined,
  );
  return { group, made };
}

async function runTogether(environmentId: EnvironmentId, group: Waiting[]): Promise<Ready[]> {
  const held = group.map(({ id }) => takeHeld(id));
  const unread = group.filter((_, at) => held[at] === undefined).map(({ id }) => id);
  const rows = new Map((unread.length === 0 ? [] : await readWholeTogether(environmentId, unread)).map((row) => [row.id, row]));
  const readies: Ready[] = [];
  const left = group.entries();
  const work = async (): Promise<void> => {
    for (const [at, { id }] of left) {
      const one = held[at];
      readies[at] =
        one === undefined
          ? await makeRowReady(rows.get(id), pending, false)
          : ((await makeHeldReady(one)) ?? (await makeReady(environmentId, id, pending, false)));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return readies;
}

/** Makes messages of a group together; of what can't be made so, one after the other. False: not now. */
async function transformGroup(
  environmentId: EnvironmentId,
  sourceId: string,
  group: Waiting[],
  readies: Ready[] | undefined,
): Promise<boolean> {
  const areStored =
    readies !== undefined && readies.every(({ kind }) => kind !== "unavailable") && (await storeTogether(sourceId, readies));
  for (const [i, request] of group.entries()) {
    const ready = readies?.[i];
    if (areStored && ready?.kind === "ready") continue;
    if (!(await transformOne(environmentId, sourceId, request, ready && Promise.resolve(ready)))) return false;
  }
  return true;
}

/** Makes messages of those that are ready. False: nothing was stored. */
async function storeTogether(sourceId: string, readies: Ready[]): Promise<boolean> {
  const all = readies.flatMap((ready) =>
    ready.kind === "ready" ? [{ ...ready, verified: ready.passed.verified, content: ready.passed.content }] : [],
  );
  if (all.length === 0) return true;
  try {
    const taken = await acceptWaitingTogether(all);
    for (const { kind } of taken ?? []) metrics().received.inc({ verdict: kind === "accepted" ? "accepted" : "duplicate" });
    return taken !== null;
  } catch (error) {
    log.warn({ sourceId, requests: all.length, error: (error as Error).message }, "source.together_failed");
    return false;
  }
}

const pending = ["pending"] as const;

const everything = {
  verdict: "pending",
  ids: null,
  reason: null,
  eventType: null,
  since: new Date(0),
  until: new Date("9999-01-01"),
} as const;

/** Runs the code on one request and makes a message of it. False: not now. */
async function transformOne(environmentId: EnvironmentId, sourceId: string, request: Waiting, ahead?: Promise<Ready>): Promise<boolean> {
  for (let faults = 1; ; faults++) {
    try {
      const made = await makeMessage(environmentId, request.id, pending, false, faults === 1 ? ahead : undefined);
      switch (made.kind) {
        case "unavailable":
          return false;
        case "released":
        case "duplicate":
          metrics().received.inc({ verdict: made.kind === "released" ? "accepted" : "duplicate" });
          return true;
        case "gone":
          return true;
        case "without_body":
          throw new Error("A pending request has no body");
        case "refused": {
          const { kind, reason, detail } = made.judged;
          await settle(environmentId, request, { kind, reason, detail });
          return true;
        }
      }
    } catch (error) {
      if (error instanceof AppError && error.code === "unavailable") return false;
      log.error({ sourceId, requestId: request.id, error: (error as Error).message }, "source.request_failed");
      if (faults < maximumFaults) continue;
      await settle(environmentId, request, { kind: "rejected", reason: "transformation", detail: "Webster could not process it" });
      return true;
    }
  }
}

async function settle(environmentId: EnvironmentId, request: Waiting, verdict: Parameters<typeof settlePending>[1]): Promise<void> {
  await settlePending(request, verdict);
  metrics().received.inc({ verdict: verdict.reason });
  noteReceived(environmentId, request.id);
}

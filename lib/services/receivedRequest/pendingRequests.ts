/**
 * Runs sources' transformations on what they have received: after the provider was answered, in the order in which it came,
 * and again until each request is a message or has a verdict that says why not. What a killed process leaves, the next sweep finds.
 */
import { randomUUID } from "node:crypto";
import { noteReceived } from "../../db/changes.ts";
import { type Waiting, readKept } from "../../db/sql/log/receivedLog.ts";
import { leaveSource, settlePending, sourcesWithPending, takeSource } from "../../db/sql/received/pendingRequests.ts";
import { getSource } from "../../db/sources.ts";
import { AppError } from "../../errors.ts";
import { log } from "../../log.ts";
import type { Loop } from "../../loop.ts";
import { metrics } from "../../metrics.ts";
import { singleton } from "../../singleton.ts";
import { type Ready, makeMessage, makeReady } from "./release.ts";

const leaseSeconds = 60;
const renewMs = 15_000;
const together = 100;
/** Requests for which the code runs at the same time; they become messages one after the other all the same. */
const readyTogether = 4;
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
    .catch((error: unknown) => log.warn({ sourceId, error: (error as Error).message }, "source.processing_failed"))
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
      for (const sourceId of await sourcesWithPending()) transformSoon(sourceId);
    } catch (error) {
      log.warn({ error: (error as Error).message }, "processing.sweep_failed");
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

async function drain(current: State, sourceId: string): Promise<void> {
  const source = await getSource(sourceId);
  if (source === null || !(await takeSource(sourceId, current.id, leaseSeconds))) return;
  const ahead = new Map<string, Promise<Ready>>();
  try {
    let takenMs = performance.now();
    for (;;) {
      current.running.set(sourceId, false);
      const waiting = await readKept({ ...everything, sourceId }, null, together);
      if (waiting.length === 0) return;
      for (const [place, request] of waiting.entries()) {
        if (current.stopping) return;
        for (const { id } of waiting.slice(place, place + readyTogether))
          if (!ahead.has(id)) ahead.set(id, makeAhead(source.environmentId, id));
        if (performance.now() - takenMs > renewMs) {
          if (!(await takeSource(sourceId, current.id, leaseSeconds))) return;
          takenMs = performance.now();
        }
        if (!(await transformOne(source.environmentId, sourceId, request, ahead.get(request.id)))) return;
        ahead.delete(request.id);
      }
    }
  } finally {
    await Promise.allSettled(ahead.values());
    await leaveSource(sourceId, current.id);
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

/** Makes a request ready before its turn. A fault is told when the turn comes, if it does. */
function makeAhead(environmentId: string, id: string): Promise<Ready> {
  const ready = makeReady(environmentId, id, pending, false);
  ready.catch(() => undefined);
  return ready;
}

/** Runs the code on one request and makes a message of it. False: not now. */
async function transformOne(environmentId: string, sourceId: string, request: Waiting, ahead?: Promise<Ready>): Promise<boolean> {
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

async function settle(environmentId: string, request: Waiting, verdict: Parameters<typeof settlePending>[1]): Promise<void> {
  await settlePending(request, verdict);
  metrics().received.inc({ verdict: verdict.reason });
  noteReceived(environmentId, request.id);
}

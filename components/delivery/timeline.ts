/** A delivery's way in time: what happened, how long it waited in between, and what will come. */
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";

export type Timed = Pick<DeliveryDetailOut, "status" | "createdAt" | "retryAt" | "scheduledCount" | "retryWaits" | "succeededAt"> & {
  attempts: Pick<DeliveryDetailOut["attempts"][number], "startedAt" | "durationMs" | "trigger" | "status">[];
};

/** The scheduled tries that are still to come, if none of them succeeds: the first is exact, the others are spread by a fifth. */
export function triesToCome({ status, retryAt, scheduledCount, retryWaits }: Timed): number[] {
  if (status !== "pending" || retryAt === null) return [];
  const tries = [Date.parse(retryAt)];
  for (const waitSeconds of retryWaits.slice(scheduledCount)) tries.push((tries.at(-1) ?? 0) + waitSeconds * 1000);
  return tries;
}

/** How long it was waited before each attempt, in their order, newest first; milliseconds. Null: what came before is not known. */
export function waitsBefore({ createdAt, attempts }: Timed, isWhole: boolean): (number | null)[] {
  return attempts.map(({ startedAt }, at) => {
    const before = attempts[at + 1];
    if (before === undefined && !isWhole) return null;
    const sinceMs = before === undefined ? Date.parse(createdAt) : Date.parse(before.startedAt) + before.durationMs;
    return Math.max(0, Date.parse(startedAt) - sinceMs);
  });
}

/** Where the time went until the first success, or until the last attempt; milliseconds. Null: there was no attempt. */
export function timeSpent(delivery: Timed): { wholeMs: number; sendingMs: number } | null {
  const until = delivery.attempts.findLast(({ status }) => status === "succeeded") ?? delivery.attempts[0];
  if (until === undefined) return null;
  const counted = delivery.attempts.slice(delivery.attempts.indexOf(until));
  const wholeMs = Date.parse(until.startedAt) + until.durationMs - Date.parse(delivery.createdAt);
  return { wholeMs: Math.max(0, wholeMs), sendingMs: counted.reduce((sum, { durationMs }) => sum + durationMs, 0) };
}

"use client";

/** Whether Webster answers: since when it doesn't, for whatever shows what was known before; and whether it is still the one of this page. */
import { useSyncExternalStore } from "react";

let sinceMs: number | null = null;
let missing = 0;
const listeners = new Set<() => void>();

/** Statuses of proxies in front of a Webster that is not there. One that is without its database, or overloaded, says so itself. */
export const awayStatuses = [0, 502, 504];

/** Takes the status of each answer; 0: there was none. */
export function noteAnswer(status: number): void {
  const isAway = awayStatuses.includes(status);
  if (isAway === (sinceMs !== null)) return;
  sinceMs = isAway ? Date.now() : null;
  tell();
}

/** Takes how many parts of this page are missing more, or fewer: it has been updated, as it seems, and they are no longer to be had. */
export function noteMissing(more: number): void {
  missing += more;
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

/** For useSyncExternalStore. */
export const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const isOutdatedNow = (): boolean => missing > 0;

/** Since when it doesn't answer, by the browser's clock. Null: it does. */
export const useAwaySince = (): number | null =>
  useSyncExternalStore(
    subscribe,
    () => sinceMs,
    () => null,
  );

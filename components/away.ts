"use client";

/** Whether Webster answers: since when it doesn't, for whatever shows what was known before. */
import { useSyncExternalStore } from "react";

let sinceMs: number | null = null;
const listeners = new Set<() => void>();

/** Statuses of proxies in front of a Webster that is not there. One that is without its database, or overloaded, says so itself. */
const awayStatuses = [0, 502, 504];

/** Takes the status of each answer; 0: there was none. */
export function noteAnswer(status: number): void {
  const isAway = awayStatuses.includes(status);
  if (isAway === (sinceMs !== null)) return;
  sinceMs = isAway ? Date.now() : null;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Since when it doesn't answer, by the browser's clock. Null: it does. */
export const useAwaySince = (): number | null =>
  useSyncExternalStore(
    subscribe,
    () => sinceMs,
    () => null,
  );

/** Asks whether it is there, and notes it. */
export async function isThere(): Promise<boolean> {
  const status = await fetch("/api/v1/health", { cache: "no-store" }).then(
    (response) => response.status,
    () => 0,
  );
  noteAnswer(status);
  return !awayStatuses.includes(status);
}

/** The part of the Navigation API that is needed: https://html.spec.whatwg.org/multipage/nav-history-apis.html#navigation-interface */
type NavigateEvent = Event & {
  navigationType: string;
  hashChange: boolean;
  formData: unknown;
  destination: { url: string; sameDocument: boolean };
};

/**
 * Keeps the page where the way to the next one would end in the browser's own error page: before the document is left, Webster
 * must answer. `onStay`: it does not. Browsers without the Navigation API go on as they do.
 */
export function stayWhileAway(onStay: () => void): () => void {
  const { navigation } = window as unknown as { navigation?: EventTarget };
  let passing: string | null = null;
  const guard = (event: Event) => {
    const { navigationType, hashChange, formData, destination } = event as NavigateEvent;
    const { url } = destination;
    const leaves = !destination.sameDocument && !hashChange && !formData && navigationType !== "traverse" && navigationType !== "reload";
    if (!leaves || !event.cancelable || !url.startsWith(`${window.location.origin}/`) || passing === url) return;
    event.preventDefault();
    void isThere().then((answers) => {
      if (!answers) return onStay();
      passing = url;
      window.location.assign(url);
    });
  };
  navigation?.addEventListener("navigate", guard);
  return () => navigation?.removeEventListener("navigate", guard);
}

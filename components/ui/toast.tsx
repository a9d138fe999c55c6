import type { ReactNode } from "react";

/*
 * A short word about what was just done, at the lower edge. `toast.good("Endpoint created")`, `toast.bad(error.detail)`.
 * A toast of a failure stays until it is closed. `action` is for a link or a button ("Open", "Undo").
 */

export type Toast = { id: number; tone: "good" | "bad"; text: string; action?: ReactNode };

const none: Toast[] = [];
let toasts: Toast[] = none;
let lastId = 0;
const listeners = new Set<() => void>();

export const toast = {
  good: (text: string, action?: ReactNode) => show("good", text, action),
  bad: (text: string, action?: ReactNode) => show("bad", text, action),
};

function show(tone: Toast["tone"], text: string, action?: ReactNode): void {
  change([...toasts.slice(-2), { id: ++lastId, tone, text, action }]);
}

export const closeToast = (id: number) => change(toasts.filter((toast) => toast.id !== id));

function change(next: Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const shownToasts = { subscribe, now: () => toasts, onServer: () => none };

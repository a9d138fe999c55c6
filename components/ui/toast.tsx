"use client";

import { X } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useSyncExternalStore, type ReactNode } from "react";
import { ErrorIcon, SuccessIcon } from "./icons.tsx";

/*
 * A short word about what was just done, at the lower edge. `toast.good("Endpoint created")`, `toast.bad(error.detail)`.
 * A toast of a failure stays until it is closed. `action` is for a link or a button ("Open", "Undo").
 */

type Toast = { id: number; tone: "good" | "bad"; text: string; action?: ReactNode };

const shownMs = 5000;
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

const close = (id: number) => change(toasts.filter((toast) => toast.id !== id));

function change(next: Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Stands once in the layout. */
export function ToastRegion() {
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => none,
  );
  const layer = useRef<HTMLDivElement>(null);
  // In the top layer, and anew each time: a dialog that was opened since would hide them.
  useLayoutEffect(() => {
    layer.current?.hidePopover();
    if (shown.length > 0) layer.current?.showPopover();
  }, [shown]);
  return (
    <section aria-label="Notifications" aria-live="polite">
      <div
        ref={layer}
        popover="manual"
        data-toasts=""
        className="pointer-events-none inset-auto right-(--beside,0px) bottom-0 left-0 m-0 h-fit w-auto overflow-visible border-0 bg-transparent p-0 text-ink max-sm:bottom-14"
      >
        <div className="flex flex-col items-center gap-2 p-4 sm:items-end">
          {shown.map((toast) => (
            <ToastCard key={toast.id} {...toast} />
          ))}
        </div>
      </div>
    </section>
  );
}

function ToastCard({ id, tone, text, action }: Toast) {
  useEffect(() => {
    if (tone === "bad") return;
    const timer = setTimeout(() => close(id), shownMs);
    return () => clearTimeout(timer);
  }, [id, tone]);
  return (
    <div className="pointer-events-auto flex w-full max-w-sm items-start gap-2.5 rounded-md border border-line-strong bg-surface p-3 text-sm">
      {tone === "good" ? <SuccessIcon className="mt-0.5 size-4 text-good" /> : <ErrorIcon className="mt-0.5 size-4 text-bad" />}
      <p className="min-w-0 flex-1 wrap-anywhere">{text}</p>
      {action}
      <button
        type="button"
        aria-label="Close notification"
        onClick={() => close(id)}
        className="-m-1 rounded-sm p-1 text-ink-muted hover:text-ink"
      >
        <X className="size-4" aria-hidden="true" />
      </button>
    </div>
  );
}

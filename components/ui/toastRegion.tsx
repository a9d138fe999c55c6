"use client";

import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { ErrorIcon, SuccessIcon } from "./icons.tsx";
import { XIcon } from "./lineIcons.ts";
import { closeToast, shownToasts, type Toast } from "./toast.tsx";

const shownMs = 5000;

/** Stands once in the layout. */
export function ToastRegion() {
  const shown = useSyncExternalStore(shownToasts.subscribe, shownToasts.now, shownToasts.onServer);
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
    const timer = setTimeout(() => closeToast(id), shownMs);
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
        onClick={() => closeToast(id)}
        className="-m-1 rounded-sm p-1 text-ink-muted hover:text-ink"
      >
        <XIcon className="size-4" aria-hidden="true" />
      </button>
    </div>
  );
}

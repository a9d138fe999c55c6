"use client";

import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { SheetHeader, Sheet } from "./overlay.tsx";
import { roomFromPx } from "./panelWidth.ts";
import { useSeparator } from "./separator.ts";
import { useShortcut } from "./shortcuts.ts";

type BesideProps = { title: ReactNode; lead?: ReactNode; actions?: ReactNode; onClose: () => void; children: ReactNode };

/**
 * The detail of a row beside its list, which stays as usable as before: the page is made narrower by it. Its width can be
 * changed, and is remembered. Where the window is narrow it is a sheet over the page.
 */
export function Beside(props: BesideProps) {
  const windowPx = useSyncExternalStore(
    onResize,
    () => window.innerWidth,
    () => 0,
  );
  if (windowPx >= roomFromPx) return <Panel {...props} windowPx={windowPx} />;
  const { onClose, ...rest } = props;
  return <Sheet open keys onOpenChange={onClose} {...rest} />;
}

function Panel({ title, lead, actions, onClose, children, windowPx }: BesideProps & { windowPx: number }) {
  const id = useId();
  const panel = useRef<HTMLDialogElement>(null);
  const { widthPx, separator } = useSeparator(windowPx);
  useShortcut("Escape", "Close the panel", onClose);
  useLayoutEffect(() => {
    // The page, and what is laid over it, leave the panel its place: app/globals.css.
    document.documentElement.style.setProperty("--beside", `${widthPx}px`);
    // What is narrower is higher: the open row must not be moved out of sight.
    document.querySelector("tr[aria-current]")?.scrollIntoView({ block: "nearest" });
    return () => void document.documentElement.style.removeProperty("--beside");
  }, [widthPx]);
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);
  // Also from fields in it, whose single keys are silent; what is laid over it has an Esc of its own.
  const onKeyDown = (event: KeyboardEvent<HTMLDialogElement>) => {
    if (event.key !== "Escape" || event.defaultPrevented || !event.currentTarget.contains(event.target as Node)) return;
    if (document.querySelector(":popover-open:not([data-toasts])") !== null) return;
    event.preventDefault();
    onClose();
  };
  return (
    <dialog
      ref={panel}
      id={id}
      open
      tabIndex={-1}
      data-keys=""
      data-beside=""
      aria-labelledby={`${id}-title`}
      aria-describedby={lead ? `${id}-lead` : undefined}
      onKeyDown={onKeyDown}
      className="fixed inset-y-0 right-0 left-auto z-20 m-0 flex h-dvh max-h-none w-[var(--beside)] max-w-none flex-col border-l border-line bg-canvas p-0 text-ink outline-none"
    >
      <div
        {...separator}
        aria-controls={id}
        className="absolute inset-y-0 -left-1 z-10 w-2 cursor-col-resize touch-none hover:bg-line-strong/40 focus-visible:bg-focus focus-visible:outline-offset-0"
      />
      <SheetHeader id={id} title={title} lead={lead} actions={actions} onClose={onClose} />
      <div className="flex-1 overflow-y-auto overscroll-contain p-4">{children}</div>
    </dialog>
  );
}

function onResize(listener: () => void): () => void {
  window.addEventListener("resize", listener);
  return () => window.removeEventListener("resize", listener);
}

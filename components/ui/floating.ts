"use client";

import { type RefObject, useEffect, useLayoutEffect } from "react";

export type Placement = { side?: "top" | "bottom"; align?: "start" | "center" | "end" };

const gapPx = 4;
const marginPx = 8;

/**
 * Keeps a panel of the top layer at its anchor while it is open; on the other side where there is no room. In the top
 * layer nothing clips it, and within a dialog it stays part of the dialog.
 */
export function useFloating(panel: RefObject<HTMLElement | null>, anchor: () => Element | null, open: boolean, placement: Placement): void {
  const { side, align } = placement;
  useLayoutEffect(() => {
    if (!open) return;
    // A popover has no size until the browser has shown it, which may come after this, but comes before it is painted.
    const frame = requestAnimationFrame(() => place(panel.current, anchor(), { side, align }));
    place(panel.current, anchor(), { side, align });
    return () => cancelAnimationFrame(frame);
  });
  useEffect(() => {
    if (!open) return;
    const follow = () => place(panel.current, anchor(), { side, align });
    window.addEventListener("scroll", follow, { capture: true, passive: true });
    window.addEventListener("resize", follow);
    return () => {
      window.removeEventListener("scroll", follow, { capture: true });
      window.removeEventListener("resize", follow);
    };
  });
}

type Wanted = { side: Placement["side"] | undefined; align: Placement["align"] | undefined };

function place(panel: HTMLElement | null, anchor: Element | null, { side = "bottom", align = "start" }: Wanted): void {
  if (panel === null || anchor === null) return;
  const { top, bottom, left, right, width } = anchor.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = panel;
  const roomAbove = top - gapPx - marginPx;
  const roomBelow = window.innerHeight - bottom - gapPx - marginPx;
  const above = side === "top" ? roomAbove >= offsetHeight || roomAbove > roomBelow : roomBelow < offsetHeight && roomAbove > roomBelow;
  const wantedLeft = { start: left, center: left + (width - offsetWidth) / 2, end: right - offsetWidth }[align];
  panel.style.left = `${Math.max(marginPx, Math.min(wantedLeft, window.innerWidth - offsetWidth - marginPx))}px`;
  panel.style.top = `${Math.max(marginPx, above ? top - gapPx - offsetHeight : bottom + gapPx)}px`;
  panel.style.maxHeight = `${Math.max(roomAbove, roomBelow)}px`;
}

/** Undoes the browser's centring of popovers. */
export const panelLook =
  "fixed inset-auto m-0 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-md border border-line-strong bg-surface text-sm text-ink";

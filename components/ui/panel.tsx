"use client";

import { cloneElement, type ReactElement, type ToggleEvent, useId, useRef, useState } from "react";
import { panelLook, type Placement, useFloating } from "./floating.ts";

type TriggerProps = Record<"popoverTarget" | "data-state" | "aria-haspopup" | "data-panel-trigger", string>;

/**
 * A panel that a button opens beside it, as the browser's own popover: Esc and a click elsewhere close it, and the focus goes
 * back. `first`: selects what has the focus when it opens.
 */
export function usePanel(haspopup: "menu" | "dialog", first: string, placement: Placement) {
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  const [open, setOpen] = useState(false);
  const button = () => document.querySelector(`[data-panel-trigger="${CSS.escape(id)}"]`);
  useFloating(panel, button, open, placement);
  return {
    open,
    triggerOf: (trigger: ReactElement) =>
      cloneElement(trigger as ReactElement<TriggerProps>, {
        popoverTarget: id,
        "data-panel-trigger": id,
        "data-state": open ? "open" : "closed",
        "aria-haspopup": haspopup,
      }),
    panelProps: {
      ref: (element: HTMLElement | null) => {
        panel.current = element;
      },
      id,
      popover: "auto" as const,
      tabIndex: -1,
      onBeforeToggle: (event: ToggleEvent<HTMLElement>) => event.newState === "open" && setOpen(true),
      onToggle: (event: ToggleEvent<HTMLElement>) => {
        if (event.newState === "open") (event.currentTarget.querySelector<HTMLElement>(first) ?? event.currentTarget).focus();
        // Only now: the browser gives the focus back only from something that is still there.
        else setOpen(false);
      },
    },
    panelLook: `${panelLook} outline-none`,
  };
}

export const closePanelOf = (element: HTMLElement): void => element.closest<HTMLElement>("[popover]")?.hidePopover();

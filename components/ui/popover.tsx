"use client";

import type { ReactElement, ReactNode } from "react";
import type { Placement } from "./floating.ts";
import { usePanel } from "./panel.tsx";

type PopoverProps = { trigger: ReactElement; label: string; children: ReactNode; align?: Placement["align"] };

/** A small panel with controls, at the button that opens it. */
export function Popover({ trigger, label, children, align = "start" }: PopoverProps) {
  const { open, triggerOf, panelProps, panelLook } = usePanel("dialog", "input,select,textarea,button,a", { align });
  return (
    <>
      {triggerOf(trigger)}
      <dialog {...panelProps} aria-label={label} className={`${panelLook} w-72 p-3`}>
        {open && children}
      </dialog>
    </>
  );
}

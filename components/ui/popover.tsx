"use client";

import * as Radix from "@radix-ui/react-popover";
import type { ReactNode } from "react";

type PopoverProps = { trigger: ReactNode; label: string; children: ReactNode; align?: "start" | "center" | "end" };

/** A small panel with controls, at the button that opens it. */
export function Popover({ trigger, label, children, align = "start" }: PopoverProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-72 rounded-md border border-line-strong bg-surface p-3 text-sm"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

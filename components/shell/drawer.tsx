"use client";

import * as Radix from "@radix-ui/react-dialog";
import type { ReactNode } from "react";
import "../ui/nonce.ts";

type DrawerProps = { open: boolean; onOpenChange: (open: boolean) => void; children: ReactNode };

/** The navigation on a phone: from the left, over the page. */
export function Drawer({ open, onOpenChange, children }: DrawerProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-30 bg-scrim sm:hidden" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-30 flex w-72 max-w-[85vw] flex-col overflow-y-auto border-r border-line bg-surface sm:hidden"
        >
          <Radix.Title className="sr-only">Navigation</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

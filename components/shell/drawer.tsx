"use client";

import { useId, type ReactNode } from "react";
import { Modal } from "../ui/modal.tsx";

type DrawerProps = { open: boolean; onOpenChange: (open: boolean) => void; children: ReactNode };

/** The navigation on a phone: from the left, over the page. */
export function Drawer({ open, onOpenChange, children }: DrawerProps) {
  const id = useId();
  if (!open) return null;
  return (
    <Modal
      onClose={() => onOpenChange(false)}
      labelledBy={id}
      className="my-0 mr-auto ml-0 flex h-dvh w-72 max-w-[85vw]! flex-col overflow-y-auto border-r border-line bg-surface sm:hidden"
    >
      <h2 id={id} className="sr-only">
        Navigation
      </h2>
      {children}
    </Modal>
  );
}

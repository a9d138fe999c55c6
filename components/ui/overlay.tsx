"use client";

import * as Radix from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import "./nonce.ts";
import { IconButton } from "./iconButton.tsx";

/*
 * Dialog: a question or a form in the middle, a full screen on a phone. Sheet: the detail of a row, at the side.
 * Both are controlled (`open`, `onOpenChange`), keep the focus inside, close with Esc, and give the focus back.
 */

type OverlayProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What it is about, in a sentence; read out with the title. */
  lead?: ReactNode;
  children: ReactNode;
};

type DialogProps = OverlayProps & {
  wide?: boolean;
  /** Its content begins with a field of its own, which says enough: the title is only read out. */
  bare?: boolean;
};

export function Dialog({ open, onOpenChange, title, lead, children, wide = false, bare = false }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          {...(lead ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={focusFirstField}
          className={`fixed left-1/2 z-40 flex max-h-[min(44rem,100dvh)] w-full -translate-x-1/2 flex-col outline-none ${bare ? "top-[12dvh] max-sm:top-0" : "top-1/2 -translate-y-1/2"} rounded-lg border border-line bg-surface max-sm:h-dvh max-sm:max-h-dvh max-sm:rounded-none ${wide ? "sm:max-w-2xl" : "sm:max-w-md"}`}
        >
          {bare ? <Radix.Title className="sr-only">{title}</Radix.Title> : <Header title={title} lead={lead} />}
          <div className={bare ? "min-h-0 overflow-y-auto" : "overflow-y-auto p-4"}>{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function Sheet({ open, onOpenChange, title, lead, children, actions }: OverlayProps & { actions?: ReactNode }) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-30 bg-scrim" />
        <Radix.Content
          {...(lead ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={focusFirstField}
          className="fixed inset-y-0 right-0 z-30 flex w-full flex-col border-l border-line bg-canvas outline-none sm:max-w-2xl"
        >
          <Header title={title} lead={lead} actions={actions} />
          <div className="flex-1 overflow-y-auto p-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The buttons at the end of a dialog, the main one last. */
export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className="mt-5 flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">{children}</div>
);

/** A field if there is one; else the whole, so that reading starts at its title and Enter closes nothing. */
function focusFirstField(event: Event): void {
  event.preventDefault();
  const content = event.currentTarget as HTMLElement;
  const field = content.querySelector<HTMLElement>("input:not([type=checkbox],[type=radio]),textarea,select");
  (field ?? content).focus();
}

function Header({ title, lead, actions }: { title: ReactNode; lead?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex items-start gap-3 border-b border-line p-4">
      <div className="min-w-0 flex-1">
        <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
        {lead && <Radix.Description className="mt-0.5 text-sm text-ink-muted">{lead}</Radix.Description>}
      </div>
      {actions}
      <Radix.Close asChild>
        <IconButton label="Close" className="-my-1 -mr-1">
          <X className="size-4" aria-hidden="true" />
        </IconButton>
      </Radix.Close>
    </div>
  );
}

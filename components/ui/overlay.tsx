"use client";

import { useId, type ReactNode } from "react";
import { IconButton } from "./iconButton.tsx";
import { leave } from "./leaving.ts";
import { Modal } from "./modal.tsx";
import { XIcon } from "./lineIcons.ts";

/*
 * Dialog: a question or a form in the middle, a full screen on a phone. Sheet: the detail of a row, at the side.
 * Dialog and Sheet are controlled (`open`, `onOpenChange`), keep the focus inside, close with Esc, and give the focus back.
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
  /** The content begins with a field of its own, which says enough: the title is only read out. */
  bare?: boolean;
};

export function Dialog({ open, onOpenChange, title, lead, children, wide = false, bare = false }: DialogProps) {
  const id = useId();
  if (!open) return null;
  const close = () => onOpenChange(false);
  return (
    <Modal
      onClose={close}
      labelledBy={`${id}-title`}
      describedBy={lead ? `${id}-lead` : undefined}
      className={`m-auto flex w-full flex-col border-line bg-surface max-sm:h-dvh sm:max-h-[min(44rem,calc(100dvh-2rem))] sm:rounded-lg sm:border ${bare ? "sm:mt-[12dvh]" : ""} ${wide ? "sm:max-w-2xl" : "sm:max-w-md"}`}
    >
      {bare ? (
        <h2 id={`${id}-title`} className="sr-only">
          {title}
        </h2>
      ) : (
        <SheetHeader id={id} title={title} lead={lead} onClose={close} />
      )}
      <div className={bare ? "min-h-0 overflow-y-auto overscroll-contain" : "overflow-y-auto overscroll-contain p-4"}>{children}</div>
    </Modal>
  );
}

type SheetProps = OverlayProps & { actions?: ReactNode; /** Single keys go on working in it. */ keys?: boolean };

export function Sheet({ open, onOpenChange, title, lead, children, actions, keys = false }: SheetProps) {
  const id = useId();
  if (!open) return null;
  const close = () => onOpenChange(false);
  return (
    <Modal
      onClose={close}
      labelledBy={`${id}-title`}
      describedBy={lead ? `${id}-lead` : undefined}
      keys={keys}
      className="my-0 mr-0 ml-auto flex h-dvh w-full flex-col border-line bg-canvas sm:max-w-2xl sm:border-l"
    >
      <SheetHeader id={id} title={title} lead={lead} actions={actions} onClose={close} />
      <div className="flex-1 overflow-y-auto overscroll-contain p-4">{children}</div>
    </Modal>
  );
}

/** The buttons at the end of a dialog, the main one last. */
export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className="mt-5 flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">{children}</div>
);

type HeaderProps = { id: string; title: ReactNode; lead?: ReactNode; actions?: ReactNode; onClose: () => void };

/** What it is, what can be done with it, and the way out. */
export const SheetHeader = ({ id, title, lead, actions, onClose }: HeaderProps) => (
  <div className="flex items-start gap-3 border-b border-line p-4">
    <div className="min-w-0 flex-1">
      <h2 id={`${id}-title`} className="text-lg font-semibold wrap-anywhere">
        {title}
      </h2>
      {lead && (
        <p id={`${id}-lead`} className="mt-0.5 text-sm text-ink-muted">
          {lead}
        </p>
      )}
    </div>
    {actions}
    <IconButton
      label="Close"
      onClick={(event) => leave(onClose, event.currentTarget.closest("dialog") ?? undefined)}
      className="-my-1 -mr-1"
    >
      <XIcon className="size-4" aria-hidden="true" />
    </IconButton>
  </div>
);

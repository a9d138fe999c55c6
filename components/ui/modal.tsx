"use client";

import { type ReactNode, useEffectEvent, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { leave } from "./leaving.ts";

type ModalProps = {
  onClose: () => void;
  labelledBy: string;
  describedBy?: string | undefined;
  className: string;
  /** Single keys go on working in the dialog: components/ui/shortcuts.ts. */
  keys?: boolean;
  children: ReactNode;
};

/**
 * The browser's own modal dialog: the rest of the page is inert, Esc closes, the focus goes back to where it was. Where an address
 * opens one, the server draws the page behind it, and the browser the dialog once it has taken that over.
 */
export function Modal(props: ModalProps) {
  const isInBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return isInBrowser && <Shown {...props} />;
}

const never = (): (() => void) => () => undefined;

function Shown({ onClose, labelledBy, describedBy, className, keys = false, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = useEffectEvent((element: HTMLDialogElement) => {
    element.showModal();
    // A field if there is one; else the whole, so that reading starts at its title and Enter closes nothing.
    const field = element.querySelector<HTMLElement>("input:not([type=checkbox],[type=radio]),textarea,select");
    (field ?? element).focus();
  });

  // The second click of a double click is no second wish: the first has opened the dialog.
  const press = useEffectEvent(({ target, currentTarget, detail }: MouseEvent) => {
    if (target === currentTarget && detail < 2) leave(onClose, currentTarget as HTMLDialogElement);
  });

  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    open(element);
    const onPress = (event: MouseEvent) => press(event);
    element.addEventListener("mousedown", onPress);
    return () => {
      element.removeEventListener("mousedown", onPress);
      element.close();
    };
  }, []);

  return createPortal(
    // Esc is its key; a click on what lies behind it is for pointers.
    <dialog
      ref={dialog}
      tabIndex={-1}
      data-keys={keys ? "" : undefined}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      onCancel={(event) => {
        // The event must be this dialog's, not that of a file picker or a dialog within it.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        leave(onClose, event.currentTarget);
      }}
      className={`fixed max-h-none max-w-none p-0 text-ink outline-none backdrop:bg-scrim ${className}`}
    >
      {children}
    </dialog>,
    document.body,
  );
}

"use client";

import { useId, useLayoutEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { Alert } from "./alert.tsx";
import { Button } from "./button.tsx";
import { focusNear } from "./focusNear.ts";
import { Dialog, DialogActions } from "./overlay.tsx";

/** As it is read on the page, where two spaces are one, and however an accent was typed. */
const asRead = (text: string): string => text.normalize("NFC").trim().replaceAll(/\s+/g, " ");

export type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Verb and object: "Delete endpoint". It names the button too. */
  title: string;
  /** What will happen, and what can't be undone. */
  children: ReactNode;
  /** Has to be typed in, such as the name of what is deleted. Without it a click is enough. */
  typed?: string;
  /** Rejects with what to say: it is shown, and the dialog stays. */
  onConfirm: () => Promise<unknown>;
};

/** Asks before what can't be undone; `typed` asks for the name to be typed. */
export function Confirmation({ open, onOpenChange, title, children, typed, onConfirm }: ConfirmDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title}>
      {/* Made anew each time it opens, so that nothing typed is left. */}
      <Question title={title} typed={typed} onConfirm={onConfirm} close={() => onOpenChange(false)}>
        {children}
      </Question>
    </Dialog>
  );
}

type QuestionProps = {
  title: string;
  typed: string | undefined;
  onConfirm: () => Promise<unknown>;
  close: () => void;
  children: ReactNode;
};

function Question({ title, typed, onConfirm, close, children }: QuestionProps) {
  const id = useId();
  const [text, setText] = useState("");
  const [step, setStep] = useState<"asking" | "working">("asking");
  const [fault, setFault] = useState<string | null>(null);
  const focusBack = useRef<() => void>(null);
  useLayoutEffect(() => {
    // What opened it: the dialog takes the focus after its content is there.
    focusBack.current = focusNear(document.activeElement);
  }, []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (step === "working") return;
    if (typed !== undefined && asRead(text) !== asRead(typed)) return setFault(`Type ${typed} to go on.`);
    setStep("working");
    setFault(null);
    try {
      await onConfirm();
      close();
      requestAnimationFrame(() => focusBack.current?.());
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      setStep("asking");
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <div className="space-y-3 text-sm text-ink-muted">{children}</div>
      {typed !== undefined && (
        <div className="mt-4">
          <label htmlFor={id} className="mb-1.5 block text-sm">
            Type <strong className="font-mono text-xs font-semibold wrap-anywhere">{typed}</strong> to confirm
          </label>
          <input
            id={id}
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            spellCheck={false}
            className="block h-9 w-full rounded-md border border-line-strong bg-surface px-3 max-sm:h-11 max-sm:text-lg"
          />
        </div>
      )}
      {fault !== null && (
        <div className="mt-4">
          <Alert tone="bad" live title={fault} />
        </div>
      )}
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button variant="danger" type="submit" pending={step === "working"}>
          {title}
        </Button>
      </DialogActions>
    </form>
  );
}

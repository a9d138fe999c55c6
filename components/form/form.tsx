"use client";

import { createContext, type ReactNode, use, useEffect, useEffectEvent, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { guardLeaving } from "./guardLeaving.ts";
import { FaultSummary, focusFirstFault } from "./faultSummary.tsx";
import type { Faults } from "./faults.ts";
import type { ApiForm } from "./useApiForm.ts";

/** What the fields of a form stand on. */
type Fields = { draft: Record<string, unknown>; change: (name: string, value: unknown) => void; faults: Faults };
const FieldsContext = createContext<Fields | null>(null);

export function useFields(): Fields {
  const fields = use(FieldsContext);
  if (fields === null) throw new Error("a field stands outside of a form");
  return fields;
}

type FormProps<D extends object> = { form: ApiForm<D>; children: ReactNode; className?: string };

/** A form of `useApiForm`: all that is wrong stands above it and has the focus; leaving asks while something is unsaved. */
export function Form<D extends object>({ form, children, className = "space-y-5" }: FormProps<D>) {
  const element = useRef<HTMLFormElement>(null);
  const [go, setGo] = useState<(() => void) | null>(null);
  const { isUnsaved, isSubmitting, refusals } = form;
  const focus = useEffectEvent(() => element.current && focusFirstFault(element.current));

  useEffect(() => {
    if (refusals > 0) focus();
  }, [refusals]);

  useEffect(() => {
    if (!isUnsaved || element.current === null) return;
    return guardLeaving(element.current, isSubmitting ? null : (leaveNow) => setGo(() => leaveNow));
  }, [isUnsaved, isSubmitting]);

  const change = (name: string, value: unknown) => form.set({ [name]: value } as Partial<D>);
  return (
    <FieldsContext value={{ draft: form.draft as Record<string, unknown>, change, faults: form.faults }}>
      <form ref={element} noValidate onSubmit={form.submit} className={className}>
        <FaultSummary title={form.title} faults={form.faults} />
        {children}
      </form>
      {go !== null && <LeaveDialog go={go} stay={() => setGo(null)} />}
    </FieldsContext>
  );
}

const LeaveDialog = ({ go, stay }: { go: () => void; stay: () => void }) => (
  <Dialog open onOpenChange={stay} title="Leave without saving?" lead="What you typed here is lost.">
    <DialogActions>
      <Button variant="secondary" onClick={stay}>
        Stay
      </Button>
      <Button
        variant="danger"
        onClick={() => {
          stay();
          go();
        }}
      >
        Leave without saving
      </Button>
    </DialogActions>
  </Dialog>
);

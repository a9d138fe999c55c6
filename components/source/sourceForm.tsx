"use client";

import { useRef, useState, type FormEvent, type ReactNode } from "react";
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import { ApiError } from "../api.ts";
import { type Faults, faultsOfIssues, hasFaults } from "../form/faults.ts";
import { FaultSummary, focusFirstFault } from "../form/faultSummary.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { ProviderFields } from "./providerFields.tsx";
import { type SourceDraft, draftFaults } from "./sourceDraft.ts";
import { SourceRules } from "./sourceRules.tsx";
import { SourceRouting } from "./sourceRouting.tsx";

type SourceFormProps = {
  provider: SourceProviderOut;
  initial: SourceDraft;
  kept?: readonly string[];
  /** Null: it is only being made. */
  sourceId: string | null;
  action: string;
  /** Throws what the API refuses with. */
  onSave: (draft: SourceDraft) => Promise<unknown>;
  secondary?: ReactNode;
};

export function SourceForm({ provider, initial, kept = [], sourceId, action, onSave, secondary }: SourceFormProps) {
  const isNew = sourceId === null;
  const [draft, setDraft] = useState(initial);
  const [faults, setFaults] = useState<Faults>({});
  const [pending, setPending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const set = (part: Partial<SourceDraft>) => setDraft((current) => ({ ...current, ...part }));

  const fail = (found: Faults) => {
    setFaults(found);
    focusFirstFault(form);
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    const found = draftFaults(draft, provider, kept, isNew);
    if (hasFaults(found)) return fail(found);
    setFaults({});
    setPending(true);
    try {
      await onSave(draft);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fail(error.issues.length > 0 ? faultsOfIssues(error.issues) : { "": error.detail });
    } finally {
      setPending(false);
    }
  };

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="max-w-2xl space-y-5">
      <FaultSummary title={isNew ? "The source was not created" : "The changes were not saved"} faults={faults} />
      <Field
        label="Name"
        help="For yourselves."
        error={faults["name"]}
        autoComplete="off"
        value={draft.name}
        onChange={(event) => set({ name: event.target.value })}
      />
      <ProviderFields provider={provider} draft={draft} set={set} faults={faults} kept={kept} withSecret={isNew} />
      <SourceRouting draft={draft} set={set} faults={faults} />
      <SourceRules provider={provider} draft={draft} set={set} faults={faults} sourceId={sourceId} />
      <div className="flex flex-wrap items-center gap-2 border-t border-line pt-4">
        <Button type="submit" pending={pending}>
          {action}
        </Button>
        {secondary}
      </div>
    </form>
  );
}

"use client";

import type { ReactNode } from "react";
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { ProviderFields } from "./providerFields.tsx";
import { type SourceDraft, draftFaults, fieldOfSource } from "./sourceDraft.ts";
import { SourceRules } from "./sourceRules.tsx";
import { SourceRouting } from "./sourceRouting.tsx";

type SourceFormProps = {
  provider: SourceProviderOut;
  initial: SourceDraft;
  /** Of what is stored. */
  version?: string;
  /** What is stored by now. */
  fresh?: () => Promise<SourceDraft>;
  kept?: readonly string[];
  /** The source's id. Null: it is only being made. */
  sourceId: string | null;
  action: string;
  /** Saves the draft, of which `kept` was there before; throws what the API refuses with. */
  onSave: (draft: SourceDraft, kept: SourceDraft) => Promise<unknown>;
  secondary?: ReactNode;
};

export function SourceForm({ provider, initial, version, fresh, kept = [], sourceId, action, onSave, secondary }: SourceFormProps) {
  const isNew = sourceId === null;
  const form = useApiForm({
    initial,
    ...(version === undefined ? {} : { version }),
    ...(fresh && { fresh }),
    title: isNew ? "The source was not created" : "The changes were not saved",
    fieldOf: fieldOfSource,
    check: (typed) => draftFaults(typed, provider, kept, isNew),
    save: onSave,
  });
  const { draft, set, faults } = form;

  return (
    <Form form={form} className="max-w-2xl space-y-5">
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
        <Button type="submit" pending={form.isSubmitting}>
          {action}
        </Button>
        {secondary}
      </div>
    </Form>
  );
}

"use client";

import { useState } from "react";
import type { EventTypeImportOpenApiOut } from "../../lib/contract/eventTypeImport.ts";
import { DocumentField } from "../form/documentField.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { useImportOpenApi } from "./queries.ts";

type Plan = EventTypeImportOpenApiOut["data"];
type DialogProps = { open: boolean; onOpenChange: (open: boolean) => void };

export const ImportOpenApiDialog = ({ open, onOpenChange }: DialogProps) => (
  <Dialog
    open={open}
    onOpenChange={onOpenChange}
    title="Import event types"
    lead="From an OpenAPI document: its webhooks (or x-webhooks) and the callbacks of its operations."
    wide
  >
    <ImportForm onDone={() => onOpenChange(false)} />
  </Dialog>
);

/** First what would change, then the change. */
function ImportForm({ onDone }: { onDone: () => void }) {
  const [plan, setPlan] = useState<Plan | null>(null);
  const run = useImportOpenApi();
  const count = plan === null ? 0 : (plan.to_modify?.length ?? 0) + plan.toArchive.length;
  const form = useApiForm({
    initial: { specRaw: "", replaceAll: false },
    title: "The document can’t be imported",
    // Each fault with its place in the document.
    fieldOf: (path) => path.slice(1).join(" › ") || "specRaw",
    check: ({ specRaw }) => (specRaw.trim() === "" ? { specRaw: "Paste a document, or choose a file" } : {}),
    save: async (draft) => {
      const { data } = await run.mutateAsync({ ...draft, dryRun: count === 0 });
      if (count === 0) return setPlan(data);
      toast.good(`${data.modified.length} event ${data.modified.length === 1 ? "type" : "types"} changed`);
      onDone();
    },
  });
  const set = (part: Partial<typeof form.draft>) => {
    form.set(part);
    setPlan(null);
  };
  return (
    <Form form={form} className="space-y-4">
      <DocumentField
        label="OpenAPI document"
        accept=".json,.yaml,.yml"
        help="JSON or YAML, 3.0 or 3.1."
        value={form.draft.specRaw}
        error={form.faults["specRaw"]}
        onChange={(specRaw) => set({ specRaw })}
      />
      <label className="flex items-start gap-2 text-sm">
        <input
          type="checkbox"
          className="mt-1"
          checked={form.draft.replaceAll}
          onChange={(event) => set({ replaceAll: event.target.checked })}
        />
        Archive the event types that are not in it
      </label>
      {plan !== null && <PlanOf plan={plan} />}
      <DialogActions>
        <Button variant="secondary" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          {count === 0 ? "Show what changes" : `Change ${count} event ${count === 1 ? "type" : "types"}`}
        </Button>
      </DialogActions>
    </Form>
  );
}

function PlanOf({ plan: { to_modify, toArchive, unchanged } }: { plan: Plan }) {
  const groups = [
    { title: "New", names: (to_modify ?? []).filter(({ isNew }) => isNew).map(({ name }) => name) },
    { title: "Changed", names: (to_modify ?? []).filter(({ isNew }) => !isNew).map(({ name }) => name) },
    { title: "Archived", names: toArchive },
    { title: "As they are", names: unchanged },
  ].filter(({ names }) => names.length > 0);
  return (
    <dl aria-live="polite" className="space-y-2 rounded-md border border-line p-3 text-sm">
      {groups.map(({ title, names }) => (
        <div key={title}>
          <dt className="font-medium">{`${title}: ${names.length}`}</dt>
          <dd className="font-mono text-xs wrap-anywhere text-ink-muted">{names.join(", ")}</dd>
        </div>
      ))}
    </dl>
  );
}

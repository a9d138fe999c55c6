"use client";

import { useState } from "react";
import type { EventTypeImportOpenApiOut } from "../../lib/contract/eventTypeImport.ts";
import { ApiError } from "../api.ts";
import { DocumentField } from "../form/documentField.tsx";
import { Alert } from "../ui/alert.tsx";
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
  const [specRaw, setSpecRaw] = useState("");
  const [replaceAll, setReplaceAll] = useState(false);
  const [plan, setPlan] = useState<Plan | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const run = useImportOpenApi();
  const changed = (change: () => void) => {
    change();
    setPlan(null);
    setError(null);
  };
  const send = async (dryRun: boolean) => {
    setError(null);
    try {
      const { data } = await run.mutateAsync({ specRaw, replaceAll, dryRun });
      if (dryRun) return setPlan(data);
      toast.good(`${data.modified.length} event ${data.modified.length === 1 ? "type" : "types"} changed`);
      onDone();
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      setError(fault);
    }
  };
  const count = plan === null ? 0 : (plan.to_modify?.length ?? 0) + plan.toArchive.length;
  return (
    <div className="space-y-4">
      <DocumentField
        label="OpenAPI document"
        accept=".json,.yaml,.yml"
        help="JSON or YAML, 3.0 or 3.1."
        value={specRaw}
        onChange={(text) => changed(() => setSpecRaw(text))}
      />
      <label className="flex items-start gap-2 text-sm">
        <input
          type="checkbox"
          className="mt-1"
          checked={replaceAll}
          onChange={(event) => changed(() => setReplaceAll(event.target.checked))}
        />
        Archive the event types that are not in it
      </label>
      {error !== null && <Refusal error={error} />}
      {plan !== null && <PlanOf plan={plan} />}
      <DialogActions>
        <Button variant="secondary" onClick={onDone}>
          Cancel
        </Button>
        {plan === null || count === 0 ? (
          <Button pending={run.isPending} disabled={specRaw.trim() === ""} onClick={() => void send(true)}>
            Show what changes
          </Button>
        ) : (
          <Button pending={run.isPending} onClick={() => void send(false)}>
            {`Change ${count} event ${count === 1 ? "type" : "types"}`}
          </Button>
        )}
      </DialogActions>
    </div>
  );
}

/** Each fault with its place in the document. */
const Refusal = ({ error }: { error: ApiError }) => (
  <Alert tone="bad" live title="The document can’t be imported">
    {error.issues.length === 0 ? (
      error.detail
    ) : (
      <ul className="list-disc pl-4">
        {error.issues.map(({ loc, msg }) => (
          <li key={`${loc.join()} ${msg}`} className="wrap-anywhere">
            {loc.length > 2 && <code className="mr-1.5 font-mono text-xs">{loc.slice(2).join(" › ")}</code>}
            {msg}
          </li>
        ))}
      </ul>
    )}
  </Alert>
);

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

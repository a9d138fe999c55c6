"use client";

import { useState } from "react";
import type { EnvironmentImportOut } from "../../lib/contract/environmentSettings.ts";
import { ApiError } from "../api.ts";
import { DocumentField } from "../form/documentField.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { useImportEnvironment } from "./settingsQueries.ts";

type ImportDialogProps = { name: string; open: boolean; onOpenChange: (open: boolean) => void };

/** What another environment exported, into this one. */
export const ImportDialog = ({ name, open, onOpenChange }: ImportDialogProps) => (
  <Dialog
    open={open}
    onOpenChange={onOpenChange}
    title="Import environment"
    lead={`Into ${name}. It adds and changes; nothing is deleted.`}
    wide
  >
    <ImportForm onDone={() => onOpenChange(false)} />
  </Dialog>
);

/** First what would change, then the change. */
function ImportForm({ onDone }: { onDone: () => void }) {
  const [text, setText] = useState("");
  const [plan, setPlan] = useState<EnvironmentImportOut | null>(null);
  const [fault, setFault] = useState<string[]>([]);
  const run = useImportEnvironment();
  const send = async (dryRun: boolean) => {
    setFault([]);
    try {
      JSON.parse(text);
      const answer = await run.mutateAsync({ bodyText: text, dryRun });
      if (dryRun) return setPlan(answer);
      toast.good("Environment imported");
      onDone();
    } catch (error) {
      if (error instanceof SyntaxError) setFault([`This is no JSON: ${error.message}`]);
      else if (error instanceof ApiError)
        setFault(error.issues.length > 0 ? error.issues.map(({ loc, msg }) => `${loc.slice(1).join(" › ")}: ${msg}`) : [error.detail]);
      else throw error;
    }
  };
  return (
    <div className="space-y-4">
      <DocumentField
        label="Exported environment"
        accept=".json"
        help="What “Export environment” saved."
        value={text}
        onChange={(value) => {
          setText(value);
          setPlan(null);
          setFault([]);
        }}
      />
      {fault.length > 0 && (
        <Alert tone="bad" live title="It can’t be imported">
          <ul className="list-disc pl-4">
            {fault.map((line) => (
              <li key={line} className="wrap-anywhere">
                {line}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {plan !== null && <PlanOf plan={plan} />}
      <DialogActions>
        <Button variant="secondary" onClick={onDone}>
          Cancel
        </Button>
        {plan === null ? (
          <Button pending={run.isPending} disabled={text.trim() === ""} onClick={() => void send(true)}>
            Show what changes
          </Button>
        ) : (
          <Button pending={run.isPending} onClick={() => void send(false)}>
            Import environment
          </Button>
        )}
      </DialogActions>
    </div>
  );
}

function PlanOf({ plan: { eventTypes, connectors, endpoints, settings } }: { plan: EnvironmentImportOut }) {
  const lines = [
    ["New event types", eventTypes.created],
    ["Changed event types", eventTypes.changed],
    ["New connectors", connectors.created],
    ["Changed connectors", connectors.changed],
    ["Endpoints that sign or authenticate otherwise", endpoints.changed],
    ["Endpoints whose credentials you have to enter", endpoints.needSecret],
    ["Endpoints that are not here", endpoints.unknown],
    ["Changed settings", settings.changed],
    ["Settings that Webster does not have", settings.ignored],
    ["As they are", [...eventTypes.unchanged, ...connectors.unchanged, ...endpoints.unchanged]],
  ] as const;
  const shown = lines.filter(([, names]) => names.length > 0);
  return (
    <dl aria-live="polite" className="space-y-2 rounded-md border border-line p-3 text-sm">
      {shown.length === 0 && <dt>There is nothing in it to import.</dt>}
      {shown.map(([title, names]) => (
        <div key={title}>
          <dt className="font-medium">{`${title}: ${names.length}`}</dt>
          <dd className="font-mono text-xs wrap-anywhere text-ink-muted">{names.join(", ")}</dd>
        </div>
      ))}
    </dl>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { EnvironmentImportOut } from "../../lib/contract/environmentSettings.ts";
import type { PayloadValidation } from "../../lib/words/payloadValidation.ts";
import { ApiError } from "../api.ts";
import { DocumentField } from "../form/documentField.tsx";
import { indentJson } from "../form/prettyJson.ts";
import { useMembership } from "../session/queries.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { Select } from "../ui/select.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { saveFile } from "../ui/saveFile.ts";
import { toast } from "../ui/toast.tsx";
import { KeyFields } from "./keyFields.tsx";
import { PortalFields } from "./portalFields.tsx";
import { SearchField } from "./searchField.tsx";
import { environmentSettingsQuery, useExportEnvironment, useImportEnvironment, usePatchSettings } from "./settingsQueries.ts";

const modes: { value: PayloadValidation; label: string; meaning: string }[] = [
  { value: "off", label: "Off", meaning: "Payloads are taken as they are." },
  { value: "warn", label: "Warn", meaning: "What does not fit is sent, and noted at the message and at its event type." },
  { value: "reject", label: "Reject", meaning: "What does not fit is answered 422 and not sent." },
];

/** The settings of the environment that is open. */
export function EnvironmentSettings({ name }: { name: string }) {
  const { may, isOperational } = useMembership();
  const [isImporting, setImporting] = useState(false);
  if (isOperational) return null;
  return (
    <section aria-labelledby="environment-settings" className="mt-8 border-t border-line pt-5">
      <h2 id="environment-settings" className="mb-3 font-semibold">{`Settings of ${name}`}</h2>
      <PayloadValidationField disabled={!may("admin")} />
      <SearchField disabled={!may("admin")} />
      <PortalFields disabled={!may("admin")} />
      <KeyFields disabled={!may("admin")} />
      {may("admin") && (
        <div className="mt-5">
          <h3 className="text-sm font-medium">Move it</h3>
          <p className="mt-0.5 mb-2 max-w-prose text-sm text-ink-muted">
            Event types, connectors, these settings, and how endpoints with a uid sign and authenticate, as a file for another environment.
            No secrets, no keys, no applications.
          </p>
          <div className="flex flex-wrap gap-2">
            <ExportButton name={name} />
            <Button variant="secondary" onClick={() => setImporting(true)}>
              Import environment
            </Button>
          </div>
        </div>
      )}
      <Dialog
        open={isImporting}
        onOpenChange={setImporting}
        title="Import environment"
        lead={`Into ${name}. It adds and changes; nothing is deleted.`}
        wide
      >
        <ImportForm onDone={() => setImporting(false)} />
      </Dialog>
    </section>
  );
}

function PayloadValidationField({ disabled }: { disabled: boolean }) {
  const { data, error, refetch } = useQuery(environmentSettingsQuery);
  const id = useId();
  const patch = usePatchSettings();
  if (error !== null && data === undefined) return <ErrorState what="The settings" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-28 w-full max-w-prose" />;
  const choose = (payloadValidation: PayloadValidation) =>
    patch.mutate({ payloadValidation }, { onSuccess: () => toast.good("Setting saved"), onError: (fault) => toast.bad(fault.message) });
  const { meaning } = modes.find(({ value }) => value === data.payloadValidation) ?? { meaning: "" };
  return (
    <>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        Payloads against their event type’s schema
      </label>
      <Select
        id={id}
        className="max-w-xs"
        options={modes}
        value={data.payloadValidation}
        disabled={disabled || patch.isPending}
        onChange={(event) => choose(event.target.value as PayloadValidation)}
      />
      <p className="mt-1.5 max-w-prose text-sm text-ink-muted">
        {meaning} It is about messages sent with the API, and each type’s newest schema; what a source receives is its provider’s business.
      </p>
    </>
  );
}

function ExportButton({ name }: { name: string }) {
  const run = useExportEnvironment();
  const save = (content: string) =>
    saveFile(`${name.replaceAll(/[^\w-]+/g, "-")}.environment.json`, indentJson(content), "application/json");
  return (
    <Button
      variant="secondary"
      pending={run.isPending}
      onClick={() => run.mutate(undefined, { onSuccess: save, onError: (fault) => toast.bad(fault.message) })}
    >
      Export environment
    </Button>
  );
}

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

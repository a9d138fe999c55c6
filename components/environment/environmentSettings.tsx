"use client";

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { PayloadValidation } from "../../lib/words/payloadValidation.ts";
import { indentJson } from "../form/prettyJson.ts";
import { SavedSelect } from "../form/savedSelect.tsx";
import { useMembership } from "../session/queries.ts";
import { Button } from "../ui/button.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { saveFile } from "../ui/saveFile.ts";
import { toast } from "../ui/toast.tsx";
import { whenOpened } from "../ui/whenOpened.tsx";
import { KeyFields } from "./keyFields.tsx";
import { PortalFields } from "./portalFields.tsx";
import { SearchField } from "./searchField.tsx";
import { environmentSettingsQuery, useExportEnvironment, usePatchSettings } from "./settingsQueries.ts";

const ImportDialog = whenOpened(
  () => import("./importDialog.tsx").then((module) => module.ImportDialog),
  ({ open }) => open,
);

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
      <ImportDialog name={name} open={isImporting} onOpenChange={setImporting} />
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
  return (
    <>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        Payloads against their event type’s schema
      </label>
      <SavedSelect
        id={id}
        className="max-w-xs"
        options={modes}
        value={data.payloadValidation}
        saveLabel="Save mode"
        disabled={disabled}
        pending={patch.isPending}
        onSave={choose}
      >
        {(chosen) => (
          <p className="mt-1.5 max-w-prose text-sm text-ink-muted">
            {modes.find(({ value }) => value === chosen)?.meaning} It is about messages sent with the API, and each type’s newest schema;
            what a source receives is its provider’s business.
          </p>
        )}
      </SavedSelect>
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

"use client";

import { useRef, useState, type FormEvent } from "react";
import {
  OperationalWebhookEndpointIn,
  type OperationalWebhookEndpointOut,
  operationalEventTypes,
} from "../../lib/contract/operationalWebhook.ts";
import { ApiError } from "../api.ts";
import { type Faults, faultsOf, faultsOfIssues, hasFaults } from "../form/faults.ts";
import { FaultSummary, focusFirstFault } from "../form/faultSummary.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { useCreateOperationalWebhook } from "./queries.ts";

type CreateDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onCreated: (endpoint: OperationalWebhookEndpointOut) => void;
};

export function CreateDialog({ open, onOpenChange, onCreated }: CreateDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Create operational webhook">
      <CreateForm
        close={() => onOpenChange(false)}
        onCreated={(endpoint) => {
          onOpenChange(false);
          onCreated(endpoint);
        }}
      />
    </Dialog>
  );
}

const advice = {
  url: "Enter an address such as https://example.com/webster-events.",
  description: "The description holds control characters.",
};

/** All types but the one that is told only to those who ask for it by name. */
const usual = operationalEventTypes.filter((name) => name !== "message.attempt.log");

function CreateForm({ close, onCreated }: { close: () => void; onCreated: CreateDialogProps["onCreated"] }) {
  const [url, setUrl] = useState("");
  const [description, setDescription] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>(usual);
  const [faults, setFaults] = useState<Faults>({});
  const create = useCreateOperationalWebhook();
  const form = useRef<HTMLFormElement>(null);

  const fail = (found: Faults) => {
    setFaults(found);
    focusFirstFault(form);
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (create.isPending) return;
    const all = chosen.length === usual.length && usual.every((name) => chosen.includes(name));
    const body = { url: url.trim(), description: description.trim(), eventTypes: all ? null : [...chosen] };
    const found = faultsOf(OperationalWebhookEndpointIn, body, advice);
    if (chosen.length === 0) found["eventTypes"] = "Choose at least one.";
    if (hasFaults(found)) return fail(found);
    setFaults({});
    try {
      const endpoint = await create.mutateAsync(body);
      toast.good("Operational webhook created");
      onCreated(endpoint);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fail(error.issues.length > 0 ? faultsOfIssues(error.issues) : { "": error.detail });
    }
  };

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="space-y-4">
      <FaultSummary title="The operational webhook was not created" faults={faults} />
      <Field
        label="URL"
        type="url"
        inputMode="url"
        placeholder="https://example.com/webster-events"
        value={url}
        error={faults["url"]}
        autoComplete="off"
        onChange={(event) => setUrl(event.target.value)}
      />
      <Field
        label="Description"
        placeholder="What it is for"
        value={description}
        error={faults["description"]}
        autoComplete="off"
        onChange={(event) => setDescription(event.target.value)}
      />
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">Tell of</legend>
        <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2">
          {operationalEventTypes.map((name) => (
            <label key={name} className="flex items-center gap-2 font-mono text-xs max-sm:min-h-9">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={chosen.includes(name)}
                onChange={(event) => setChosen((now) => (event.target.checked ? [...now, name] : now.filter((one) => one !== name)))}
              />
              {name}
            </label>
          ))}
        </div>
        {faults["eventTypes"] && <p className="mt-1.5 text-sm text-bad">{faults["eventTypes"]}</p>}
      </fieldset>
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={create.isPending}>
          Create operational webhook
        </Button>
      </DialogActions>
    </form>
  );
}

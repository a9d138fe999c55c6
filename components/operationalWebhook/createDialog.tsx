"use client";

import type { OperationalWebhookEndpointOut } from "../../lib/contract/operationalWebhook.ts";
import { operationalEventTypes } from "../../lib/words/operationalEventType.ts";
import { type Faults, faultsOf } from "../form/faults.ts";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { Button } from "../ui/button.tsx";
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

type WebhookDraft = { url: string; description: string; eventTypes: readonly string[] };

const blank: WebhookDraft = { url: "", description: "", eventTypes: usual };

function inputOf({ url, description, eventTypes }: WebhookDraft) {
  const isUsual = eventTypes.length === usual.length && usual.every((name) => eventTypes.includes(name));
  return { url: url.trim(), description: description.trim(), eventTypes: isUsual ? null : [...eventTypes] };
}

const check = async (draft: WebhookDraft): Promise<Faults> => ({
  ...(await faultsOf(
    async () => (await import("../../lib/contract/operationalWebhook.ts")).OperationalWebhookEndpointIn,
    inputOf(draft),
    advice,
  )),
  ...(draft.eventTypes.length === 0 ? { eventTypes: "Choose at least one." } : {}),
});

function CreateForm({ close, onCreated }: { close: () => void; onCreated: CreateDialogProps["onCreated"] }) {
  const create = useCreateOperationalWebhook();
  const form = useApiForm({
    initial: blank,
    title: "The operational webhook was not created",
    check,
    save: async (draft) => {
      const endpoint = await create.mutateAsync(inputOf(draft));
      toast.good("Operational webhook created");
      onCreated(endpoint);
    },
  });
  const chosen = form.draft.eventTypes;
  return (
    <Form form={form} className="space-y-4">
      <TextField name="url" label="URL" type="url" inputMode="url" placeholder="https://example.com/webster-events" autoComplete="off" />
      <TextField name="description" label="Description" placeholder="What it is for" autoComplete="off" />
      <fieldset data-invalid={form.faults["eventTypes"] === undefined ? undefined : ""}>
        <legend className="mb-1.5 text-sm font-medium">Tell of</legend>
        <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2">
          {operationalEventTypes.map((name) => (
            <label key={name} className="flex items-center gap-2 font-mono text-xs max-sm:min-h-9">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={chosen.includes(name)}
                onChange={(event) =>
                  form.set({ eventTypes: event.target.checked ? [...chosen, name] : chosen.filter((one) => one !== name) })
                }
              />
              {name}
            </label>
          ))}
        </div>
        {form.faults["eventTypes"] && <p className="mt-1.5 text-sm text-bad">{form.faults["eventTypes"]}</p>}
      </fieldset>
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Create operational webhook
        </Button>
      </DialogActions>
    </Form>
  );
}

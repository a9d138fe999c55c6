"use client";

import { useId, useState } from "react";
import type { ApiKeyCreatedOut, ApiKeyIn } from "../../lib/contract/apiKey.ts";
import { ApplicationPicker } from "../application/applicationPicker.tsx";
import { Button } from "../ui/button.tsx";
import { faultsOf } from "../form/faults.ts";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { TextArea } from "../form/textArea.tsx";
import { wordsOf } from "../form/words.ts";
import { SelectField, TextField } from "../form/fields.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { SecretText } from "../ui/secretText.tsx";
import { Select } from "../ui/select.tsx";
import { faultsOfNetworks, fieldOfKey, NetworksField } from "./networksField.tsx";
import { useCreateApiKey } from "./queries.ts";
import { RateLimitField } from "./rateLimitField.tsx";
import { dayMs } from "../../lib/words/duration.ts";
import { type Permission, scopeNouns } from "../../lib/words/keyScope.ts";
import { clockMs } from "../ui/clock.ts";

/** Asks what the key may do, then shows it, once. */
export function CreateKeyDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [created, setCreated] = useState<ApiKeyCreatedOut | null>(null);
  const close = () => {
    onOpenChange(false);
    setCreated(null);
  };
  return (
    <Dialog open={open} onOpenChange={close} title={created === null ? "Create API key" : "Copy the API key now"}>
      {created === null ? (
        <KeyForm onDone={setCreated} onCancel={close} />
      ) : (
        <>
          <p className="mb-3 text-sm text-ink-muted">This is the only time that {created.name} is shown. Keep it where secrets belong.</p>
          <SecretText text={created.key} label="API key" />
          <DialogActions>
            <Button once onClick={close}>
              Done
            </Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}

const lifetimes = [
  { value: "", label: "Never, or when the environment says" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
];

type KeyDraft = Pick<ApiKeyIn, "name" | "applicationId" | "requestsPerSecond"> & {
  permission: Permission | "scopes";
  scopes: string;
  days: string;
  networks: string;
};

const inputOf = ({ permission, scopes, days, networks, ...given }: KeyDraft): ApiKeyIn => ({
  ...given,
  ...(permission === "scopes" ? { permission: "read", scopes: wordsOf(scopes) } : { permission }),
  expiresAt: days === "" ? null : new Date(clockMs() + Number(days) * dayMs).toISOString(),
  allowedNetworks: wordsOf(networks),
});

const blank: KeyDraft = { name: "", permission: "write", scopes: "", applicationId: null, requestsPerSecond: null, days: "", networks: "" };

function KeyForm({ onDone, onCancel }: { onDone: (created: ApiKeyCreatedOut) => void; onCancel: () => void }) {
  const create = useCreateApiKey();
  const expiresId = useId();
  const form = useApiForm({
    initial: blank,
    title: "The API key was not created",
    fieldOf: fieldOfKey,
    check: async (draft) => ({
      ...(await faultsOf(async () => (await import("../../lib/contract/apiKey.ts")).ApiKeyIn, inputOf(draft))),
      ...faultsOfNetworks(draft.networks),
    }),
    save: async (draft) => onDone(await create.mutateAsync(inputOf(draft))),
  });
  return (
    <Form form={form}>
      <TextField name="name" label="Name" autoComplete="off" help="What uses it, such as “Billing service”." />
      <SelectField
        name="permission"
        label="May"
        options={[
          { value: "write", label: "Read and write" },
          { value: "read", label: "Only read" },
          { value: "manage", label: "Read, write and manage" },
          { value: "scopes", label: "No more than some scopes" },
        ]}
        help="A key that only reads sends nothing and never sees a secret. A key that manages reaches all environments of the organization and creates environments and keys, as Terraform does."
      />
      {form.draft.permission === "scopes" && (
        <TextArea
          label="Scopes"
          rows={3}
          help={`Such as message:Write or endpoint:Read, one a line. Write reads too. Of: ${scopeNouns.join(", ")}.`}
          value={form.draft.scopes}
          error={form.faults["scopes"]}
          onChange={(event) => form.set({ scopes: event.target.value })}
        />
      )}
      <ApplicationPicker
        label="Reaches only"
        placeholder="All applications"
        help="A customer of yours, by name, uid or id. Empty: all of them."
        value={form.draft.applicationId ?? ""}
        error={form.faults["applicationId"]}
        onChange={(applicationId) => form.set({ applicationId: applicationId || null })}
      />
      <div>
        <label htmlFor={expiresId} className="mb-1.5 block text-sm font-medium">
          Expires
        </label>
        <Select id={expiresId} options={lifetimes} value={form.draft.days} onChange={(event) => form.set({ days: event.target.value })} />
      </div>
      <RateLimitField />
      <NetworksField value={form.draft.networks} error={form.faults["networks"]} onChange={(networks) => form.set({ networks })} />
      <DialogActions>
        <Button variant="secondary" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Create API key
        </Button>
      </DialogActions>
    </Form>
  );
}

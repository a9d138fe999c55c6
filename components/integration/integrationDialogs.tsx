"use client";

import { useState } from "react";
import type { IntegrationOut } from "../../lib/contract/integration.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { faultsOf } from "../form/faults.ts";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { useAskAnew } from "../form/useAskAnew.ts";
import { wordsOf } from "../form/words.ts";
import { TextField } from "../form/fields.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { SecretText } from "../ui/secretText.tsx";
import { toast } from "../ui/toast.tsx";
import { integrationsQuery, revealIntegrationKey, rotateIntegrationKey, useSaveIntegration } from "./queries.ts";

type FormDialogProps = {
  applicationId: string;
  /** `new`, or the one to change; null: closed. */
  editing: IntegrationOut | "new" | null;
  onClose: () => void;
  onCreated: (integration: IntegrationOut) => void;
};

export function IntegrationFormDialog({ applicationId, editing, onClose, onCreated }: FormDialogProps) {
  const isNew = editing === "new";
  return (
    <Dialog
      open={editing !== null}
      onOpenChange={onClose}
      title={isNew ? "Create integration" : "Edit integration"}
      lead="A service such as Zapier that acts for this application, with a key of its own."
    >
      {editing !== null && (
        <IntegrationForm
          applicationId={applicationId}
          integration={isNew ? null : editing}
          onCancel={onClose}
          onSaved={(saved) => {
            onClose();
            toast.good(isNew ? "Integration created" : "Integration saved");
            if (isNew) onCreated(saved);
          }}
        />
      )}
    </Dialog>
  );
}

type FormProps = {
  applicationId: string;
  integration: IntegrationOut | null;
  onCancel: () => void;
  onSaved: (integration: IntegrationOut) => void;
};

/** Flags are typed as words. */
const inputOf = ({ name, featureFlags }: { name: string; featureFlags: string }) => ({
  name,
  featureFlags: wordsOf(featureFlags),
});

const draftOf = (integration: IntegrationOut | null) => ({
  name: integration?.name ?? "",
  featureFlags: (integration?.featureFlags ?? []).join(", "),
});

function IntegrationForm({ applicationId, integration, onCancel, onSaved }: FormProps) {
  const ask = useAskAnew();
  const save = useSaveIntegration(applicationId, integration?.id ?? null);
  const form = useApiForm({
    initial: draftOf(integration),
    ...(integration && {
      fresh: async () =>
        draftOf((await ask(integrationsQuery(applicationId, null))).data.find(({ id }) => id === integration.id) ?? integration),
    }),
    check: (draft) => faultsOf(async () => (await import("../../lib/contract/integration.ts")).IntegrationIn, inputOf(draft)),
    save: async (draft) => onSaved(await save.mutateAsync(inputOf(draft))),
  });
  return (
    <Form form={form}>
      <TextField name="name" label="Name" autoComplete="off" placeholder="Zapier" />
      <Field
        label="Feature flags"
        placeholder="None"
        help="Event types with other flags don’t exist for it. Separated by commas."
        autoComplete="off"
        spellCheck={false}
        value={form.draft.featureFlags}
        error={form.faults["featureFlags"]}
        onChange={(event) => form.set({ featureFlags: event.target.value })}
      />
      <DialogActions>
        <Button variant="secondary" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          {integration === null ? "Create integration" : "Save integration"}
        </Button>
      </DialogActions>
    </Form>
  );
}

type KeyDialogProps = { applicationId: string; integration: IntegrationOut | null; onClose: () => void };

/** Shows a key. It lives in the dialog's content alone, and goes with that. */
export function IntegrationKeyDialog({ applicationId, integration, onClose }: KeyDialogProps) {
  return (
    <Dialog
      open={integration !== null}
      onOpenChange={onClose}
      title={`Key of ${integration?.name ?? ""}`}
      lead="It reaches this application alone. Revealing it is noted in the audit log."
    >
      {integration !== null && <Key applicationId={applicationId} id={integration.id} close={onClose} />}
    </Dialog>
  );
}

function Key({ applicationId, id, close }: { applicationId: string; id: string; close: () => void }) {
  const [text, setText] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [pending, setPending] = useState<"reveal" | "rotate" | null>(null);
  const ask = async (what: "reveal" | "rotate") => {
    setPending(what);
    setFault(null);
    try {
      setText(await (what === "reveal" ? revealIntegrationKey : rotateIntegrationKey)(applicationId, id));
    } catch (error) {
      setFault((error as Error).message);
    } finally {
      setPending(null);
    }
  };
  return (
    <div className="space-y-3">
      {fault !== null && <Alert tone="bad" live title={fault} />}
      {text === null ? (
        <p className="text-sm text-ink-muted">A new key takes the old one’s place at once: whatever uses that is refused.</p>
      ) : (
        <SecretText text={text} label="integration key" />
      )}
      <DialogActions>
        <Button variant="quiet" pending={pending === "rotate"} onClick={() => void ask("rotate")}>
          Rotate key
        </Button>
        {text === null ? (
          <Button pending={pending === "reveal"} onClick={() => void ask("reveal")}>
            Reveal key
          </Button>
        ) : (
          <Button variant="secondary" once onClick={close}>
            Done
          </Button>
        )}
      </DialogActions>
    </div>
  );
}

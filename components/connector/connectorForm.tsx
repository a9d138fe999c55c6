"use client";

import type { ConnectorOut } from "../../lib/contract/connector.ts";
import { connectorKinds } from "../../lib/words/connectorKind.ts";
import { EventTypePicker } from "../eventType/eventTypePicker.tsx";
import { Button } from "../ui/button.tsx";
import { CodeEditor } from "../ui/codeEditor.tsx";
import { changesOf } from "../form/changes.ts";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { useAskAnew } from "../form/useAskAnew.ts";
import { SelectField, TextField } from "../form/fields.tsx";
import { DialogActions } from "../ui/overlay.tsx";
import { connectorQuery, useSaveConnector } from "./queries.ts";
import { orNull } from "../form/orNull.ts";

const example = `function handler(webhook) {
  webhook.payload = { text: webhook.eventType };
  return webhook;
}
`;

const kinds = connectorKinds.map((value) => ({ value, label: value }));

type ConnectorFormProps = {
  /** Null: a new one. */
  connector: ConnectorOut | null;
  onCancel: () => void;
  onSaved: (connector: ConnectorOut) => void;
};

const draftOf = (connector: ConnectorOut | null) => ({
  name: connector?.name ?? "",
  uid: connector?.uid ?? null,
  kind: connector?.kind ?? "Custom",
  description: connector?.description ?? "",
  instructions: connector?.instructions ?? "",
  logo: connector?.logo ?? null,
  featureFlags: connector?.featureFlags ?? null,
  transformation: connector?.transformation ?? example,
  allowedEventTypes: connector?.allowedEventTypes ?? null,
});

export function ConnectorForm({ connector, onCancel, onSaved }: ConnectorFormProps) {
  const ask = useAskAnew();
  const save = useSaveConnector(connector?.id ?? null);
  const form = useApiForm({
    rule: async () => (await import("../../lib/contract/connector.ts")).ConnectorIn,
    initial: draftOf(connector),
    ...(connector && { fresh: async () => draftOf(await ask(connectorQuery(connector.id))) }),
    save: async (input, kept) => onSaved(await save.mutateAsync(connector === null ? input : changesOf(kept, input))),
  });
  return (
    <Form form={form}>
      <TextField name="name" label="Name" autoComplete="off" placeholder="Slack" />
      <SelectField name="kind" label="Kind" options={kinds} />
      {connector === null && (
        <TextField name="uid" label="uid" empty={null} autoComplete="off" placeholder="None" help="Your own identifier." />
      )}
      <TextField name="description" label="Description" autoComplete="off" />
      <TextField name="instructions" label="Instructions" autoComplete="off" help="Shown to people who create an endpoint from it." />
      <TextField name="logo" label="Logo" empty={null} autoComplete="off" placeholder="None" help="The https:// address of a picture." />
      <EventTypePicker
        value={form.draft.allowedEventTypes ?? []}
        onChange={(names) => form.set({ allowedEventTypes: orNull(names) })}
        error={form.faults["allowedEventTypes"]}
      />
      <CodeEditor
        label="Transformation"
        help="JavaScript that adapts payloads to the service it connects to."
        value={form.draft.transformation}
        onChange={(transformation) => form.set({ transformation })}
        error={form.faults["transformation"]}
      />
      <DialogActions>
        <Button variant="secondary" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          {connector === null ? "Create connector" : "Save connector"}
        </Button>
      </DialogActions>
    </Form>
  );
}

"use client";

import { useRouter } from "next/navigation";
import { useRef, useState, type FormEvent } from "react";
import { EventTypeIn } from "../../lib/contract/eventType.ts";
import { ApiError } from "../api.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { type Faults, faultsOf, faultsOfIssues, hasFaults } from "../form/faults.ts";
import { FaultSummary, focusFirstFault } from "../form/faultSummary.tsx";
import { indentJson } from "../form/prettyJson.ts";
import { TextArea } from "../form/textArea.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { type EventType, type EventTypeChange, useCreateEventType, useUpdateEventType } from "./queries.ts";

type DialogProps = { open: boolean; onOpenChange: (open: boolean) => void };

export function CreateEventTypeDialog({ open, onOpenChange }: DialogProps) {
  const create = useCreateEventType();
  const router = useRouter();
  const path = useEnvironmentPath();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Create event type" wide>
      <EventTypeForm
        action="Create event type"
        onCancel={() => onOpenChange(false)}
        onSave={async (input) => {
          const { name } = await create.mutateAsync(input);
          onOpenChange(false);
          toast.good(`Event type ${name} created`);
          router.push(path(`/event-types/${name}`));
        }}
      />
    </Dialog>
  );
}

export function EditEventTypeDialog({ type, open, onOpenChange }: DialogProps & { type: EventType }) {
  const update = useUpdateEventType(type.name);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Edit event type" wide>
      <EventTypeForm
        type={type}
        action="Save event type"
        onCancel={() => onOpenChange(false)}
        onSave={async ({ description, groupName, schemasText }) => {
          await update.mutateAsync({ description, groupName, schemasText });
          onOpenChange(false);
          toast.good("Event type saved");
        }}
      />
    </Dialog>
  );
}

const advice = {
  name: "Letters, digits, - _ and . only, such as invoice.paid.",
  description: "The description holds control characters.",
  groupName: "Letters, digits, - _ and . only.",
  schemas: 'An object of JSON Schemas by version: { "1": { … } }.',
};

const exampleSchemas =
  '{\n  "1": {\n    "type": "object",\n    "properties": { "invoiceId": { "type": "string" } },\n    "examples": [{ "invoiceId": "in_1" }]\n  }\n}';

type FormProps = {
  type?: EventType;
  action: string;
  onSave: (input: EventTypeChange & { name: string }) => Promise<void>;
  onCancel: () => void;
};

function EventTypeForm({ type, action, onSave, onCancel }: FormProps) {
  const [name, setName] = useState(type?.name ?? "");
  const [description, setDescription] = useState(type?.description ?? "");
  const [groupName, setGroupName] = useState(type?.groupName ?? "");
  const [schemas, setSchemas] = useState(type?.schemasText ? indentJson(type.schemasText) : "");
  const [faults, setFaults] = useState<Faults>({});
  const [pending, setPending] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const fail = (found: Faults) => {
    setFaults(found);
    focusFirstFault(form);
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    const parsed = parse(schemas);
    if (!parsed.ok) return fail({ schemas: parsed.fault });
    const input = {
      name: name.trim(),
      description: description.trim(),
      groupName: groupName.trim() === "" ? null : groupName.trim(),
    };
    const found = faultsOf(EventTypeIn, { ...input, schemas: parsed.value }, advice);
    if (hasFaults(found)) return fail(found);
    setPending(true);
    setFaults({});
    try {
      await onSave({ ...input, schemasText: schemas.trim() === "" ? "null" : schemas });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fail(error.status === 409 ? { name: error.detail } : error.issues.length > 0 ? faultsOfIssues(error.issues) : { "": error.detail });
    } finally {
      setPending(false);
    }
  };

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="space-y-5">
      <FaultSummary title="The event type was not saved" faults={faults} />
      {type === undefined && (
        <Field
          label="Name"
          placeholder="invoice.paid"
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={faults["name"]}
        />
      )}
      <Field
        label="Description"
        placeholder="An invoice was paid"
        autoComplete="off"
        value={description}
        onChange={(event) => setDescription(event.target.value)}
        error={faults["description"]}
      />
      <Field
        label="Group"
        placeholder="None"
        help="Types of one group stand together in the portal."
        autoComplete="off"
        spellCheck={false}
        value={groupName}
        onChange={(event) => setGroupName(event.target.value)}
        error={faults["groupName"]}
      />
      <TextArea
        label="JSON Schemas by version"
        help="Draft 7. The examples in it can be sent as tests. Empty: none."
        rows={10}
        placeholder={exampleSchemas}
        value={schemas}
        onChange={(event) => setSchemas(event.target.value)}
        error={faults["schemas"]}
      />
      <DialogActions>
        <Button variant="secondary" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" pending={pending}>
          {action}
        </Button>
      </DialogActions>
    </form>
  );
}

function parse(text: string): { ok: true; value: unknown } | { ok: false; fault: string } {
  if (text.trim() === "") return { ok: true, value: null };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, fault: `This is no JSON: ${(error as Error).message}` };
  }
}

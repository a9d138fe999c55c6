"use client";

import { useRouter } from "next/navigation";
import { useEnvironmentPath } from "../environmentPath.ts";
import { changesOf } from "../form/changes.ts";
import { type Faults, faultsOf } from "../form/faults.ts";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { indentJson } from "../form/prettyJson.ts";
import { TextArea } from "../form/textArea.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { useAskAnew } from "../form/useAskAnew.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { type EventType, type EventTypeChange, eventTypeQuery, useCreateEventType, useUpdateEventType } from "./queries.ts";

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

type EditProps = DialogProps & {
  type: EventType;
  /** What the form begins with in place of the type's own schemas. */ schemasText?: string | null;
};

export function EditEventTypeDialog({ type, schemasText, open, onOpenChange }: EditProps) {
  const update = useUpdateEventType(type.name);
  const ask = useAskAnew();
  const begunOf = (stored: EventType) => (schemasText ? { ...stored, schemasText } : stored);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Edit event type" wide>
      <EventTypeForm
        type={begunOf(type)}
        fresh={async () => draftOf(begunOf(await ask(eventTypeQuery(type.name))))}
        action="Save event type"
        onCancel={() => onOpenChange(false)}
        onSave={async (input, kept) => {
          // Schemas that the form began with are not stored yet.
          const begun = schemasText ? { schemasText: input.schemasText } : {};
          await update.mutateAsync({ ...changesOf(kept, input), ...begun });
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

type EventTypeInput = EventTypeChange & { name: string };

type FormProps = {
  type?: EventType;
  fresh?: () => Promise<EventTypeDraft>;
  action: string;
  /** `kept`: what was there before. */
  onSave: (input: EventTypeInput, kept: EventTypeInput) => Promise<void>;
  onCancel: () => void;
};

type EventTypeDraft = { name: string; description: string; groupName: string; schemas: string };

const draftOf = (type: EventType | undefined): EventTypeDraft => ({
  name: type?.name ?? "",
  description: type?.description ?? "",
  groupName: type?.groupName ?? "",
  schemas: type?.schemasText ? indentJson(type.schemasText) : "",
});

/** The schemas go as they were typed. */
const inputOf = ({ schemas, ...draft }: EventTypeDraft): EventTypeInput => ({
  ...checkedOf(draft),
  schemasText: schemas.trim() === "" ? "null" : schemas,
});

const checkedOf = ({ name, description, groupName }: Omit<EventTypeDraft, "schemas">) => ({
  name: name.trim(),
  description: description.trim(),
  groupName: groupName.trim() === "" ? null : groupName.trim(),
});

async function check(draft: EventTypeDraft): Promise<Faults> {
  const parsed = parse(draft.schemas);
  return parsed.ok
    ? faultsOf(
        async () => (await import("../../lib/contract/eventType.ts")).EventTypeIn,
        { ...checkedOf(draft), schemas: parsed.value },
        advice,
      )
    : { schemas: parsed.fault };
}

function EventTypeForm({ type, fresh, action, onSave, onCancel }: FormProps) {
  const form = useApiForm({
    initial: draftOf(type),
    ...(fresh && { fresh }),
    title: "The event type was not saved",
    conflict: "name",
    check,
    save: (draft, kept) => onSave(inputOf(draft), inputOf(kept)),
  });
  return (
    <Form form={form}>
      {type === undefined && <TextField name="name" label="Name" placeholder="invoice.paid" autoComplete="off" spellCheck={false} />}
      <TextField name="description" label="Description" placeholder="An invoice was paid" autoComplete="off" />
      <TextField
        name="groupName"
        label="Group"
        placeholder="None"
        help="Types of one group are listed together in the portal."
        autoComplete="off"
        spellCheck={false}
      />
      <TextArea
        label="JSON Schemas by version"
        help="Draft 7. The examples in it can be sent as tests. Empty: none."
        rows={14}
        placeholder={exampleSchemas}
        value={form.draft.schemas}
        onChange={(event) => form.set({ schemas: event.target.value })}
        error={form.faults["schemas"]}
      />
      <DialogActions>
        <Button variant="secondary" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          {action}
        </Button>
      </DialogActions>
    </Form>
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

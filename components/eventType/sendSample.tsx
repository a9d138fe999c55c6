"use client";

import { Link } from "../ui/link.tsx";
import { ApplicationPicker } from "../application/applicationPicker.tsx";
import { useEnvironmentPath } from "../environmentPath.ts";
import { SelectField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { useSendMessage } from "../message/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { examplesOf } from "./examples.ts";
import type { EventType } from "./queries.ts";

type SampleProps = { type: EventType; open: boolean; onOpenChange: (open: boolean) => void };

export function SendSampleDialog({ type, open, onOpenChange }: SampleProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Send sample"
      lead="A message with an example, to the endpoints of one application that want this type."
    >
      <Sample type={type} close={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Sample({ type, close }: { type: EventType; close: () => void }) {
  const path = useEnvironmentPath();
  const examples = examplesOf(type.schemasText);
  const send = useSendMessage();
  const form = useApiForm({
    initial: { application: "", example: "0" },
    title: "The sample was not sent",
    check: ({ application }) => (application === "" ? { application: "Choose an application." } : {}),
    save: async ({ application, example }) => {
      const { id: messageId } = await send.mutateAsync({
        applicationId: application,
        eventType: type.name,
        payloadText: examples[Number(example)]?.text ?? "{}",
        eventId: null,
        channels: null,
        tags: null,
      });
      close();
      toast.good(
        "Sample sent",
        <Link className="font-medium underline underline-offset-2" href={path(`/messages/${messageId}`)}>
          Show message
        </Link>,
      );
    },
  });
  return (
    <Form form={form} className="space-y-4">
      <ApplicationPicker
        value={form.draft.application}
        onChange={(application) => form.set({ application })}
        error={form.faults["application"]}
      />
      {examples.length > 1 && (
        <SelectField
          name="example"
          label="Example"
          options={examples.map(({ version, number }, at) => ({ value: String(at), label: `Version ${version}, example ${number}` }))}
        />
      )}
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Send sample
        </Button>
      </DialogActions>
    </Form>
  );
}

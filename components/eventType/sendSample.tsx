"use client";

import { Link } from "../ui/link.tsx";
import { useId, useState, type FormEvent } from "react";
import { ApplicationPicker } from "../application/applicationPicker.tsx";
import { useEnvironmentPath } from "../environmentPath.ts";
import { useSendMessage } from "../message/queries.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { Select } from "../ui/select.tsx";
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
  const id = useId();
  const path = useEnvironmentPath();
  const examples = examplesOf(type.schemasText);
  const [chosen, setChosen] = useState("0");
  const [applicationId, setApplicationId] = useState("");
  const [isAsked, setAsked] = useState(false);
  const send = useSendMessage();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    const payloadText = examples[Number(chosen)]?.text;
    if (applicationId === "" || payloadText === undefined) return;
    send.mutate(
      { applicationId, eventType: type.name, payloadText, eventId: null, channels: null, tags: null },
      {
        onSuccess: ({ id: messageId }) => {
          close();
          toast.good(
            "Sample sent",
            <Link className="font-medium underline underline-offset-2" href={path(`/messages/${messageId}`)}>
              Show message
            </Link>,
          );
        },
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      {send.error && <Alert tone="bad" live title={send.error.message} />}
      <ApplicationPicker
        value={applicationId}
        onChange={setApplicationId}
        error={isAsked && applicationId === "" ? "Choose an application." : undefined}
      />
      {examples.length > 1 && (
        <div>
          <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
            Example
          </label>
          <Select
            id={id}
            value={chosen}
            onChange={(event) => setChosen(event.target.value)}
            options={examples.map(({ version, number }, at) => ({ value: String(at), label: `Version ${version}, example ${number}` }))}
          />
        </div>
      )}
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={send.isPending}>
          Send sample
        </Button>
      </DialogActions>
    </form>
  );
}

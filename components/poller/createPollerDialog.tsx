"use client";

import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";
import { ApiError } from "../api.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { EventTypePicker } from "../eventType/eventTypePicker.tsx";
import { type Faults, faultsOfIssues } from "../form/faults.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { useCreatePoller } from "./queries.ts";

type CreateProps = { applicationId: string; open: boolean; onOpenChange: (open: boolean) => void };

export function CreatePollerDialog({ applicationId, open, onOpenChange }: CreateProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Create polling endpoint"
      lead="It gives the messages that are accepted from now on."
    >
      <CreateForm applicationId={applicationId} close={() => onOpenChange(false)} />
    </Dialog>
  );
}

function CreateForm({ applicationId, close }: { applicationId: string; close: () => void }) {
  const router = useRouter();
  const path = useEnvironmentPath();
  const create = useCreatePoller(applicationId);
  const [uid, setUid] = useState("");
  const [eventTypes, setEventTypes] = useState<string[]>([]);
  const [channels, setChannels] = useState("");
  const [faults, setFaults] = useState<Faults>({});

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (create.isPending) return;
    setFaults({});
    try {
      const words = channels.split(/[\s,]+/).filter((word) => word !== "");
      const { id } = await create.mutateAsync({ uid: uid.trim() || null, eventTypes, channels: words });
      toast.good("Polling endpoint created");
      close();
      router.push(path(`/polling/${applicationId}/${id}`));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFaults(error.issues.length > 0 ? faultsOfIssues(error.issues) : { "": error.detail });
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="space-y-4">
      {faults[""] && <Alert tone="bad" live title={faults[""]} />}
      <Field
        label="uid"
        placeholder="None"
        help="Your own name for it, such as warehouse; it works in place of the id."
        autoComplete="off"
        spellCheck={false}
        value={uid}
        error={faults["uid"]}
        onChange={(event) => setUid(event.target.value)}
      />
      <EventTypePicker value={eventTypes} onChange={setEventTypes} error={faults["eventTypes"]} />
      <Field
        label="Channels"
        placeholder="All channels"
        help="Only messages with one of these, separated by commas."
        autoComplete="off"
        spellCheck={false}
        value={channels}
        error={faults["channels"]}
        onChange={(event) => setChannels(event.target.value)}
      />
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={create.isPending}>
          Create polling endpoint
        </Button>
      </DialogActions>
    </form>
  );
}

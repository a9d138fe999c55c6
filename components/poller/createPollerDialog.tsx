"use client";

import { useRouter } from "next/navigation";
import { useEnvironmentPath } from "../environmentPath.ts";
import { EventTypePicker } from "../eventType/eventTypePicker.tsx";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { wordsOf } from "../form/words.ts";
import { Button } from "../ui/button.tsx";
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
      lead="It returns messages that are accepted from now on."
    >
      <CreateForm applicationId={applicationId} close={() => onOpenChange(false)} />
    </Dialog>
  );
}

function CreateForm({ applicationId, close }: { applicationId: string; close: () => void }) {
  const router = useRouter();
  const path = useEnvironmentPath();
  const create = useCreatePoller(applicationId);
  const form = useApiForm({
    initial: { uid: "", eventTypes: [] as string[], channels: "" },
    title: "The polling endpoint was not created",
    conflict: "uid",
    check: () => ({}),
    save: async ({ uid, eventTypes, channels }) => {
      const { id } = await create.mutateAsync({ uid: uid.trim() || null, eventTypes, channels: wordsOf(channels) });
      toast.good("Polling endpoint created");
      close();
      router.push(path(`/polling/${applicationId}/${id}`));
    },
  });
  const plain = { autoComplete: "off", spellCheck: false };
  return (
    <Form form={form} className="space-y-4">
      <TextField
        name="uid"
        label="uid"
        placeholder="None"
        help="Your own name for it, such as warehouse; it works in place of the id."
        {...plain}
      />
      <EventTypePicker
        value={form.draft.eventTypes}
        onChange={(eventTypes) => form.set({ eventTypes })}
        error={form.faults["eventTypes"]}
      />
      <TextField
        name="channels"
        label="Channels"
        placeholder="All channels"
        help="Only messages with one of these, separated by commas."
        {...plain}
      />
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Create polling endpoint
        </Button>
      </DialogActions>
    </Form>
  );
}

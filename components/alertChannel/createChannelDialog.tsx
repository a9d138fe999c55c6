"use client";

import type { AlertChannelIn } from "../../lib/contract/alertChannel.ts";
import { LabelledSelect } from "../form/labelledSelect.tsx";
import { Button } from "../ui/button.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { TextField } from "../form/fields.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { useCreateAlertChannel } from "./queries.ts";

type CreateChannelDialogProps = { open: boolean; onOpenChange: (open: boolean) => void; canMail: boolean };

export const CreateChannelDialog = ({ open, onOpenChange, canMail }: CreateChannelDialogProps) => (
  <Dialog open={open} onOpenChange={onOpenChange} title="Add alert channel">
    <ChannelForm close={() => onOpenChange(false)} canMail={canMail} />
  </Dialog>
);

type Kind = AlertChannelIn["kind"];

const blank: { kind: Kind; target: string } = { kind: "slack", target: "" };

const kinds: { value: Kind; label: string }[] = [
  { value: "slack", label: "Slack, Mattermost or Google Chat" },
  { value: "email", label: "E-mail" },
];

function ChannelForm({ close, canMail }: { close: () => void; canMail: boolean }) {
  const create = useCreateAlertChannel();
  const form = useApiForm({
    rule: async () => (await import("../../lib/contract/alertChannel.ts")).AlertChannelIn,
    initial: blank,
    save: async (input) => {
      await create.mutateAsync(input);
      toast.good("Alert channel added");
      close();
    },
  });
  return (
    <Form form={form}>
      <LabelledSelect label="Tell us by" options={kinds} value={form.draft.kind} onChange={(kind) => form.set({ kind })} />
      {form.draft.kind === "email" ? (
        <TextField
          name="target"
          label="E-mail address"
          type="email"
          autoComplete="off"
          help={canMail ? "A person, or the list of who is on call." : "This server sends no mail yet: its operator sets WEBSTER_SMTP_URL."}
        />
      ) : (
        <TextField
          name="target"
          label="URL of the incoming webhook"
          type="url"
          mono
          autoComplete="off"
          placeholder="https://hooks.slack.com/services/…"
          help="It is kept like a secret: only its host is shown again."
        />
      )}
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Add alert channel
        </Button>
      </DialogActions>
    </Form>
  );
}

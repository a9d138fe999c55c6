"use client";

import { useRouter } from "next/navigation";
import { ApplicationPicker } from "../application/applicationPicker.tsx";
import { useEnvironmentPath } from "../environmentPath.ts";
import { type Faults, faultsOf } from "../form/faults.ts";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { jsonFault } from "../form/json.ts";
import { PairRows } from "../form/pairRows.tsx";
import { type Pair, recordOf } from "../form/pairs.ts";
import { TextArea } from "../form/textArea.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { useSendMessage } from "./queries.ts";

type SendProps = { open: boolean; onOpenChange: (open: boolean) => void };

export function SendMessageDialog({ open, onOpenChange }: SendProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Send message"
      lead="As your backend would: to every endpoint that wants it."
      wide
    >
      <SendMessage close={() => onOpenChange(false)} />
    </Dialog>
  );
}

const advice = {
  eventType: "Letters, digits, - _ and . only, such as invoice.paid.",
  eventId: "Letters, digits, - _ and . only; it must not start with app_, ep_ or msg_.",
  channels: "Up to 5 words of letters, digits, - _ and .",
  tags: "Up to 10, each at most 128 characters.",
  metadata: "At most 4096 bytes in all.",
};

const words = (text: string): string[] | null => {
  const found = text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  return found.length > 0 ? found : null;
};

const blank = { application: "", eventType: "", payload: "{\n  \n}", eventId: "", channels: "", tags: "", metadata: [] as Pair[] };
type MessageDraft = typeof blank;

/** But for the payload, which goes as it was typed. */
const inputOf = ({ eventType, eventId, channels, tags, metadata }: MessageDraft) => ({
  eventType: eventType.trim(),
  eventId: eventId.trim() === "" ? null : eventId.trim(),
  channels: words(channels),
  tags: words(tags),
  metadata: recordOf(metadata),
});

async function check(draft: MessageDraft): Promise<Faults> {
  const payloadFault = jsonFault(draft.payload);
  return {
    ...(draft.application === "" ? { application: "Choose an application." } : {}),
    ...(payloadFault === null ? {} : { payload: payloadFault }),
    ...(await faultsOf(async () => (await import("../../lib/contract/message.ts")).MessageIn, { ...inputOf(draft), payload: {} }, advice)),
  };
}

function SendMessage({ close }: { close: () => void }) {
  const router = useRouter();
  const path = useEnvironmentPath();
  const send = useSendMessage();
  const form = useApiForm({
    initial: blank,
    title: "The message was not sent",
    conflict: "eventId",
    check,
    save: async (draft) => {
      const { id } = await send.mutateAsync({ ...inputOf(draft), applicationId: draft.application, payloadText: draft.payload });
      close();
      toast.good("Message accepted");
      router.push(path(`/messages/${id}`));
    },
  });
  const plain = { autoComplete: "off", spellCheck: false };
  return (
    <Form form={form}>
      <ApplicationPicker
        value={form.draft.application}
        onChange={(application) => form.set({ application })}
        error={form.faults["application"]}
      />
      <TextField name="eventType" label="Event type" placeholder="invoice.paid" {...plain} />
      <TextArea
        label="Payload"
        rows={8}
        value={form.draft.payload}
        error={form.faults["payload"]}
        onChange={(event) => form.set({ payload: event.target.value })}
      />
      <div className="grid gap-5 sm:grid-cols-3">
        <TextField name="eventId" label="eventId" placeholder="None" {...plain} />
        <TextField name="channels" label="Channels" placeholder="None" {...plain} />
        <TextField name="tags" label="Tags" placeholder="None" {...plain} />
      </div>
      <PairRows
        legend="Metadata"
        noun="entry"
        help="Filters can match it; it is not sent."
        error={form.faults["metadata"]}
        rows={form.draft.metadata}
        onChange={(metadata) => form.set({ metadata })}
        empty={{ name: "", value: "" }}
      />
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Send message
        </Button>
      </DialogActions>
    </Form>
  );
}

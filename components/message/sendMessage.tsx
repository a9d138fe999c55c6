"use client";

import { useRouter } from "next/navigation";
import { useRef, useState, type FormEvent } from "react";
import { MessageIn } from "../../lib/contract/message.ts";
import { ApplicationPicker } from "../application/applicationPicker.tsx";
import { ApiError } from "../api.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { type Faults, faultsOf, faultsOfIssues, hasFaults } from "../form/faults.ts";
import { FaultSummary, focusFirstFault } from "../form/faultSummary.tsx";
import { jsonFault } from "../form/json.ts";
import { PairRows } from "../form/pairRows.tsx";
import { type Pair, recordOf } from "../form/pairs.ts";
import { TextArea } from "../form/textArea.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
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

const blank = { eventType: "", payloadText: "{\n  \n}", eventId: "", channels: "", tags: "" };

function SendMessage({ close }: { close: () => void }) {
  const router = useRouter();
  const path = useEnvironmentPath();
  const [applicationId, setApplicationId] = useState("");
  const [draft, setDraft] = useState(blank);
  const [rows, setRows] = useState<Pair[]>([]);
  const [faults, setFaults] = useState<Faults>({});
  const send = useSendMessage();
  const form = useRef<HTMLFormElement>(null);
  const text = (field: keyof typeof blank) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => setDraft((current) => ({ ...current, [field]: event.target.value })),
    error: faults[field],
    autoComplete: "off",
    spellCheck: false,
  });

  const fail = (found: Faults) => {
    setFaults(found);
    focusFirstFault(form);
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (send.isPending) return;
    const { payloadText } = draft;
    const payloadFault = jsonFault(payloadText);
    const message = {
      eventType: draft.eventType.trim(),
      eventId: draft.eventId.trim() === "" ? null : draft.eventId.trim(),
      channels: words(draft.channels),
      tags: words(draft.tags),
      metadata: recordOf(rows),
    };
    const found: Faults = {
      ...(applicationId === "" ? { application: "Choose an application." } : {}),
      ...(payloadFault === null ? {} : { payloadText: payloadFault }),
      ...faultsOf(MessageIn, { ...message, payload: {} }, advice),
    };
    if (hasFaults(found)) return fail(found);
    setFaults({});
    try {
      const { id } = await send.mutateAsync({ ...message, applicationId, payloadText });
      close();
      toast.good("Message accepted");
      router.push(path(`/messages/${id}`));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fail(
        error.status === 409 ? { eventId: error.detail } : error.issues.length > 0 ? faultsOfIssues(error.issues) : { "": error.detail },
      );
    }
  };

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="space-y-5">
      <FaultSummary title="The message was not sent" faults={faults} />
      <ApplicationPicker value={applicationId} onChange={setApplicationId} error={faults["application"]} />
      <Field label="Event type" placeholder="invoice.paid" {...text("eventType")} />
      <TextArea label="Payload" rows={8} {...text("payloadText")} />
      <div className="grid gap-5 sm:grid-cols-3">
        <Field label="eventId" placeholder="None" {...text("eventId")} />
        <Field label="Channels" placeholder="None" {...text("channels")} />
        <Field label="Tags" placeholder="None" {...text("tags")} />
      </div>
      <PairRows
        legend="Metadata"
        noun="entry"
        help="For filters to ask for; it is not sent."
        error={faults["metadata"]}
        rows={rows}
        onChange={setRows}
        empty={{ name: "", value: "" }}
      />
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={send.isPending}>
          Send message
        </Button>
      </DialogActions>
    </form>
  );
}

"use client";

import { useId } from "react";
import type { InboxOut } from "../../lib/contract/inbox.ts";
import type { Faults } from "../form/faults.ts";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { jsonFault } from "../form/json.ts";
import { TextArea } from "../form/textArea.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { Button } from "../ui/button.tsx";
import { type Target, useSendTest } from "./queries.ts";

const example = '{\n  "invoiceId": "in_1",\n  "amount": 4200\n}';

export function SendTest({ target, inbox }: { target: Target; inbox: InboxOut }) {
  const id = useId();
  const send = useSendTest(target.application.id, inbox);
  const form = useApiForm({
    initial: { eventType: "invoice.paid", payload: example },
    title: "The message was not sent",
    check: ({ eventType, payload }): Faults => {
      const fault = jsonFault(payload);
      return { ...(eventType.trim() === "" ? { eventType: "Enter an event type" } : {}), ...(fault === null ? {} : { payload: fault }) };
    },
    save: ({ eventType, payload }) => send.mutateAsync({ eventType: eventType.trim(), payloadText: payload }),
  });
  return (
    <section aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="mb-2 font-semibold">
        Send a test message
      </h2>
      <Form form={form} className="space-y-4">
        <TextField name="eventType" label="Event type" spellCheck={false} />
        <TextArea
          label="Payload"
          rows={5}
          value={form.draft.payload}
          error={form.faults["payload"]}
          onChange={(event) => form.set({ payload: event.target.value })}
        />
        <Button type="submit" pending={form.isSubmitting}>
          Send message
        </Button>
      </Form>
    </section>
  );
}

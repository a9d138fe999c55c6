"use client";

import { useId, useState, type FormEvent } from "react";
import type { InboxOut } from "../../lib/contract/inbox.ts";
import { jsonFault } from "../form/json.ts";
import { Button } from "../ui/button.tsx";
import { controlLook } from "../ui/control.ts";
import { Field } from "../ui/field.tsx";
import { ErrorIcon } from "../ui/icons.tsx";
import { type Target, useSendTest } from "./queries.ts";
import { Refusal } from "./refusal.tsx";

const example = '{\n  "invoiceId": "in_1",\n  "amount": 4200\n}';

export function SendTest({ target, inbox }: { target: Target; inbox: InboxOut }) {
  const id = useId();
  const send = useSendTest(target.application.id, inbox);
  const [eventType, setEventType] = useState("invoice.paid");
  const [text, setText] = useState(example);
  const [fault, setFault] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = jsonFault(text);
    setFault(found);
    if (found === null && !send.isPending) send.mutate({ eventType: eventType.trim(), payloadText: text });
  };
  return (
    <section aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="mb-2 font-semibold">
        Send a test message
      </h2>
      <form onSubmit={submit} className="space-y-4">
        <Field label="Event type" required value={eventType} spellCheck={false} onChange={(event) => setEventType(event.target.value)} />
        <div>
          <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
            Payload
          </label>
          <textarea
            id={id}
            rows={5}
            value={text}
            spellCheck={false}
            aria-invalid={fault === null ? undefined : true}
            aria-describedby={fault === null ? undefined : `${id}-error`}
            onChange={(event) => setText(event.target.value)}
            className={`${controlLook} h-auto! py-2 font-mono text-xs/5`}
          />
          {fault !== null && (
            <p id={`${id}-error`} className="mt-1.5 flex items-start gap-1.5 text-sm text-bad">
              <ErrorIcon className="mt-0.5 size-4" />
              {fault}
            </p>
          )}
        </div>
        <Button type="submit" pending={send.isPending}>
          Send message
        </Button>
        <Refusal error={send.error} />
      </form>
    </section>
  );
}

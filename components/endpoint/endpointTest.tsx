"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import type { EndpointOut } from "../../lib/contract/endpoint.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { ExampleSearch, keyOf, useExamples } from "../eventType/exampleSearch.tsx";
import type { Faults } from "../form/faults.ts";
import { SelectField, TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { jsonFault } from "../form/json.ts";
import { TextArea } from "../form/textArea.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { recentMessagesQuery } from "../message/queries.ts";
import { usePortal, useSender } from "../session/portalSession.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { shortId } from "../ui/shortId.tsx";
import { TabLinks } from "../ui/tabs.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { type EndpointKey, type TestInput, useSendTest } from "./queries.ts";
import { TestResult } from "./testResult.tsx";
import { wallText } from "../ui/wallClock.ts";

const sources = [
  { value: "json", label: "JSON" },
  { value: "example", label: "Example" },
  { value: "past", label: "Past message" },
] as const;

type TestProps = { endpoint: EndpointOut; endpointKey: EndpointKey };

/** Sends a real message to this endpoint alone: an event type's example, a past payload, or pasted JSON. */
export function EndpointTest({ endpoint, endpointKey }: TestProps) {
  const url = useUrlState();
  const send = useSendTest(endpointKey);
  // The portal has only those past messages that are in its log.
  const isPortal = usePortal() !== null;
  const offered = sources.filter(({ value }) => value !== "past" || !isPortal);
  const from = offered.find(({ value }) => value === url.get("from"))?.value ?? "json";
  const common = { send: send.mutateAsync, disabled: endpoint.disabled };
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,22rem)]">
      <div className="space-y-4">
        <p className="max-w-prose text-sm text-ink-muted">
          A message like any other, signed and recorded, to this endpoint alone. What it subscribes to does not matter here.
        </p>
        {endpoint.disabled && (
          <Alert tone="warn" title="The endpoint is disabled">
            Enable it to send a test.
          </Alert>
        )}
        <TabLinks
          label="What to send"
          tabs={offered.map(({ value, label }) => ({
            label,
            href: url.href({ from: value === "json" ? null : value }),
            current: value === from,
          }))}
        />
        {from === "json" && <FromJson {...common} />}
        {from === "example" && <FromExample {...common} />}
        {from === "past" && <FromPast {...common} applicationId={endpointKey.applicationId} />}
      </div>
      <section aria-labelledby="test-result" className="min-w-0">
        <h2 id="test-result" className="mb-2 text-sm font-medium">
          Result
        </h2>
        <TestResult messageId={send.data?.id ?? null} endpointId={endpointKey.endpointId} />
      </section>
    </div>
  );
}

type FromProps = { send: (input: TestInput) => Promise<unknown>; disabled: boolean };

const Send = ({ pending, disabled }: { pending: boolean; disabled: boolean }) => (
  <Button type="submit" pending={pending} disabled={disabled}>
    Send test
  </Button>
);

const notSent = "The test was not sent";

const firstPayload = (sender: string): string => JSON.stringify({ hello: `from ${sender}` }, null, 2);

const check = ({ eventType, payload }: { eventType: string; payload: string }): Faults => {
  const fault = jsonFault(payload);
  return {
    ...(/^[a-zA-Z0-9\-_.]{1,256}$/.test(eventType.trim()) ? {} : { eventType: "Letters, digits, - _ and . only." }),
    ...(fault === null ? {} : { payload: fault }),
  };
};

function FromJson({ send, disabled }: FromProps) {
  const sender = useSender();
  const form = useApiForm({
    initial: { eventType: "endpoint.test", payload: firstPayload(sender) },
    title: notSent,
    check,
    save: ({ eventType, payload }) => send({ eventType: eventType.trim(), payloadText: payload }),
  });
  return (
    <Form form={form} className="space-y-4">
      <TextField name="eventType" label="Event type" autoComplete="off" spellCheck={false} />
      <TextArea
        label="Payload"
        rows={12}
        value={form.draft.payload}
        onChange={(event) => form.set({ payload: event.target.value })}
        error={form.faults["payload"]}
      />
      <Send pending={form.isSubmitting} disabled={disabled} />
    </Form>
  );
}

function FromExample({ send, disabled }: FromProps) {
  const path = useEnvironmentPath();
  const known = useExamples();
  const examples = known.found;
  const chosenOf = (key: string) => examples.find((one) => keyOf(one) === key) ?? examples[0];
  const form = useApiForm({
    initial: { example: "" },
    title: notSent,
    check: () => ({}),
    save: async (draft) => {
      const chosen = chosenOf(draft.example);
      if (chosen) await send({ eventType: chosen.name, payloadText: chosen.text });
    },
  });
  const example = chosenOf(form.draft.example);
  if (known.isAll === true && examples.length === 0)
    return (
      <p className="text-sm text-ink-muted">
        No event type has an example yet. Add <code className="font-mono text-xs">examples</code> to the schema of an{" "}
        <Link className="underline underline-offset-2" href={path("/event-types")}>
          event type
        </Link>
        .
      </p>
    );
  return (
    <Form form={form} className="space-y-4">
      <ExampleSearch {...known} help="By a part of its name or description." />
      <SelectField
        name="example"
        label="Example of"
        disabled={examples.length === 0}
        options={examples.map((one) => ({
          value: keyOf(one),
          label: `${one.name}${one.version === "1" ? "" : `, version ${one.version}`}${one.count > 1 ? `, example ${one.number}` : ""}`,
        }))}
      />
      {example && (
        <pre className="max-h-72 overflow-y-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
          {example.text}
        </pre>
      )}
      <Send pending={form.isSubmitting} disabled={disabled || example === undefined} />
    </Form>
  );
}

function FromPast({ send, disabled, applicationId }: FromProps & { applicationId: string }) {
  const { data } = useQuery(recentMessagesQuery(applicationId));
  const recent = data?.data ?? [];
  const idOf = ({ chosen, messageId }: { chosen: string; messageId: string }) => messageId.trim() || chosen || (recent[0]?.id ?? "");
  const form = useApiForm({
    initial: { chosen: "", messageId: "" },
    title: notSent,
    check: () => ({}),
    save: (draft) => send({ messageId: idOf(draft) }),
  });
  return (
    <Form form={form} className="space-y-4">
      <SelectField
        name="chosen"
        label="One of the last messages"
        disabled={data?.data.length === 0}
        options={recent.map((message) => ({
          value: message.id,
          label: `${message.eventType}, ${wallText(Date.parse(message.timestamp))}, ${shortId(message.id)}`,
        }))}
      />
      <TextField
        name="messageId"
        label="Or another one"
        placeholder="msg_…"
        help="Its id or eventId. The same bytes are sent in a new message."
        autoComplete="off"
        spellCheck={false}
      />
      <Send pending={form.isSubmitting} disabled={disabled || idOf(form.draft) === ""} />
    </Form>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useId, useState, type FormEvent } from "react";
import type { EndpointOut } from "../../lib/contract/endpoint.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { examplesOf } from "../eventType/examples.ts";
import { eventTypeChoicesQuery } from "../eventType/queries.ts";
import { jsonFault } from "../form/json.ts";
import { TextArea } from "../form/textArea.tsx";
import { recentMessagesQuery } from "../message/queries.ts";
import { usePortal } from "../session/portalSession.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { shortId } from "../ui/id.tsx";
import { Select } from "../ui/select.tsx";
import { TabLinks } from "../ui/tabs.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { type EndpointKey, type TestInput, useSendTest } from "./queries.ts";
import { TestResult } from "./testResult.tsx";

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
  const submit = (input: TestInput) => send.mutate(input);
  const common = { onSend: submit, pending: send.isPending, disabled: endpoint.disabled };
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
        {send.error ? (
          <Alert tone="bad" live title={send.error.message} />
        ) : (
          <TestResult messageId={send.data?.id ?? null} endpointId={endpointKey.endpointId} />
        )}
      </section>
    </div>
  );
}

type FromProps = { onSend: (input: TestInput) => void; pending: boolean; disabled: boolean };

const Send = ({ pending, disabled }: { pending: boolean; disabled: boolean }) => (
  <Button type="submit" pending={pending} disabled={disabled}>
    Send test
  </Button>
);

const firstPayload = '{\n  "hello": "from Webster"\n}';

function FromJson({ onSend, pending, disabled }: FromProps) {
  const [eventType, setEventType] = useState("webster.test");
  const [payloadText, setPayload] = useState(firstPayload);
  const [shown, setShown] = useState(false);
  const payloadFault = jsonFault(payloadText);
  const nameFault = /^[a-zA-Z0-9\-_.]{1,256}$/.test(eventType.trim()) ? null : "Letters, digits, - _ and . only.";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setShown(true);
    if (payloadFault === null && nameFault === null) onSend({ eventType: eventType.trim(), payloadText });
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <Field
        label="Event type"
        value={eventType}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setEventType(event.target.value)}
        error={shown ? (nameFault ?? undefined) : undefined}
      />
      <TextArea
        label="Payload"
        rows={12}
        value={payloadText}
        onChange={(event) => setPayload(event.target.value)}
        error={shown ? (payloadFault ?? undefined) : undefined}
      />
      <Send pending={pending} disabled={disabled} />
    </form>
  );
}

function FromExample({ onSend, pending, disabled }: FromProps) {
  const id = useId();
  const path = useEnvironmentPath();
  const { data } = useQuery(eventTypeChoicesQuery());
  const examples = (data?.data ?? []).flatMap((type) => examplesOf(type.schemasText).map((example) => ({ name: type.name, ...example })));
  const [chosen, setChosen] = useState("0");
  const example = examples[Number(chosen)];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (example) onSend({ eventType: example.name, payloadText: example.text });
  };
  if (data !== undefined && examples.length === 0)
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
    <form onSubmit={submit} className="space-y-4">
      <div>
        <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
          Example of
        </label>
        <Select
          id={id}
          value={chosen}
          onChange={(event) => setChosen(event.target.value)}
          options={examples.map(({ name, version, number, count }, at) => ({
            value: String(at),
            label: `${name}${version === "1" ? "" : `, version ${version}`}${count > 1 ? `, example ${number}` : ""}`,
          }))}
        />
      </div>
      {example && (
        <pre className="max-h-72 overflow-y-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
          {example.text}
        </pre>
      )}
      <Send pending={pending} disabled={disabled || example === undefined} />
    </form>
  );
}

function FromPast({ onSend, pending, disabled, applicationId }: FromProps & { applicationId: string }) {
  const id = useId();
  const { data } = useQuery(recentMessagesQuery(applicationId));
  const [chosen, setChosen] = useState("");
  const [typed, setTyped] = useState("");
  const messageId = typed.trim() !== "" ? typed.trim() : chosen !== "" ? chosen : (data?.data[0]?.id ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (messageId !== "") onSend({ messageId });
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <div>
        <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
          One of the last messages
        </label>
        <Select
          id={id}
          value={chosen}
          disabled={data?.data.length === 0}
          onChange={(event) => setChosen(event.target.value)}
          options={(data?.data ?? []).map((message) => ({
            value: message.id,
            label: `${message.eventType}, ${new Date(message.timestamp).toLocaleString()}, ${shortId(message.id)}`,
          }))}
        />
      </div>
      <Field
        label="Or another one"
        placeholder="msg_…"
        help="Its id or eventId. The same bytes are sent in a new message."
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Send pending={pending} disabled={disabled || messageId === ""} />
    </form>
  );
}

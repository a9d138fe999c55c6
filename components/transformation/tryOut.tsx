"use client";

import { useQuery } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { ExampleSearch, keyOf, type NamedExample, useExamples } from "../eventType/exampleSearch.tsx";
import { jsonFault } from "../form/json.ts";
import { TextArea } from "../form/textArea.tsx";
import { recentMessagesQuery } from "../message/queries.ts";
import { recentRequestsQuery } from "../receivedRequest/queries.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { useSender } from "../session/portalSession.tsx";
import { shortId } from "../ui/shortId.tsx";
import { Select } from "../ui/select.tsx";
import { type CodeOwner, type Draft, type TrialInput, useTry } from "./queries.ts";
import { Result } from "./result.tsx";
import { words } from "./words.ts";
import { wallText } from "../ui/wallClock.ts";

/** Runs the code as it stands in the editor, saved or not, on one payload. */
export function TryOut({ owner, draft }: { owner: CodeOwner; draft: Draft }) {
  const id = useId();
  const recent = useRecent(owner);
  const known = useExamples();
  const [kept, setKept] = useState<NamedExample | null>(null);
  const [chosen, setChosen] = useState("json");
  const sender = useSender();
  const [payloadText, setPayload] = useState(() => JSON.stringify({ hello: `from ${sender}` }, null, 2));
  const trial = useTry(owner);
  const { found } = known;
  // What was chosen stays, whatever is looked for next.
  const examples = kept === null || found.some((one) => keyOf(one) === keyOf(kept)) ? found : [kept, ...found];
  const example = examples.find((one) => keyOf(one) === chosen);
  const fault = chosen === "json" ? jsonFault(payloadText) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fault !== null) return;
    const given = { eventType: example?.name ?? "example", payloadText: example?.text ?? payloadText };
    trial.mutate({ draft, input: recent.find(({ id: recentId }) => recentId === chosen)?.input ?? given });
  };
  return (
    <section aria-labelledby={`${id}-title`} className="min-w-0 space-y-4">
      <h2 id={`${id}-title`} className="font-semibold">
        Try it out
      </h2>
      <form onSubmit={submit} noValidate className="space-y-4">
        <ExampleSearch {...known} help="By a part of its name or description: its examples are below." />
        <div>
          <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
            Payload of
          </label>
          <Select
            id={id}
            value={chosen}
            onChange={({ target: { value } }) => {
              setChosen(value);
              setKept(examples.find((one) => keyOf(one) === value) ?? null);
            }}
            options={[
              { value: "json", label: "The JSON below" },
              ...examples.map((one) => ({
                value: keyOf(one),
                label: `Example of ${one.name}${one.count > 1 ? `, ${one.number}` : ""}`,
              })),
              ...recent.map((one) => ({
                value: one.id,
                label: `${one.eventType}, ${wallText(Date.parse(one.at))}, ${shortId(one.id)}`,
              })),
            ]}
          />
        </div>
        {chosen === "json" && (
          <TextArea
            label="JSON"
            rows={7}
            value={payloadText}
            onChange={(event) => setPayload(event.target.value)}
            error={fault ?? undefined}
          />
        )}
        {example && (
          <pre className="max-h-40 overflow-y-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
            {example.text}
          </pre>
        )}
        <Button type="submit" variant="secondary" pending={trial.isPending}>
          Run code
        </Button>
      </form>
      <div aria-live="polite">
        {trial.error ? (
          <Alert tone="bad" title={trial.error.message}>
            {trial.error.message === "" ? "It could not be run." : null}
          </Alert>
        ) : trial.data === undefined ? (
          <p className="text-sm text-ink-muted">{words[owner.kind].tryLead}</p>
        ) : (
          <Result result={trial.data} kind={owner.kind} />
        )}
      </div>
    </section>
  );
}

type Recent = { id: string; eventType: string; at: string; input: TrialInput };

/** What really came last: an application's messages, or a source's requests. */
function useRecent(owner: CodeOwner): Recent[] {
  const isSource = owner.kind === "source";
  const { data: messages } = useQuery({ ...recentMessagesQuery(isSource ? "" : owner.applicationId), enabled: !isSource });
  const { data: requests } = useQuery({ ...recentRequestsQuery(isSource ? owner.sourceId : ""), enabled: isSource });
  if (!isSource) return (messages?.data ?? []).map(({ id, eventType, timestamp: at }) => ({ id, eventType, at, input: { messageId: id } }));
  return (requests?.data ?? []).map(({ id, eventType, createdAt: at }) => {
    return { id, eventType: eventType ?? "request", at, input: { receivedRequestId: id } };
  });
}

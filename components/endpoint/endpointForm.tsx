"use client";

import type { ReactNode } from "react";
import { kindsOrNone } from "../authentication/draft.ts";
import { DryRun, FilterField } from "../filter/loadedFilter.tsx";
import { Form } from "../form/form.tsx";
import { PairRows } from "../form/pairRows.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { wordsOf } from "../form/words.ts";
import { usePortal } from "../session/portalSession.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Fold } from "../ui/fold.tsx";
import { later, laterWhenIdle } from "../ui/later.tsx";
import { Skeleton } from "../ui/states.tsx";
import { type EndpointDraft, draftFaults, signatureOf } from "./endpointDraft.ts";
import { OrderingField } from "./orderingField.tsx";

// What is chosen from has to be asked for anyway.
const EventTypePicker = later(
  () => import("../eventType/eventTypePicker.tsx").then((module) => module.EventTypePicker),
  <Skeleton className="h-28 w-full" />,
);
const Probe = later(() => import("./probe.tsx").then((module) => module.Probe), <Skeleton className="h-8 w-24" />);
// Parts of folds that most people leave alone.
const RetrySimulator = laterWhenIdle(() => import("./retrySimulator.tsx").then((module) => module.RetrySimulator));
const SignatureFields = laterWhenIdle(() => import("./signatureFields.tsx").then((module) => module.SignatureFields));
const AuthenticationFields = laterWhenIdle(() =>
  import("../authentication/authenticationFields.tsx").then((module) => module.AuthenticationFields),
);

type EndpointFormProps = {
  initial: EndpointDraft;
  /** Of what is stored. */
  version?: string;
  isNew: boolean;
  /** Empty: not chosen yet. */
  applicationId: string;
  /** What is stored by now. */
  fresh?: () => Promise<EndpointDraft>;
  /** The main button's words: verb and object. */
  action: string;
  /** Saves the draft, of which `kept` was there before; throws what the API refuses with. */
  onSave: (draft: EndpointDraft, kept: EndpointDraft) => Promise<unknown>;
  /** A part beside the main button. */
  secondary?: ReactNode;
  /** A part above the URL. */
  children?: ReactNode;
};

/** Creates or changes an endpoint; checked by the same contract as the API's. */
export function EndpointForm({ initial, version, fresh, isNew, applicationId, action, onSave, secondary, children }: EndpointFormProps) {
  const isPortal = usePortal() !== null;
  const form = useApiForm({
    initial,
    ...(version === undefined ? {} : { version }),
    ...(fresh && { fresh }),
    title: isNew ? "The endpoint was not created" : "The changes were not saved",
    check: (typed) => draftFaults(typed, isNew),
    save: onSave,
  });
  const { draft, set, faults } = form;
  const text = (field: "url" | "description" | "uid" | "channels" | "throttleRate" | "retrySchedule") => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
    error: faults[field],
    autoComplete: "off",
    spellCheck: false,
  });

  return (
    <Form form={form} className="max-w-2xl space-y-5">
      {children}
      <div className="space-y-3">
        <Field label="URL" type="url" inputMode="url" placeholder="https://example.com/webhooks" {...text("url")} />
        {!isPortal && <Probe url={draft.url.trim()} signature={signatureOf(draft.signature)} />}
      </div>
      <Field label="Description" placeholder="What it is for" {...text("description")} />
      <EventTypePicker value={draft.eventTypes} onChange={(eventTypes) => set({ eventTypes })} error={faults["eventTypes"]} />
      <Field
        label="Channels"
        placeholder="All channels"
        help="Only messages with one of these, separated by commas."
        {...text("channels")}
      />
      <Fold title="Filter by content" open={initial.filter.rows.length > 0 || initial.filter.text !== "" || Boolean(faults["filter"])}>
        <FilterField value={draft.filter} onChange={(filter) => set({ filter })} error={faults["filter"]} />
        <DryRun applicationId={applicationId} draft={draft.filter} eventTypes={draft.eventTypes} channels={wordsOf(draft.channels)} />
      </Fold>
      <PairRows
        legend="Headers"
        noun="header"
        help="Sent with every message. Values of Authorization, X-API-Key and the like are not shown again."
        error={faults["headers"]}
        rows={draft.headers}
        onChange={(headers) => set({ headers })}
        empty={{ name: "", value: "" }}
      />
      <Fold title="Signature" open={initial.signature.style !== "standard" || Boolean(faults["signature"] || faults["secret"])}>
        <SignatureFields
          value={draft.signature}
          onChange={(signature) => set({ signature })}
          secret={isNew ? { value: draft.secret, onChange: (secret) => set({ secret }) } : null}
          faults={faults}
        />
      </Fold>
      {isNew && (
        <Fold title="Authentication">
          <p className="text-sm text-ink-muted">For receivers that ask who is sending before they look at a signature.</p>
          {faults["authentication"] && <Alert tone="bad" title={faults["authentication"]} />}
          <AuthenticationFields
            kind={draft.authentication.kind}
            choices={kindsOrNone}
            onKind={(kind) => set({ authentication: { ...draft.authentication, kind } })}
            draft={draft.authentication.draft}
            onDraft={(change) => set({ authentication: { ...draft.authentication, draft: { ...draft.authentication.draft, ...change } } })}
            faults={faults}
          />
        </Fold>
      )}
      <Fold title="Limits, retries, order, uid and metadata" open={hasMore(initial) || hasMore(faults)}>
        <Field
          label="Throttle"
          inputMode="numeric"
          placeholder="No limit"
          help="At most this many messages a second."
          {...text("throttleRate")}
        />
        <Field
          label="Retry schedule"
          placeholder="The server's"
          help="Seconds to wait before the second, third… try, separated by commas."
          {...text("retrySchedule")}
        />
        {faults["retrySchedule"] === undefined && <RetrySimulator own={scheduleOf(draft.retrySchedule)} />}
        <OrderingField value={draft.ordering} onChange={(ordering) => set({ ordering })} />
        <Field label="uid" placeholder="None" help="Your own identifier; it works in place of the id." {...text("uid")} />
        <PairRows
          legend="Metadata"
          noun="entry"
          help="Your own notes, not sent anywhere."
          error={faults["metadata"]}
          rows={draft.metadata}
          onChange={(metadata) => set({ metadata })}
          empty={{ name: "", value: "" }}
        />
      </Fold>
      <div className="flex flex-wrap items-center gap-2 border-t border-line pt-4">
        <Button type="submit" pending={form.isSubmitting}>
          {action}
        </Button>
        {secondary}
      </div>
    </Form>
  );
}

/** What is typed so far; a word that is no number is not counted. */
const scheduleOf = (text: string): number[] =>
  wordsOf(text)
    .map(Number)
    .filter((wait) => wait >= 0 && wait <= 2_592_000);

const hasMore = (part: { throttleRate?: string; retrySchedule?: string; ordering?: string; uid?: string; metadata?: unknown }): boolean =>
  part.ordering === "fifo" ||
  Boolean(part.throttleRate || part.retrySchedule || part.uid) ||
  (Array.isArray(part.metadata) ? part.metadata.length > 0 : Boolean(part.metadata));

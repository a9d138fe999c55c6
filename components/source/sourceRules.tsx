import { useState } from "react";
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import { DryRun, FilterField } from "../filter/loadedFilter.tsx";
import type { Faults } from "../form/faults.ts";
import { TextArea } from "../form/textArea.tsx";
import { Alert } from "../ui/alert.tsx";
import { Field } from "../ui/field.tsx";
import { Fold } from "../ui/fold.tsx";
import { later } from "../ui/later.tsx";
import { LabelledSelect } from "../form/labelledSelect.tsx";
import type { Pair } from "../form/pairs.ts";
import type { SourceDraft } from "./sourceDraft.ts";

// Below what most sources are made with.
const PairRows = later(() => import("../form/pairRows.tsx").then((module) => module.PairRows<Pair>));

type SourceRulesProps = {
  provider: SourceProviderOut;
  draft: SourceDraft;
  set: (part: Partial<SourceDraft>) => void;
  faults: Faults;
  /** The source's id. Null: it is only being made. */
  sourceId: string | null;
};

const eventTypeOrigins = [
  { value: "provider", label: "As this provider names it" },
  { value: "header", label: "From a header" },
  { value: "body", label: "From the body" },
  { value: "fixed", label: "Always the same" },
];
const valueLabels: Record<string, string> = { header: "Header", body: "Path in the body, as data.type", fixed: "Event type" };

const dedupeKinds = [
  { value: "provider", label: "What the provider names it by" },
  { value: "header", label: "A header" },
  { value: "body", label: "A value in the body" },
  { value: "bodyHash", label: "The same body" },
  { value: "none", label: "Nothing is a duplicate" },
];

const forwardKinds = [
  { value: "all", label: "All but credentials" },
  { value: "listed", label: "Only these" },
  { value: "none", label: "None" },
];

/** What makes an answer another than the provider's. */
const answerNames = ["acceptedStatus", "acceptedHeaders", "acceptedBody", "rejectedStatus", "rejectedHeaders", "rejectedBody"] as const;

type TextName =
  | "eventTypeValue"
  | "dedupeValue"
  | "dedupeWindowSeconds"
  | "rateLimit"
  | "maximumBodyBytes"
  | "acceptedStatus"
  | "rejectedStatus"
  | "forwardNames";

/** What most sources never change. */
export function SourceRules({ provider, draft, set, faults, sourceId }: SourceRulesProps) {
  const text = (name: TextName) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }),
    error: faults[name],
    autoComplete: "off",
    spellCheck: false,
  });
  const headers = (name: "acceptedHeaders" | "rejectedHeaders") => ({
    noun: "header",
    rows: draft[name],
    onChange: (rows: Pair[]) => set({ [name]: rows }),
    error: faults[name],
    empty: { name: "", value: "" },
  });
  // What is configured is seen; what is typed and taken away again doesn't shut it.
  const [hasAnswers] = useState(() => answerNames.some((name) => draft[name].length > 0));
  return (
    <>
      <Fold title="Event types and duplicates" open={provider.identity === null}>
        <LabelledSelect
          label="Event type"
          options={eventTypeOrigins}
          value={draft.eventTypeFrom}
          onChange={(value) => set({ eventTypeFrom: value as SourceDraft["eventTypeFrom"] })}
        />
        {draft.eventTypeFrom !== "provider" && (
          <Field
            label={valueLabels[draft.eventTypeFrom] ?? ""}
            {...text("eventTypeValue")}
            error={faults["eventType"] ?? faults["eventTypeValue"]}
          />
        )}
        <LabelledSelect
          label="The same event is known by"
          options={dedupeKinds}
          value={draft.dedupeBy}
          onChange={(value) => set({ dedupeBy: value as SourceDraft["dedupeBy"] })}
        />
        {draft.dedupeBy === "provider" && <Identity provider={provider} />}
        {draft.dedupeBy === "bodyHash" && (
          <p className="text-sm text-ink-muted">
            Two events that say the same, such as the same change twice, are then one: the second is lost.
          </p>
        )}
        {(draft.dedupeBy === "header" || draft.dedupeBy === "body") && (
          <Field label={valueLabels[draft.dedupeBy] ?? ""} {...text("dedupeValue")} error={faults["dedupe"] ?? faults["dedupeValue"]} />
        )}
        {draft.dedupeBy !== "none" && <Field label="Remembered for, in seconds" inputMode="numeric" {...text("dedupeWindowSeconds")} />}
      </Fold>
      <Fold title="Filter by content" open={draft.filter.rows.length > 0 || draft.filter.text !== "" || Boolean(faults["filter"])}>
        <FilterField of="source" value={draft.filter} onChange={(filter) => set({ filter })} error={faults["filter"]} />
        {sourceId !== null && <DryRun sourceId={sourceId} draft={draft.filter} />}
      </Fold>
      <Fold title="Answers and limits" open={hasAnswers}>
        <Field
          label="Status when accepted"
          inputMode="numeric"
          placeholder="What the provider wants"
          {...text("acceptedStatus")}
          error={faults["acceptedResponse"] ?? faults["acceptedStatus"]}
        />
        <PairRows legend="Headers when accepted" help="Sent with the answer." {...headers("acceptedHeaders")} />
        <TextArea
          label="Body when accepted"
          rows={2}
          help="Empty: what the provider wants."
          value={draft.acceptedBody}
          error={faults["acceptedBody"]}
          onChange={(event) => set({ acceptedBody: event.target.value })}
        />
        <Field
          label="Status when rejected"
          inputMode="numeric"
          placeholder={String(provider.rejectedStatus)}
          help="Whether the provider tries again depends on it."
          {...text("rejectedStatus")}
          error={faults["rejectedResponse"] ?? faults["rejectedStatus"]}
        />
        <PairRows legend="Headers when rejected" help="Sent with the answer." {...headers("rejectedHeaders")} />
        <TextArea
          label="Body when rejected"
          rows={2}
          value={draft.rejectedBody}
          error={faults["rejectedBody"]}
          onChange={(event) => set({ rejectedBody: event.target.value })}
        />
        <Field label="Requests a second" inputMode="numeric" placeholder="1000" help="More are answered 429." {...text("rateLimit")} />
        <Field label="Largest body, in bytes" inputMode="numeric" placeholder="The server’s" {...text("maximumBodyBytes")} />
      </Fold>
      <Fold title="What endpoints get along with the body">
        <LabelledSelect
          label="Headers"
          options={forwardKinds}
          value={draft.forwardHeaders}
          onChange={(value) => set({ forwardHeaders: value as SourceDraft["forwardHeaders"] })}
        />
        {draft.forwardHeaders === "listed" && (
          <Field label="Names, separated by commas" {...text("forwardNames")} error={faults["forward"]} />
        )}
        <Tick label="The path behind the token" checked={draft.forwardPath} onChange={(forwardPath) => set({ forwardPath })} />
        <Tick label="The query" checked={draft.forwardQuery} onChange={(forwardQuery) => set({ forwardQuery })} />
      </Fold>
    </>
  );
}

const Tick = ({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) => (
  <label className="flex items-center gap-2 text-sm font-medium">
    <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} className="size-4 accent-accent" />
    {label}
  </label>
);

/** How the provider's duplicates are told, or that nothing tells them. */
function Identity({ provider: { label, identity } }: Pick<SourceRulesProps, "provider">) {
  if (identity !== null)
    return (
      <p className="text-sm text-ink-muted">
        {label}: <span className="wrap-anywhere">{identity}</span>. A request that says none of it is nobody’s duplicate.
      </p>
    );
  return (
    <Alert tone="info" title="No request counts as a duplicate">
      {label} names no events, so nothing tells a request that is sent again from the next event. If you know what does, choose it above.
    </Alert>
  );
}

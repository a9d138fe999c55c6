/** A source as a form holds it: texts, until they are sent. */
import type { SourceIn, SourceOut, SourcePatch } from "../../lib/contract/source.ts";
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import { changesOf } from "../form/changes.ts";
import { type FilterDraft, draftOfFilter, emptyFilter, filterOf } from "../filter/filterDraft.ts";
import type { FieldOf, Faults } from "../form/faults.ts";
import { type Pair, pairsOf, recordOf } from "../form/pairs.ts";
import { wordsOf } from "../form/words.ts";

export type SourceDraft = {
  name: string;
  secret: string;
  settings: Record<string, string>;
  /** "": one of its own. */
  applicationId: string;
  eventTypeFrom: SourceIn["eventType"]["from"];
  eventTypeValue: string;
  dedupeBy: SourceIn["dedupe"]["by"];
  dedupeValue: string;
  dedupeWindowSeconds: string;
  rateLimit: string;
  maximumBodyBytes: string;
  /** "": what suits the provider. */
  acceptedStatus: string;
  acceptedHeaders: Pair[];
  acceptedBody: string;
  rejectedStatus: string;
  rejectedHeaders: Pair[];
  rejectedBody: string;
  forwardHeaders: SourceIn["forward"]["headers"];
  forwardNames: string;
  forwardPath: boolean;
  forwardQuery: boolean;
  filter: FilterDraft;
};

export const emptyDraft = (name: string): SourceDraft => ({
  name,
  secret: "",
  settings: {},
  applicationId: "",
  eventTypeFrom: "provider",
  eventTypeValue: "",
  dedupeBy: "provider",
  dedupeValue: "",
  dedupeWindowSeconds: "86400",
  rateLimit: "",
  maximumBodyBytes: "",
  acceptedStatus: "",
  acceptedHeaders: [],
  acceptedBody: "",
  rejectedStatus: "",
  rejectedHeaders: [],
  rejectedBody: "",
  forwardHeaders: "all",
  forwardNames: "",
  forwardPath: false,
  forwardQuery: false,
  filter: emptyFilter(),
});

export const draftOf = (source: SourceOut): SourceDraft => ({
  name: source.name,
  secret: "",
  settings: source.settings,
  applicationId: source.ownsApplication ? "" : source.application.id,
  eventTypeFrom: source.eventType.from,
  eventTypeValue: source.eventType.value ?? "",
  dedupeBy: source.dedupe.by,
  dedupeValue: source.dedupe.value ?? "",
  dedupeWindowSeconds: String(source.dedupe.windowSeconds),
  rateLimit: textOf(source.rateLimit),
  maximumBodyBytes: textOf(source.maximumBodyBytes),
  acceptedStatus: textOf(source.acceptedResponse?.status),
  acceptedHeaders: pairsOf(source.acceptedResponse?.headers ?? null),
  acceptedBody: source.acceptedResponse?.body ?? "",
  rejectedStatus: textOf(source.rejectedResponse?.status),
  rejectedHeaders: pairsOf(source.rejectedResponse?.headers ?? null),
  rejectedBody: source.rejectedResponse?.body ?? "",
  forwardHeaders: source.forward.headers,
  forwardNames: source.forward.names.join(", "),
  forwardPath: source.forward.path,
  forwardQuery: source.forward.query,
  filter: draftOfFilter(source.filter),
});

/** A field's label within a sentence: an abbreviation stays as it is. */
export const inText = (label: string): string => label.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());

/** `kept`: secret settings that are there already and stay as they are when nothing is typed. */
export function draftFaults(draft: SourceDraft, provider: SourceProviderOut, kept: readonly string[], isNew: boolean): Faults {
  const faults: Faults = {};
  if (draft.name.trim() === "") faults["name"] = "Give the source a name";
  for (const { name, label, required } of provider.fields) {
    if (name === "secret") {
      if (isNew && required && draft.secret.trim() === "") faults["secret"] = `Enter the ${inText(label)}`;
    } else if (required && !draft.settings[name]?.trim() && !kept.includes(name)) faults[name] = `Enter the ${inText(label)}`;
  }
  for (const name of ["rateLimit", "maximumBodyBytes", "acceptedStatus", "rejectedStatus", "dedupeWindowSeconds"] as const)
    if (!/^\d*$/.test(draft[name].trim())) faults[name] = "Enter a whole number";
  const filter = filterOf(draft.filter);
  if ("fault" in filter) faults["filter"] = filter.fault;
  return faults;
}

/** The provider's fields stand beside the source's own, and an answer's parts beside each other. */
export const fieldOfSource: FieldOf = ([first = "", second = ""]) => {
  if (first === "settings") return String(second);
  if (first === "secrets") return "secret";
  const answer = /^(accepted|rejected)Response$/.exec(String(first))?.[1];
  if (answer !== undefined && (second === "headers" || second === "body")) return answer + (second === "body" ? "Body" : "Headers");
  return String(first);
};

/** The new source as the API takes it. The secret goes as it was typed: the API takes off what was copied along. */
export function inputOf(draft: SourceDraft, provider: SourceProviderOut): Partial<SourceIn> {
  return {
    ...common(draft, provider),
    provider: provider.kind as SourceIn["provider"],
    secrets: draft.secret === "" ? [] : [draft.secret],
    settings: Object.fromEntries(typedSettings(draft, provider)),
  };
}

/** The change as the API takes it: a secret setting that was left empty stays; another one is taken away. */
export function patchOf(draft: SourceDraft, provider: SourceProviderOut): SourcePatch {
  const settings: Record<string, string | null> = Object.fromEntries(typedSettings(draft, provider));
  for (const { name, secret } of provider.fields) if (name !== "secret" && !secret) settings[name] ??= null;
  return { ...common(draft, provider), settings };
}

/** What of the draft is to be changed: no more than what is not as it was `kept`. */
export function changeOf(draft: SourceDraft, kept: SourceDraft, provider: SourceProviderOut): SourcePatch {
  const [before, after] = [patchOf(kept, provider), patchOf(draft, provider)];
  const { settings, ...change } = changesOf(before, after);
  if (settings === undefined) return change;
  return { ...change, settings: changesOf(before.settings ?? {}, settings) as Record<string, string | null> };
}

const typedSettings = ({ settings }: SourceDraft, { fields }: SourceProviderOut): [string, string][] =>
  fields.flatMap(({ name }): [string, string][] => (name === "secret" || !settings[name] ? [] : [[name, settings[name]]]));

/** Null: nothing is said of the answer. `usual`: its status, where only the rest is. */
function answerOf(status: string, headers: Pair[], body: string, usual: number) {
  const answer = { status: numberOf(status) ?? usual, headers: recordOf(headers), body };
  return status.trim() === "" && body === "" && Object.keys(answer.headers).length === 0 ? null : answer;
}

function common(draft: SourceDraft, { rejectedStatus }: SourceProviderOut) {
  const filter = filterOf(draft.filter);
  return {
    name: draft.name.trim(),
    applicationId: draft.applicationId === "" ? null : draft.applicationId,
    eventType: { from: draft.eventTypeFrom, value: draft.eventTypeFrom === "provider" ? null : draft.eventTypeValue.trim() || null },
    dedupe: {
      by: draft.dedupeBy,
      value: draft.dedupeBy === "header" || draft.dedupeBy === "body" ? draft.dedupeValue.trim() || null : null,
      windowSeconds: numberOf(draft.dedupeWindowSeconds) ?? 86_400,
    },
    rateLimit: numberOf(draft.rateLimit),
    maximumBodyBytes: numberOf(draft.maximumBodyBytes),
    acceptedResponse: answerOf(draft.acceptedStatus, draft.acceptedHeaders, draft.acceptedBody, 200),
    rejectedResponse: answerOf(draft.rejectedStatus, draft.rejectedHeaders, draft.rejectedBody, rejectedStatus),
    forward: {
      headers: draft.forwardHeaders,
      names: draft.forwardHeaders === "listed" ? wordsOf(draft.forwardNames) : [],
      path: draft.forwardPath,
      query: draft.forwardQuery,
    },
    filter: "document" in filter ? filter.document : null,
  };
}

const textOf = (value: number | null | undefined): string => (value === null || value === undefined ? "" : String(value));
const numberOf = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** An endpoint as a form holds it: text as people type it; and the way from there to what the API takes. */
import * as authentication from "../authentication/draft.ts";
import type { EndpointOut } from "../../lib/contract/endpoint.ts";
import type { FilterDocument } from "../../lib/contract/filter.ts";
import type { EndpointSignatureIn, EndpointSignatureOut } from "../../lib/contract/signature.ts";
import { defaultHeaders } from "../../lib/words/signatureHeaders.ts";
import { type FilterDraft, draftOfFilter, emptyFilter, filterOf } from "../filter/filterDraft.ts";
import { type Faults, faultsOf, hasFaults } from "../form/faults.ts";
import { type Pair, pairsOf, recordOf } from "../form/pairs.ts";
import { orNull } from "../form/orNull.ts";
import { wordsOf } from "../form/words.ts";

/** `value` null: it is kept as it is, and was never shown. */
export type HeaderRow = { name: string; value: string | null };

/** Header names empty: the style's usual ones. */
export type SignatureDraft = { style: EndpointSignatureOut["style"]; signatureHeader: string; eventHeader: string; deliveryHeader: string };

export type EndpointDraft = {
  url: string;
  description: string;
  uid: string;
  /** Empty: all. */
  eventTypes: string[];
  /** Separated by commas or spaces. */
  channels: string;
  throttleRate: string;
  /** Seconds, separated by commas or spaces; empty: the server's. */
  retrySchedule: string;
  ordering: "none" | "fifo";
  filter: FilterDraft;
  metadata: Pair[];
  headers: HeaderRow[];
  signature: SignatureDraft;
  /** The secret of a new endpoint; empty: made by Webster. */
  secret: string;
  /** The authentication of a new endpoint; later it is changed elsewhere. */
  authentication: { kind: authentication.Kind | "none"; draft: authentication.Draft };
};

export const emptyDraft = (): EndpointDraft => ({
  url: "",
  description: "",
  uid: "",
  eventTypes: [],
  channels: "",
  throttleRate: "",
  retrySchedule: "",
  ordering: "none",
  filter: emptyFilter(),
  metadata: [],
  headers: [],
  signature: { style: "standard", signatureHeader: "", eventHeader: "", deliveryHeader: "" },
  secret: "",
  authentication: { kind: "none", draft: authentication.draftOf({ kind: "none" }) },
});

export const draftOf = (endpoint: EndpointOut, headers: { headers: Record<string, string>; sensitive: string[] }): EndpointDraft => ({
  url: endpoint.url,
  description: endpoint.description,
  uid: endpoint.uid ?? "",
  eventTypes: endpoint.eventTypes ?? [],
  channels: (endpoint.channels ?? []).join(", "),
  throttleRate: endpoint.throttleRate === null ? "" : String(endpoint.throttleRate),
  retrySchedule: (endpoint.retrySchedule ?? []).join(", "),
  ordering: endpoint.ordering,
  filter: draftOfFilter(endpoint.filter),
  metadata: pairsOf(endpoint.metadata),
  headers: [...pairsOf(headers.headers), ...headers.sensitive.map((name) => ({ name, value: null }))],
  signature: { ...emptyDraft().signature, ...endpoint.signature },
  secret: "",
  authentication: emptyDraft().authentication,
});

/** A new endpoint's draft with another's settings. A hidden value can't be copied, and a uid is one endpoint's alone. */
export function copyOf(endpoint: EndpointOut, headers: { headers: Record<string, string> }): EndpointDraft {
  return { ...draftOf(endpoint, { headers: headers.headers, sensitive: [] }), uid: "" };
}

const isBlank = ({ name, value }: HeaderRow): boolean => name.trim() === "" && (value ?? "").trim() === "";

/** The fields as the API takes them in a change. `disabled` is changed elsewhere. */
export const updateOf = (draft: EndpointDraft) => ({
  url: draft.url.trim(),
  description: draft.description.trim(),
  uid: draft.uid.trim() === "" ? null : draft.uid.trim(),
  eventTypes: orNull(draft.eventTypes),
  channels: orNull(wordsOf(draft.channels)),
  throttleRate: draft.throttleRate.trim() === "" ? null : Number(draft.throttleRate),
  retrySchedule: orNull(wordsOf(draft.retrySchedule).map(Number)),
  ordering: draft.ordering,
  filter: documentOf(draft.filter),
  metadata: recordOf(draft.metadata),
  signature: signatureOf(draft.signature),
});

/** The filter's document. A fault in its text is found before the form is sent. */
function documentOf(draft: FilterDraft): FilterDocument | null {
  const filter = filterOf(draft);
  return "document" in filter ? filter.document : null;
}

/** The signature's style as the API takes it. */
export function signatureOf({ style, ...names }: SignatureDraft): EndpointSignatureIn {
  switch (style) {
    case "standard":
    case "svix":
      return { style };
    case "stripe":
      return { style, signatureHeader: names.signatureHeader.trim() || defaultHeaders.stripe.signatureHeader };
    case "github":
      return {
        style,
        signatureHeader: names.signatureHeader.trim() || defaultHeaders.github.signatureHeader,
        eventHeader: names.eventHeader.trim() || defaultHeaders.github.eventHeader,
        deliveryHeader: names.deliveryHeader.trim() || defaultHeaders.github.deliveryHeader,
      };
  }
}

/** The new endpoint as the API takes it. */
export const inputOf = (draft: EndpointDraft) => ({
  ...updateOf(draft),
  headers: Object.fromEntries(draft.headers.filter((row) => !isBlank(row)).map(({ name, value }) => [name.trim(), value ?? ""])),
  ...(draft.secret.trim() === "" ? {} : { secret: draft.secret.trim() }),
  ...(draft.authentication.kind === "none"
    ? {}
    : { authentication: authentication.inputOf(draft.authentication.kind, draft.authentication.draft) }),
});

/** The change of the headers; null: nothing changes. A header whose value was never shown stays unless it is gone from the form. */
export function headerChanges(before: HeaderRow[], after: HeaderRow[]): Record<string, string | null> | null {
  const kept = after.filter((row) => !isBlank(row)).map(({ name, value }) => ({ name: name.trim(), value }));
  const gone = before.filter(({ name }) => !kept.some((row) => row.name.toLowerCase() === name.toLowerCase()));
  const old = new Map(before.map(({ name, value }) => [name, value]));
  const set = kept.filter(({ name, value }) => value !== null && old.get(name) !== value);
  const changes = {
    ...Object.fromEntries(gone.map(({ name }) => [name, null])),
    ...Object.fromEntries(set.map(({ name, value }) => [name, value])),
  };
  return Object.keys(changes).length > 0 ? changes : null;
}

export const advice = {
  url: "Enter an address such as https://example.com/webhooks.",
  description: "The description holds control characters.",
  uid: "Letters, digits, - _ and . only; it must not start with app_, ep_ or msg_.",
  eventTypes: "An event type's name has letters, digits, - _ and . only.",
  channels: "Up to 10 words of letters, digits, - _ and .",
  throttleRate: "A whole number from 1 to 65535, or nothing.",
  retrySchedule: "Up to 30 numbers of seconds, each at most 2592000 (30 days).",
  metadata: "At most 4096 bytes in all.",
  headers: "Each header needs a name and a value.",
  signature: "A header's name is a word of letters, digits and -.",
  secret: "At most 200 characters.",
  authentication: "The authentication holds characters that can't be sent.",
} as const;

/** The faults that the contract finds. */
export async function draftFaults(draft: EndpointDraft, isNew: boolean): Promise<Faults> {
  const faults = isNew
    ? await faultsOf(async () => (await import("../../lib/contract/endpoint.ts")).EndpointIn, inputOf(draft), advice)
    : await faultsOf(async () => (await import("../../lib/contract/endpoint.ts")).EndpointUpdate, updateOf(draft), advice);
  if (!/^https?:\/\/\S+\.?\S/i.test(draft.url.trim())) faults["url"] = advice.url;
  if (draft.headers.some((row) => !isBlank(row) && row.name.trim() === "")) faults["headers"] = advice.headers;
  const { kind } = draft.authentication;
  if (isNew && kind !== "none") {
    const missing = authentication.missingOf(kind, draft.authentication.draft);
    Object.assign(faults, missing);
    if (hasFaults(missing)) delete faults["authentication"];
  }
  const filter = filterOf(draft.filter);
  if ("fault" in filter) faults["filter"] = filter.fault;
  const names = draft.headers.filter((row) => !isBlank(row)).map(({ name }) => name.trim().toLowerCase());
  if (new Set(names).size < names.length) faults["headers"] = "A header's name can stand only once.";
  const keys = draft.metadata.filter((pair) => !isBlank(pair)).map(({ name }) => name.trim());
  if (keys.includes("") || new Set(keys).size < keys.length) faults["metadata"] = "Each entry needs a name of its own.";
  return faults;
}

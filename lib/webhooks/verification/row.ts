/** One provider, as a row of the table. */
import type { Identity } from "./identity.ts";
import { type JsonStyle, writeJson } from "./jsonStyle.ts";
import type { SentHeaders } from "./sentHeaders.ts";
import type { Field, Handshake, IncomingRequest, Locator, Need, ProviderConfig, Refused, Sample, Scheme, Settings } from "./types.ts";
import type { SettingsFault } from "./types.ts";
import type { SecretForm } from "../../words/secretForm.ts";

export type HandshakeKind =
  | "adobe-sign"
  | "cloudevents"
  | "discord"
  | "dropbox"
  | "intercom"
  | "meta"
  | "microsoft-graph"
  | "slack"
  | "websub"
  | "x"
  | "zoom";

export type Provider = {
  label: string;
  /** The page of the provider's documentation that tells how to set up and verify. Empty for what belongs to nobody. */
  docsUrl: string;
  /** Where in the provider's settings the URL and the secret are. */
  hint: string;
  fields: readonly Field[];
  scheme: Scheme;
  /** What the provider wants to see for a request that is refused. */
  rejectedStatus: number;
  /** The answer that the provider wants to read when all is well, if not an empty 2xx. */
  acceptedReply?: { status: number; contentType: string; body: string };
  /** Where the event type stands: the first place that has one wins. */
  eventType: readonly Locator[];
  /** Which requests are the same event. */
  identity: Identity;
  handshake?: HandshakeKind | Handshake;
  /** The headers that the provider sends besides the signature, and besides those that `eventType` and `identity` begin with. */
  headers?: SentHeaders;
  /** What must be fetched before a request can be verified. */
  needs?: (request: IncomingRequest, config: ProviderConfig) => Need | Refused;
  /** Headers that the provider wants in each answer to a request that was accepted. */
  replyHeaders?: (request: IncomingRequest) => Record<string, string>;
  /** What proves a request, in words: where the scheme can't be told as data. */
  verifiedBy?: string;
  /** How the secret comes by itself, if it does: a sentence's end, behind "is missing:". */
  learnsSecret?: string;
  /** What people take for the secret, and what it is. */
  notSecrets?: readonly (readonly [pattern: RegExp, fault: string])[];
  /** What can't be meant by these settings together. */
  faultOf?: (settings: Settings) => SettingsFault | null;
  sample: Sample;
};

type RowOptions = Omit<Provider, "fields" | "rejectedStatus" | "sample" | "hint"> & {
  fields?: readonly Field[];
  rejectedStatus?: number;
  hint?: string;
  sample: [eventType: string, body: unknown, style?: SampleStyle] | Sample;
};

/** How the provider writes its JSON. `end`: what stands behind it. */
type SampleStyle = JsonStyle & { contentType?: string; end?: string };

export function row(options: RowOptions): Provider {
  const { sample, fields = [secretField("Secret", "As the provider shows it.")], rejectedStatus = 401, hint = "", ...rest } = options;
  return {
    ...rest,
    fields,
    rejectedStatus,
    hint: withBatches(hint, rest.eventType),
    sample: Array.isArray(sample) ? jsonSample(...sample) : sample,
  };
}

/** Some providers put several events into a request: who wants some kinds of them would miss those that another comes before. */
function withBatches(hint: string, eventType: readonly Locator[]): string {
  const first = eventType.find((place) => /^body:(?:.*\.)?0\./.test(place));
  if (first === undefined) return hint;
  const path = first.slice("body:".length).replaceAll(/(^|\.)0(?=\.)/g, "$1*");
  const told = `A request with several events has the first one's type: choose among them by an endpoint's filter on payload.${path}, not by event types.`;
  return hint === "" ? told : `${hint} ${told}`;
}

export function secretField(label: string, help: string): Field {
  return { name: "secret", label, help, secret: true, required: true };
}

/** A secret that the provider takes from whoever sets it up. */
export const chosenField = (label: string, help: string, chosenAs: SecretForm = "hex"): Field => ({
  ...secretField(label, help),
  chosenAs,
});

export function setting(name: string, label: string, help: string, rest: Partial<Field> = {}): Field {
  return { name, label, help, secret: false, required: false, ...rest };
}

function jsonSample(eventType: string, body: unknown, { contentType = "application/json", end = "", ...style }: SampleStyle = {}): Sample {
  return { eventType, contentType, body: writeJson(body, style) + end };
}

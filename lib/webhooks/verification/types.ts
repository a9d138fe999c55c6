/** What the verification of received webhooks is made of. */

import type { KeyReader } from "./algorithms.ts";
import type { SecretForm } from "../../words/secretForm.ts";
import type { RefusalReason } from "../../words/verdict.ts";

/** A request as a provider sent it to a source. */
export type IncomingRequest = {
  method: string;
  /** The public URL, exactly as the provider called it, with its query: some providers sign it. */
  url: string;
  path: string;
  query: URLSearchParams | string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The body as it came, packed or not. */
  body: Buffer;
  /** How many bytes the body may become by unpacking. */
  maximumBytes?: number;
};

/**
 * What a source knows of its provider. `secrets` are all that are valid now (during a rotation, several): any may match.
 * `settings` are the other fields of the provider's table row, by their name.
 */
export type ProviderConfig = { secrets: readonly string[]; settings: Readonly<Record<string, string>> };

export type Settings = ProviderConfig["settings"];

/** `detail` is a sentence for the person who looks at the request; it holds no secret. */
export type Refused = { ok: false; reason: RefusalReason; detail: string };
export type Verified = { ok: true } | Refused;

/** What was fetched because the provider's row asked for it (`Need`), and the roots that the caller trusts. */
export type Extras = { document?: string; trustedRootsPem?: readonly string[] };

/**
 * What has to be fetched before a request can be verified: a certificate, a set of keys. The row says where it is; whoever calls
 * fetches it, keeps it for a while, and follows no redirects.
 */
export type Need = {
  /** The document's name in sentences: "PayPal's certificate". */
  what: string;
  /** https only. */
  url: string;
  method: "GET" | "POST";
  headers: Readonly<Record<string, string>>;
  body: string | null;
  /** Whether the document holds what this request needs: an older one may lack a new key. */
  covers: (document: string) => boolean;
  /** Why a request is refused while it can't be had. */
  absent: RefusalReason;
  /** The document whose `access_token` (RFC 6749) has to be shown for this one. */
  bearer?: Need;
};

/** What the request says of itself, before anybody has checked it. */
export type Claim = {
  /** The signatures as they arrived, without what stands in front of them. Any may match. */
  signatures: string[];
  /** The time as it is signed, and as a moment. */
  timestamp: { text: string; ms: number } | null;
  id: string;
};

/** What is to be sent as a provider would. `url` is the source's; `id` names the event. */
export type Draft = { method: string; url: string; contentType: string; body: Buffer; nowMs: number; id: string };

/** A draft with the provider's signature: in headers, and where the provider puts it there, in the URL or in the body. */
export type Signed = { method: string; url: string; headers: Record<string, string>; body: Buffer };

/**
 * A scheme told as data, so that code for it can be written elsewhere: what is signed, how, and where it goes. `hash` null: the
 * request shows the secret itself. The template's words are those of `template` in schemes.ts; beside them `{form}` stands for a
 * form's names and values, sorted and without what is there twice, and `{decodedUrl}` for the URL as HubSpot decodes it.
 */
export type Recipe = {
  place: "header" | "pairs" | "query" | "standard";
  /** The name of the header or of the query's parameter; with `standard` the family of the three headers. */
  name: string;
  prefix: string;
  hash: "sha1" | "sha256" | "sha384" | "sha512" | null;
  encoding: "hex" | "base64" | "base64url";
  content: string;
  timestampHeader: string | null;
  /** `iso`: RFC 3339. */
  timestampUnit: "s" | "ms" | "iso";
  idHeader: string | null;
  /** The names of the time and the signature in `pairs`, and what stands between. */
  timestampName: string;
  signatureName: string;
  separator: string;
  /** The member of the JSON body that holds the time. */
  bodyTime: string | null;
  /** For bodies that are no form: the query's parameter with their SHA-256 in hexadecimal. It is part of the URL that is signed. */
  bodyHash: string | null;
  /** Where the same signature may stand instead. */
  alternatives: { place: "header" | "query" | "standard"; name: string; prefix: string }[];
};

export type Scheme = {
  /** How far the signed moment may be from now; null if the provider signs none. */
  toleranceMs: (settings: Settings) => { past: number; future: number } | null;
  claim: (request: IncomingRequest, settings: Settings) => Claim | Refused;
  /** Whether the holder of this secret made one of the claim's signatures over this request. Never throws. */
  check: (secret: string, claim: Claim, context: CheckContext) => "match" | "mismatch" | Refused;
  /**
   * Whether the signature holds, for whomever it is meant. Of schemes whose signers sign for many: topics, audiences, apps. Never
   * throws.
   */
  proves?: (secret: string, claim: Claim, context: CheckContext) => boolean;
  /** `secret` is the signing half: of a key pair, the private key as PEM. Null where that makes no sense. */
  sign: (secret: string, draft: Draft, settings: Settings) => Signed | Refused;
  /** Of a key pair the source holds only the public half, so it cannot sign a test. */
  asymmetric: boolean;
  /** Null: it cannot be told as data. */
  recipe: Recipe | null;
  /** Nothing is signed: the request shows the secret itself. */
  shows?: true;
};

export type CheckContext = { request: IncomingRequest; settings: Settings; nowMs: number; extras: Extras; readKey?: KeyReader };

export type Field = {
  /** `secret` goes to `ProviderConfig.secrets`, all others to `settings`. */
  name: string;
  label: string;
  help: string;
  /** Sealed at rest and never shown again. */
  secret: boolean;
  required: boolean;
  /** The allowed values, if the field is a choice. */
  options?: readonly string[];
  /** The least and the greatest, if the field is a number of seconds. */
  seconds?: readonly [number, number];
  /** The value that counts where nothing was entered. */
  default?: string;
  /** Fields of one group are few people's business: a form keeps them folded. */
  group?: string;
  /** The field's value names the header or the parameter that shows a credential, which is then shown to nobody. */
  namesCredential?: true;
  /** A secret that whoever sets the provider up makes up themselves: the form that all of them take. */
  chosenAs?: SecretForm;
  /** The values of another field for which it is made up; for others, such as algorithms with key pairs, it is given. Absent: all. */
  chosenFor?: { setting: string; values: readonly string[] };
};

/** What can't be meant by settings that are right one by one. `name`: the field's. */
export type SettingsFault = { name: string; fault: string };

/**
 * Where a request names its event type or its id: `header:x-github-event`, `body:data.id`, `form:MessageSid`, `fixed:ping`;
 * `header:x-kind=ping` only if the header says that, `jwt:token/data.id` in the token that stands in the JSON body (`jwt:/data.id`:
 * that is the body), `xml:data/a.b` in the XML that stands in the body in base64, `beside:id` the name of the member that the JSON
 * body has beside that one, `joined:meta.action,meta.entity` what stands at these places of the body, with dots between.
 */
export type Locator = `${"header" | "body" | "form" | "query" | "fixed" | "jwt" | "xml" | "beside" | "joined"}:${string}`;

export type Sample = { eventType: string; contentType: string; body: string };

/**
 * An answer of ours to a provider's question. `effect`: what has to be done before it is given. `refused`: why it is not the one
 * that was hoped for, for the person who waits for it.
 */
export type Reply = { status: number; headers: Record<string, string>; body: string; effect?: Effect; refused?: Refused };

/**
 * `keepSecret`: the provider has told what it signs with from now on. `visit`: it wants its own URL to be called. Whoever
 * carries it out decides whether it may be: see lib/services/source/handshakeEffects.ts.
 */
export type Effect = { kind: "keepSecret"; secret: string } | { kind: "visit"; url: string };

/**
 * Null: the request is no question. Refused: it is one that must not be answered. `holds` says whether its own signature does.
 */
export type Handshake = (request: IncomingRequest, config: ProviderConfig, holds: () => boolean) => Reply | Refused | null;

export const refuse = (reason: RefusalReason, detail: string): Refused => ({ ok: false, reason, detail });

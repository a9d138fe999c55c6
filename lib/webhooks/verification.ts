/**
 * Who sent a received webhook: one table of providers (`verification/table.ts`), and what can be asked of it. Everything here
 * is refused unless it is proven: an unknown provider, a source without a secret, a header that says too much.
 */
import type { KeyReader } from "./verification/algorithms.ts";
import { handshakes } from "./verification/handshakes.ts";
import { type EventIdentity, identify, identityInWords } from "./verification/identity.ts";
import { readerOf } from "./verification/locators.ts";
import { bodyOf } from "./verification/request.ts";
import { sampleAs } from "./verification/sample.ts";
import { secretFaultOf } from "./verification/secretFault.ts";
import { cleanedSecret } from "./verification/secretText.ts";
import { sentHeaders } from "./verification/sentHeaders.ts";
import type { ProviderKind } from "./verification/table.ts";
import { isProviderKind, providers } from "./verification/table.ts";
import type {
  Draft,
  Effect,
  Extras,
  IncomingRequest,
  Locator,
  Need,
  ProviderConfig,
  Refused,
  Reply,
  Scheme,
  Signed,
  Verified,
} from "./verification/types.ts";
import { refuse } from "./verification/types.ts";

export { bodyOf, cleanedSecret, identityInWords, isProviderKind, providers, sampleAs };
export type { Draft, Effect, EventIdentity, Extras, IncomingRequest, Need, ProviderConfig, ProviderKind, Refused, Reply, Signed, Verified };

/** Whether the provider sent exactly this. Never throws. `readKey` is for the doctor: symmetric secrets, read in another way. */
export function verifyRequest(
  provider: ProviderKind,
  config: ProviderConfig,
  request: IncomingRequest,
  nowMs: number,
  extras: Extras = {},
  readKey?: KeyReader,
): Verified {
  if (!isProviderKind(provider)) return refuse("misconfigured", "This kind of provider is unknown");
  const { scheme, fields } = providers[provider];
  const secrets = usableSecrets(config);
  const missing = fields.find(({ name, required }) => (name === "secret" ? secrets.length === 0 : required && !config.settings[name]));
  if (missing !== undefined) return refuse("misconfigured", `The source has no ${missing.label.toLowerCase()}`);

  const claim = scheme.claim(request, config.settings);
  if ("reason" in claim) return claim;
  const tolerance = scheme.toleranceMs(config.settings);
  if (tolerance !== null && claim.timestamp !== null) {
    const ageMs = nowMs - claim.timestamp.ms;
    if (!(ageMs <= tolerance.past))
      return refuse("stale", `The request was signed ${seconds(ageMs)} s ago, more than ${seconds(tolerance.past)} s`);
    if (!(-ageMs <= tolerance.future)) return refuse("stale", `The request was signed ${seconds(-ageMs)} s in the future`);
  }

  const context = { request, settings: config.settings, nowMs, extras, ...(readKey === undefined ? {} : { readKey }) };
  let fault: Refused | null = null;
  for (const secret of hasSecretField(provider) ? secrets : [""]) {
    const checked = scheme.check(secret, claim, context);
    if (checked === "match") return { ok: true };
    if (checked !== "mismatch") fault = checked;
  }
  return fault ?? refuse("bad_signature", mismatchOf(scheme, config.secrets.length > 1));
}

function mismatchOf({ shows }: Scheme, several: boolean): string {
  if (shows === true)
    return several ? "The request shows none of the source's secrets" : "The request shows another secret than the source's";
  return several ? "None of the secrets made this signature" : "The secret did not make this signature";
}

/**
 * What to answer if the request is a question of the provider's and no delivery; null if it is none, or not proven to be
 * one, and then it is to be verified like every other. Refused: it is one that must not be answered.
 */
export function handshake(
  provider: ProviderKind,
  config: ProviderConfig,
  request: IncomingRequest,
  nowMs: number,
  extras: Extras = {},
): Reply | Refused | null {
  const named = isProviderKind(provider) ? providers[provider].handshake : undefined;
  if (named === undefined) return null;
  const answer = typeof named === "string" ? handshakes[named] : named;
  // Settings that are shown to the asker must be there, as for a delivery; the secrets that sign are checked by each.
  return answer(request, { ...config, secrets: usableSecrets(config) }, () => verifyRequest(provider, config, request, nowMs, extras).ok);
}

/** Headers that the provider wants in each answer to a request that was accepted. */
export const responseHeaders = (provider: ProviderKind, request: IncomingRequest): Record<string, string> =>
  (isProviderKind(provider) ? providers[provider].replyHeaders?.(request) : undefined) ?? {};

/** What must be fetched before the request can be verified; null: nothing. Refused: what it names is not the provider's. */
export function needOf(provider: ProviderKind, config: ProviderConfig, request: IncomingRequest): Need | Refused | null {
  return isProviderKind(provider) ? (providers[provider].needs?.(request, config) ?? null) : null;
}

/**
 * What the request is about. `eventType` fits Webster's event types (letters, digits, `-`, `_`, `.`); `identity` names the
 * event, or where the provider names only that, its delivery: the same one sent twice is a duplicate.
 */
export function describeRequest(
  provider: ProviderKind,
  request: IncomingRequest,
): { eventType: string | null; identity: EventIdentity | null } {
  if (!isProviderKind(provider)) return { eventType: null, identity: null };
  const reader = readerOf(request);
  const { eventType, identity } = providers[provider];
  const named = eventType.map(reader.textOf).find((found) => found !== null && found !== "") ?? null;
  return { eventType: named === null ? null : eventTypeName(named), identity: identify(identity, reader) };
}

/**
 * The draft as the provider would send it. Of a key pair the source holds only the public half: `privateKeyPem` signs then,
 * and without one the answer is a refusal.
 */
export function signAs(provider: ProviderKind, config: ProviderConfig, draft: Draft & { privateKeyPem?: string }): Signed | Refused {
  if (!isProviderKind(provider)) return refuse("misconfigured", "This kind of provider is unknown");
  const { scheme, label, eventType, identity, headers = {}, sample } = providers[provider];
  const secret = scheme.asymmetric ? draft.privateKeyPem : usableSecrets(config)[0];
  if (scheme.asymmetric && secret === undefined)
    return refuse("misconfigured", `Only ${label} itself can sign: the source holds the public key alone`);
  if (secret === undefined && hasSecretField(provider)) return refuse("misconfigured", "The source has no secret");
  const signed = scheme.sign(secret ?? "", draft, config.settings);
  if ("reason" in signed) return signed;
  return {
    ...signed,
    headers: {
      ...sentHeaders(headers, draft, sample.eventType, config.settings),
      ...named(eventType, sample.eventType),
      ...named(identity[0]?.places.length === 1 ? identity[0].places : [], draft.id),
      ...signed.headers,
    },
  };
}

/** When the request says it was signed, unproven; null if it does not. */
export function claimedTimeMs(provider: ProviderKind, config: ProviderConfig, request: IncomingRequest): number | null {
  const { scheme } = providers[provider];
  if (scheme.toleranceMs(config.settings) === null) return null;
  const claim = scheme.claim(request, config.settings);
  return "reason" in claim ? null : (claim.timestamp?.ms ?? null);
}

/** Why nothing can be verified with this secret, in words that do not repeat it; null: something can. */
export const secretFault = (provider: ProviderKind, secret: string, settings: ProviderConfig["settings"]): string | null =>
  hasSecretField(provider) ? secretFaultOf(providers[provider], cleanedSecret(secret), settings) : null;

/** Whether the provider signed the request, for whomever it is meant: then the source's settings name somebody else. */
export function isSignedFor(
  provider: ProviderKind,
  config: ProviderConfig,
  request: IncomingRequest,
  nowMs: number,
  extras: Extras,
): boolean {
  const { scheme } = providers[provider];
  const claim = scheme.claim(request, config.settings);
  if (scheme.proves === undefined || "reason" in claim) return false;
  const context = { request, settings: config.settings, nowMs, extras };
  return (hasSecretField(provider) ? usableSecrets(config) : [""]).some((secret) => scheme.proves?.(secret, claim, context) === true);
}

/** Whether requests of the provider are verified with a secret of the source's. */
export const hasSecretField = (provider: ProviderKind): boolean => providers[provider].fields.some(({ name }) => name === "secret");

/**
 * The secrets that are not empty: an empty one would match an HMAC that everybody can make. A secret saved before cleaning counts
 * both ways: the white space around it may be the provider's too.
 */
function usableSecrets({ secrets }: ProviderConfig): string[] {
  const usable: string[] = [];
  for (const secret of secrets) {
    const cleaned = cleanedSecret(secret);
    if (cleaned === "") continue;
    if (!usable.includes(cleaned)) usable.push(cleaned);
    if (secret !== cleaned && !usable.includes(secret)) usable.push(secret);
  }
  return usable;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** A provider's name as an event type of Webster's: `orders/create` becomes `orders.create`. */
function eventTypeName(text: string): string | null {
  const name = text
    .replaceAll(/[^a-zA-Z0-9\-_.]+/g, ".")
    .replaceAll(/^\.+|\.+$/g, "")
    .slice(0, 256);
  return name === "" ? null : name;
}

/** The first place with this value, if it is a header. */
function named(places: readonly Locator[], value: string): Record<string, string> {
  const header = places[0]?.startsWith("header:") === true ? places[0].slice("header:".length) : null;
  return header === null || header.includes("=") ? {} : { [header]: value };
}

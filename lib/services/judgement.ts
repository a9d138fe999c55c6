/** What a source says of a request: whether its provider sent it, what it is about, and which event it is. */
import { createHash } from "node:crypto";
import type { RejectionReason } from "../contract/receivedRequest.ts";
import type { SourceSnapshot } from "../db/sources.ts";
import { env } from "../env.ts";
import { subjectOf } from "../webhooks/filterSubject.ts";
import { samenessOf, eventTypeOf } from "../webhooks/sourceRules.ts";
import {
  type IncomingRequest,
  type ProviderKind,
  type Refused,
  describeRequest,
  isProviderKind,
  verifyRequest,
} from "../webhooks/verification.ts";
import { inflated } from "./inflate.ts";
import { openHeaders } from "./receivedHead.ts";
import { currentConfig } from "./sourceConfig.ts";
import { extrasFor } from "./verificationDocuments.ts";

type Described = { eventType: string; providerEventId: string | null };

export type Rejection = Described & { kind: "rejected"; reason: RejectionReason; detail: string };

/** The source's own rules hold it back: nothing is wrong with it. */
export type Filtered = Described & { kind: "filtered"; reason: RejectionReason; detail: string };

/** `hash`: SHA-256 of what names the event; `by`: what told it, in words. Null: nothing is a duplicate of it. */
export type Dedupe = { hash: Buffer; by: string } | null;

/** `content`: the body, inflated. */
export type Verified = Described & { kind: "verified"; dedupe: Dedupe; bodyHash: Buffer; content: Buffer };

export type Judgement = Verified | Rejection | Filtered;

/** What is not asked, because it is known, or somebody answers for it. */
export type Waived = { signature: boolean; filter: boolean };

export const nothingWaived: Waived = { signature: false, filter: false };

/** `nowMs`: when it came, by the database's clock. */
export async function judge(source: SourceSnapshot, request: IncomingRequest, nowMs: number, waived = nothingWaived): Promise<Judgement> {
  const { provider } = source;
  if (!isProviderKind(provider))
    return { ...unknown, kind: "rejected", reason: "misconfigured", detail: "This kind of provider is unknown" };
  const content = await inflated(request.body, request.headers["content-encoding"], maximumBytesOf(source));
  const legible = content.kind === "plain" || content.kind === "inflated" ? { ...request, body: content.body } : request;
  const { eventType: named, identity } = describeRequest(provider, legible);
  const described = {
    eventType: eventTypeOf(source.eventType, legible, named, `${provider}.event`),
    providerEventId: storable(identity?.text ?? null),
  };
  if (content.kind === "too_large")
    return { ...described, kind: "rejected", reason: "too_large", detail: `Inflated it is larger than ${maximumBytesOf(source)} bytes` };
  const refused = waived.signature ? null : await refusalOf(source, provider, request, legible, nowMs);
  if (refused !== null) return { ...described, kind: "rejected", reason: refused.reason, detail: refused.detail };
  if (!waived.filter && !passesFilter(source, legible, described.eventType))
    return { ...described, kind: "filtered", reason: "filter", detail: "The source's filter does not hold for it" };
  const bodyHash = sha256(request.body);
  const sameness = samenessOf(source.dedupe, legible, identity, bodyHash.toString("hex"));
  const dedupe = sameness === null ? null : { hash: sha256(sameness.key), by: sameness.by };
  return { ...described, kind: "verified", bodyHash, content: legible.body, dedupe };
}

export const maximumBytesOf = ({ maximumBodyBytes }: Pick<SourceSnapshot, "maximumBodyBytes">): number =>
  Math.min(maximumBodyBytes ?? Infinity, env().maxPayloadBytes);

/** `body`: inflated. */
export function passesFilter(
  source: SourceSnapshot,
  { headers, body }: Pick<IncomingRequest, "headers" | "body">,
  eventType: string,
): boolean {
  if (source.filter === null) return true;
  const forward = { headers: Object.entries(openHeaders(source, headers)) };
  const contentType = headers["content-type"] ?? null;
  return source.filter.matches(subjectOf({ eventType, channels: [], tags: [], contentType, payload: body, forward }));
}

const unknown = { eventType: "unknown", providerEventId: null };

/** Providers sign the bytes that they send, or those that they compressed: either proves who it was. */
async function refusalOf(
  source: SourceSnapshot,
  provider: ProviderKind,
  request: IncomingRequest,
  legible: IncomingRequest,
  nowMs: number,
): Promise<Refused | null> {
  const config = currentConfig(source.config, nowMs);
  const extras = await extrasFor(source.id, provider, config, request);
  if ("reason" in extras) return extras;
  const asSent = verifyRequest(provider, config, request, nowMs, extras);
  if (asSent.ok) return null;
  if (asSent.reason !== "bad_signature" || legible.body === request.body) return asSent;
  return verifyRequest(provider, config, legible, nowMs, extras).ok ? null : asSent;
}

// PostgreSQL's text holds neither NUL nor half a surrogate pair.
const storable = (text: string | null): string | null => (text === null || /[\0\p{Surrogate}]/u.test(text) ? null : text);

const sha256 = (content: Buffer | string): Buffer => createHash("sha256").update(content).digest();

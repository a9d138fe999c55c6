/** What a source says of a request: whether its provider sent it, what it is about, and which event it is. */
import { hash } from "node:crypto";
import type { RejectionReason } from "../../words/verdict.ts";
import type { SourceSnapshot } from "../../db/sources.ts";
import { env } from "../../env.ts";
import { takesLong, turnOfLongWork } from "../../longWork.ts";
import type { Body } from "../../webhooks/body/body.ts";
import { subjectOf } from "../../webhooks/filterSubject.ts";
import { type Legible, eventTypeOf, samenessOf } from "../../webhooks/sourceRules.ts";
import {
  type IncomingRequest,
  type ProviderKind,
  type Refused,
  bodyOf,
  describeRequest,
  isProviderKind,
  verifyRequest,
} from "../../webhooks/verification.ts";
import { noteBeyond } from "../shared/filterNotes.ts";
import { openHeaders } from "./receivedHead.ts";
import { currentConfig } from "../source/sourceConfig.ts";
import { extrasFor } from "../source/verificationDocuments.ts";

type Described = { eventType: string; providerEventId: string | null };

export type Rejection = Described & { kind: "rejected"; reason: RejectionReason; detail: string };

/** A request that the source's own rules hold back: nothing is wrong with it. */
export type Filtered = Described & { kind: "filtered"; reason: RejectionReason; detail: string };

/** `hash`: SHA-256 of what names the event; `by`: what told it, in words. Null: nothing is a duplicate of it. */
export type Dedupe = { hash: Buffer; by: string } | null;

/** `content`: the body, read. */
export type Verified = Described & { kind: "verified"; dedupe: Dedupe; bodyHash: Buffer; content: Body };

export type Judged = Verified | Rejection | Filtered;

/** Checks that are left out, because their outcome is known, or somebody answers for it. */
export type Waived = { signature: boolean; filter: boolean };

export const nothingWaived: Waived = { signature: false, filter: false };

/** Judges a request. `nowMs`: when it came, by the database's clock. */
export async function judge(source: SourceSnapshot, request: IncomingRequest, nowMs: number, waived = nothingWaived): Promise<Judged> {
  const { provider } = source;
  if (!isProviderKind(provider))
    return { ...unknown, kind: "rejected", reason: "misconfigured", detail: "This kind of provider is unknown" };
  await turnOf(source, request);
  const content = bodyOf(request);
  const legible = { headers: request.headers, body: content };
  const { eventType: named, identity } = describeRequest(provider, request);
  const described = {
    eventType: eventTypeOf(source.eventType, legible, named, `${provider}.event`),
    providerEventId: storable(identity?.text ?? null),
  };
  if (content.packing === "too_large")
    return { ...described, kind: "rejected", reason: "too_large", detail: `Inflated it is larger than ${maximumBytesOf(source)} bytes` };
  const refused = waived.signature ? null : await refusalOf(source, provider, request, nowMs);
  if (refused !== null) return { ...described, kind: "rejected", reason: refused.reason, detail: refused.detail };
  if (!waived.filter && !askFilter(source, legible, described.eventType).passes)
    return { ...described, kind: "filtered", reason: "filter", detail: "The source's filter does not hold for it" };
  const bodyHash = sha256(request.body);
  const sameness = samenessOf(source.dedupe, legible, identity, bodyHash.toString("hex"));
  const dedupe = sameness === null ? null : { hash: sha256(sameness.key), by: sameness.by };
  return { kind: "verified", bodyHash, content, dedupe, ...described };
}

const hadTheirs = new WeakSet<IncomingRequest>();

/** Waits until the body may be looked into, once for a request: that can take long. Throws AppError `unavailable`. */
export async function turnOf({ id, environmentId }: SourceSnapshot, request: IncomingRequest): Promise<void> {
  if (!takesLong(request.body.length, request.headers["content-encoding"] !== undefined) || hadTheirs.has(request)) return;
  hadTheirs.add(request);
  await turnOfLongWork({ tenant: environmentId, owner: id });
}

export const maximumBytesOf = ({ maximumBodyBytes }: Pick<SourceSnapshot, "maximumBodyBytes">): number =>
  Math.min(maximumBodyBytes ?? Infinity, env().maxPayloadBytes);

/** Whether a request passes the source's filter; `unjudged`: because it would have to look at more than filters may. */
export function askFilter(source: SourceSnapshot, { headers, body }: Legible, eventType: string): { passes: boolean; unjudged: boolean } {
  if (source.filter === null) return { passes: true, unjudged: false };
  const forward = { headers: Object.entries(openHeaders(source, headers)) };
  const contentType = headers["content-type"] ?? null;
  const subject = subjectOf({ eventType, channels: [], tags: [], contentType, forward }, body);
  const passes = source.filter.matches(subject);
  noteBeyond(subject.work, "source", { sourceId: source.id });
  return { passes, unjudged: subject.work.beyond > 0 };
}

const unknown = { eventType: "unknown", providerEventId: null };

/** Providers sign the bytes that they send, or those that they compressed: either proves who it was. */
async function refusalOf(source: SourceSnapshot, provider: ProviderKind, request: IncomingRequest, nowMs: number): Promise<Refused | null> {
  const config = currentConfig(source.config, nowMs);
  const extras = await extrasFor(source.id, provider, config, request);
  if ("reason" in extras) return extras;
  const asSent = verifyRequest(provider, config, request, nowMs, extras);
  if (asSent.ok) return null;
  const { packing, content } = bodyOf(request);
  if (asSent.reason !== "bad_signature" || packing !== "unpacked") return asSent;
  return verifyRequest(provider, config, unpacked(request, content), nowMs, extras).ok ? null : asSent;
}

function unpacked(request: IncomingRequest, body: Buffer): IncomingRequest {
  const { "content-encoding": _, ...headers } = request.headers;
  return { ...request, headers, body };
}

// PostgreSQL's text holds neither NUL nor half a surrogate pair.
const storable = (text: string | null): string | null => (text === null || /[\0\p{Surrogate}]/u.test(text) ? null : text);

// In one piece, by way of its digits: a third of what a hash costs that is an object.
const sha256 = (content: Buffer | string): Buffer => Buffer.from(hash("sha256", content, "hex"), "hex");

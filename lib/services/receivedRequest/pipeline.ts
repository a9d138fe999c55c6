/** All that stands between a request that came to a source and its message: judging it, and the source's code. */
import type { SourceSnapshot } from "../../db/sources.ts";
import { type Code, type ReshapeResult, reshape } from "../../sandbox/transform.ts";
import type { IncomingRequest } from "../../webhooks/verification.ts";
import { type Filtered, type Rejection, type Verified, type Waived, judge, maximumBytesOf } from "./judge.ts";
import type { CameIn, Content } from "./receivedAcceptance.ts";
import { openHeaders, withoutOwn } from "./receivedHead.ts";

export type PipelineResult =
  | { kind: "passes"; verified: Verified; content: Content }
  | Rejection
  | Filtered
  /** No process was free for the code: our fault. */
  | { kind: "unavailable" };

/** Judges a request and runs its source's code. `nowMs`: as of when the request is judged, by the database's clock. */
export async function runPipeline(source: SourceSnapshot, request: CameIn, nowMs: number, waived: Waived): Promise<PipelineResult> {
  const judged = await judge(source, incomingOf(request, maximumBytesOf(source)), nowMs, waived);
  return judged.kind === "verified" ? runVerified(source, request, judged) : judged;
}

/** Runs a source's code on a request that it has judged. */
export async function runVerified(source: SourceSnapshot, request: CameIn, verified: Verified): Promise<PipelineResult> {
  if (source.transformation === null) return { kind: "passes", verified, content: asItCame(request) };
  const { eventType, providerEventId } = verified;
  const made = await runOn(source, source.transformation, request, verified);
  switch (made.kind) {
    case "unavailable":
      return made;
    case "cancelled":
      return { eventType, providerEventId, kind: "filtered", reason: "cancelled", detail: "The source's transformation cancelled it" };
    case "failed":
      return { eventType, providerEventId, kind: "rejected", reason: "transformation", detail: made.message };
    case "ready":
      return { kind: "passes", verified: { ...verified, eventType: made.eventType }, content: made };
  }
}

/** Runs one piece of code on one request. `content`: its body. */
export function runOn(
  source: SourceSnapshot,
  code: Code,
  { method, head, contentType, body }: CameIn,
  { eventType, content }: Pick<Verified, "eventType" | "content">,
): Promise<ReshapeResult> {
  const { query } = withoutOwn(source, head);
  const url = head.path + (query === "" ? "" : `?${query}`);
  const headers = openHeaders(source, head.headers);
  return reshape(code, {
    whose: { tenant: source.applicationId, owner: source.id },
    method,
    url,
    headers,
    eventType,
    payload: body,
    contentType,
    body: content,
  });
}

export const asItCame = ({ body, contentType }: Pick<CameIn, "body" | "contentType">): Content => ({
  payload: body,
  contentType,
  isChanged: false,
});

/** A request as verification takes it. `maximumBytes`: what its body may become by unpacking. */
export function incomingOf({ method, head, body }: Pick<CameIn, "method" | "head" | "body">, maximumBytes: number): IncomingRequest {
  const { url, headers, query } = head;
  return { method, url, path: new URL(url).pathname, query, headers, body, maximumBytes };
}

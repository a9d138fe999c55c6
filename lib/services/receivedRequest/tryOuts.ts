/** A source's filter and transformation tried out on what it has received: no message is made, nothing changes. */
import { setImmediate as turnOfOthers } from "node:timers/promises";
import type { Actor } from "../../actor.ts";
import type { FilterDryRunOut } from "../../contract/filter.ts";
import type { SourceFilterDryRunIn, SourceTransformationTestIn } from "../../contract/sourceRules.ts";
import type { TransformationCompareIn, TransformationResult } from "../../contract/transformation.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { type SourceSnapshot, getSource } from "../../db/sources.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { newId } from "../../ids.ts";
import type { Code } from "../../sandbox/transform.ts";
import { readBody } from "../../webhooks/body/body.ts";
import { requireFilter } from "../shared/filterColumns.ts";
import { askFilter } from "./judge.ts";
import { asItCame, runOn } from "./pipeline.ts";
import { type RecentRequest, recentRequests, understood } from "./recentRequests.ts";
import { receivedOf } from "./receivedRequests.ts";
import { keptRequest } from "./release.ts";
import { sourceOwner } from "../transformation/transformationOwners.ts";
import { compared, resultOf } from "../transformation/transformationRuns.ts";
import { draftCode, enabledCode } from "../transformation/transformations.ts";

type Kept = NonNullable<RecentRequest["kept"]>;

export async function dryRun(actor: Actor, idOrUid: string, input: SourceFilterDryRunIn) {
  const filter = input.filter ? requireFilter(input.filter) : null;
  const source = { ...(await snapshotOf((await sourceOwner(actor, idOrUid)).id)), filter };
  const data: (Omit<FilterDryRunOut["data"][number], "timestamp"> & { timestamp: Date })[] = [];
  for await (const { row, kept } of recentRequests(source, input.limit)) {
    await turnOfOthers();
    const asked = kept === null ? null : ask(source, kept);
    const refusedBy = asked === null ? "noContent" : asked.passes ? null : "filter";
    const eventType = kept?.verified.eventType ?? row.eventType ?? "";
    const unjudged = asked?.unjudged ?? false;
    data.push({ id: row.id, eventType, timestamp: row.createdAt, matched: refusedBy === null, refusedBy, unjudged });
  }
  return { looked: data.length, matched: data.filter(({ matched }) => matched).length, data };
}

const ask = (source: SourceSnapshot, { request, verified }: Kept) =>
  askFilter(source, { headers: request.head.headers, body: verified.content }, verified.eventType);

/** `bytes`: the payload as it stands in the request. */
export async function test(
  actor: Actor,
  idOrUid: string,
  input: SourceTransformationTestIn,
  bytes: Buffer | null,
): Promise<TransformationResult> {
  const owner = await sourceOwner(actor, idOrUid);
  const [code, source] = [await draftCode(owner, input), await snapshotOf(owner.id)];
  const kept = input.receivedRequestId ? await receivedBefore(actor, source, input.receivedRequestId) : given(input, bytes);
  return run(source, code, kept);
}

export async function compare(actor: Actor, idOrUid: string, input: TransformationCompareIn) {
  const owner = await sourceOwner(actor, idOrUid);
  const [after, before, source] = [await draftCode(owner, input), await enabledCode(owner), await snapshotOf(owner.id)];
  const found: Kept[] = [];
  for await (const { kept } of recentRequests(source, input.limit)) if (kept !== null) found.push(kept);
  const data = await compared(found, (code, kept) => run(source, code, kept), before, after);
  return {
    data: data.map(({ of: { request, verified }, ...row }) => ({
      receivedRequestId: request.id,
      eventType: verified.eventType,
      timestamp: request.createdAt,
      ...row,
    })),
  };
}

async function snapshotOf(id: string): Promise<SourceSnapshot> {
  const source = await getSource(id);
  if (source === null) throw notFound("Source not found");
  return source;
}

async function receivedBefore(actor: Actor, source: SourceSnapshot, id: string): Promise<Kept> {
  const row = await receivedOf(actor, id);
  if (row.sourceId !== source.id) throw notFound("Received request not found");
  const request = await keptRequest(row);
  const kept = request === null ? null : await understood(source, request);
  if (kept === null) throw new AppError("bad_request", "Its body was not kept, or has been deleted since");
  return kept;
}

function given({ eventType, payload }: SourceTransformationTestIn, bytes: Buffer | null): Kept {
  if (!payload || bytes === null) throw invalid(["body", "payload"], "Give payload, or receivedRequestId");
  const contentType = "application/json";
  const content = readBody({ body: bytes, contentType });
  const nowMs = databaseNowMs();
  const head = { path: "", query: "", headers: { "content-type": contentType }, url: "" };
  const request = { id: newId("receivedRequest", nowMs), createdAt: new Date(nowMs), method: "POST", head, contentType, body: bytes };
  const verified = { kind: "verified" as const, eventType: eventType ?? "example", providerEventId: null };
  return { request: { ...request, remoteAddress: null }, verified: { ...verified, content, bodyHash: bytes, dedupe: null } };
}

/** What the code makes of a request. Without code: the request as it came. */
async function run(source: SourceSnapshot, code: Code | null, { request, verified }: Kept): Promise<TransformationResult> {
  const { eventType } = verified;
  const untouched = { kind: "ready" as const, eventType, ...asItCame(request), logs: [], durationMs: 0 };
  const made = code === null ? untouched : await runOn(source, code, request, verified);
  return resultOf(made, verified.content, ({ contentType }) => {
    return { method: null, url: null, headers: {}, contentType: contentType ?? "application/octet-stream" };
  });
}

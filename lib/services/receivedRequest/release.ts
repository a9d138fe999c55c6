/** One request that was kept, or was a duplicate: judged again, with the source as it is now, and made a message. */
import { type Verdict, keptVerdicts } from "../../words/verdict.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { type SourceSnapshot, getSource } from "../../db/sources.ts";
import { type ReceivedLogRow, type WholeRow, readBody, readReceivedWhole } from "../../db/sql/log/receivedLog.ts";
import { AppError } from "../../errors.ts";
import type { EnvironmentId } from "../../ids.ts";
import type { Held } from "./heldRequests.ts";
import type { Filtered, Rejection, Waived } from "./judge.ts";
import { type PipelineResult, runPipeline, runVerified } from "./pipeline.ts";
import { type CameIn, acceptWaiting } from "./receivedAcceptance.ts";
import { openHead } from "./receivedHead.ts";

export type Release =
  | { kind: "released" | "duplicate"; messageId: string }
  /** The request does not pass now either. */
  | { kind: "refused"; judged: Rejection | Filtered }
  /** The request was released before, or never waited. */
  | { kind: "gone" }
  | { kind: "without_body" }
  /** No process was free for the source's code. */
  | { kind: "unavailable" };

/** Releases a request. `forced`: somebody answers for it, so it is neither verified nor filtered. */
export const release = (environmentId: EnvironmentId, id: string, forced: boolean): Promise<Release> =>
  makeMessage(environmentId, id, keptVerdicts, forced);

// More tries than are ever needed: the source or its application would have to change at each one.
const maximumTries = 20;

/** What a message can be made of, or why not. */
export type Ready =
  | { kind: "ready"; source: SourceSnapshot; request: CameIn; verdict: Verdict; passed: Extract<PipelineResult, { kind: "passes" }> }
  | Exclude<Release, { messageId: string }>;

/** Judges a request and runs the source's code on it; changes nothing, so it may be done ahead. */
export async function makeReady(environmentId: EnvironmentId, id: string, of: readonly Verdict[], forced: boolean): Promise<Ready> {
  return makeRowReady(await readReceivedWhole(environmentId, id), of, forced);
}

/** The same for a request that has been read; undefined: there is none. */
export async function makeRowReady(row: WholeRow | undefined, of: readonly Verdict[], forced: boolean): Promise<Ready> {
  const source = row === undefined ? null : await getSource(row.sourceId);
  if (row === undefined || !of.includes(row.verdict) || source === null) return { kind: "gone" };
  const request = await keptRequest(row, row.body);
  if (request === null) return { kind: "without_body" };
  return readyOf(source, request, row.verdict, await passKept(source, request, row, forced));
}

/** The same for a pending request that is held since it was judged. Undefined: its source has changed, and judges it anew. */
export async function makeHeldReady({ source: then, request, verified }: Held): Promise<Ready | undefined> {
  const source = await getSource(then.id);
  if (source === null) return { kind: "gone" };
  if (source.version !== then.version) return undefined;
  return readyOf(source, request, "pending", await runVerified(withCurrentSecrets(source), request, verified));
}

function readyOf(source: SourceSnapshot, request: CameIn, verdict: Verdict, passed: PipelineResult): Ready {
  if (passed.kind === "unavailable") return passed;
  return passed.kind === "passes" ? { kind: "ready", source, request, verdict, passed } : { kind: "refused", judged: passed };
}

/** Makes a message of a request with one of these verdicts. `ahead`: what was made ready already. Throws AppError `unavailable`. */
export async function makeMessage(
  environmentId: EnvironmentId,
  id: string,
  of: readonly Verdict[],
  forced: boolean,
  ahead?: Promise<Ready>,
): Promise<Release> {
  for (let tries = 0; tries < maximumTries; tries++) {
    const ready = await ((tries === 0 ? ahead : undefined) ?? makeReady(environmentId, id, of, forced));
    if (ready.kind !== "ready") return ready;
    const { source, request, verdict, passed } = ready;
    const taken = await acceptWaiting(source, request, verdict, passed.verified, passed.content);
    if (taken.kind === "gone") return taken;
    if (taken.kind !== "stale") return { kind: taken.kind === "accepted" ? "released" : "duplicate", messageId: taken.messageId };
  }
  throw new AppError("unavailable", "The source changes all the time; try again", { retryAfterSeconds: 1 });
}

/** A request with its body. Null: the body was not kept. `own`: the body that the request keeps itself, where it has been read already. */
export async function keptRequest(row: ReceivedLogRow, own: Buffer | null = null): Promise<CameIn | null> {
  const body = own ?? (await readBody(row));
  if (body === null) return null;
  const { id, createdAt, method, contentType, remoteAddress } = row;
  return { id, createdAt, method, contentType, remoteAddress, body, head: openHead(id, row.sealedHead) };
}

/** Judges a kept request as of the moment at which it came: waiting makes none stale. A secret that was given since counts all the same. */
export function passKept(
  source: SourceSnapshot,
  request: CameIn,
  row: Pick<ReceivedLogRow, "verdict" | "reason">,
  forced = false,
): Promise<PipelineResult> {
  return runPipeline(withCurrentSecrets(source), request, request.createdAt.getTime(), waivedOf(row, forced));
}

export function withCurrentSecrets(source: SourceSnapshot): SourceSnapshot {
  const secrets = source.config.secrets.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > databaseNowMs());
  return { ...source, config: { ...source.config, secrets } };
}

/** Checks that a request has passed already are not made again: a secret may have been taken away since. */
function waivedOf({ verdict, reason }: Pick<ReceivedLogRow, "verdict" | "reason">, forced: boolean): Waived {
  if (forced || verdict === "pending") return { signature: true, filter: true };
  return { signature: verdict === "duplicate" || (reason !== null && verifiedReasons.has(reason)), filter: false };
}

const verifiedReasons = new Set<string>(["filter", "cancelled", "transformation"]);

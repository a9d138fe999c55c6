/** One request out of quarantine: judged again, with the source as it is now, and made a message. */
import { databaseNowMs } from "../db/clock.ts";
import { type SourceSnapshot, getSource } from "../db/sources.ts";
import { type ReceivedLogRow, readBody, readReceived } from "../db/sql/receivedLog.ts";
import { AppError } from "../errors.ts";
import type { IncomingRequest } from "../webhooks/verification.ts";
import { type Judgement, judge } from "./judgement.ts";
import { type CameIn, acceptWaiting } from "./receivedAcceptance.ts";
import { openHead } from "./receivedHead.ts";

export type Release =
  | { kind: "released" | "duplicate"; messageId: string }
  /** It does not verify now either. */
  | { kind: "refused"; judgement: Judgement & { kind: "rejected" } }
  /** It was released before, or never waited. */
  | { kind: "gone" }
  | { kind: "without_body" };

// The source or its application would have to change at each try.
const maximumTries = 20;

/** `trusted`: without being verified. */
export async function release(environmentId: string, id: string, trusted: boolean): Promise<Release> {
  for (let tries = 0; tries < maximumTries; tries++) {
    const row = await readReceived(environmentId, id);
    const source = row === undefined ? null : await getSource(row.sourceId);
    if (row === undefined || row.verdict !== "rejected" || source === null) return { kind: "gone" };
    const request = await keptRequest(row);
    if (request === null) return { kind: "without_body" };
    const judgement = await judgeKept(source, request, trusted);
    if (judgement.kind === "rejected") return { kind: "refused", judgement };
    const taken = await acceptWaiting(source, request, judgement);
    if (taken.kind === "gone") return taken;
    if (taken.kind !== "stale") return { kind: taken.kind === "accepted" ? "released" : "duplicate", messageId: taken.messageId };
  }
  throw new AppError("unavailable", "The source changes all the time; try again", { retryAfterSeconds: 1 });
}

/** Null: its body was not kept. */
export async function keptRequest(row: ReceivedLogRow): Promise<CameIn | null> {
  const body = await readBody(row);
  if (body === null) return null;
  const { id, createdAt, method, contentType, remoteAddress } = row;
  return { id, createdAt, method, contentType, remoteAddress, body, head: openHead(id, row.sealedHead) };
}

/** As of the moment at which it came: waiting makes no request stale. A secret that was given since counts all the same. */
export function judgeKept(source: SourceSnapshot, request: CameIn, trusted = false): Promise<Judgement> {
  const current = source.config.secrets.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > databaseNowMs());
  const judging = { ...source, config: { ...source.config, secrets: current } };
  return judge(judging, incomingOf(request), request.createdAt.getTime(), trusted);
}

export function incomingOf({ method, head, body }: Pick<CameIn, "method" | "head" | "body">): IncomingRequest {
  const { url, headers, query } = head;
  return { method, url, path: new URL(url).pathname, query, headers, body };
}

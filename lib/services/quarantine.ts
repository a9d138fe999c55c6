/** Quarantine: what was rejected waits there, can be verified again when the source is put right, and be released. */
import type { Actor } from "../actor.ts";
import type { BulkReleaseIn, ReceivedRequestOut, VerifyAgainOut } from "../contract/receivedRequest.ts";
import { isAtLeast } from "../contract/roleOrder.ts";
import { prisma } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import { getSource } from "../db/sources.ts";
import { countQuarantine } from "../db/sql/receivedLog.ts";
import { AppError, invalid, notFound } from "../errors.ts";
import { recordAudit } from "./audit.ts";
import * as backgroundTasks from "./backgroundTasks.ts";
import { receivedOf, show } from "./receivedRequests.ts";
import { judgeKept, keptRequest, release as releaseOne } from "./release.ts";
import { sourceOf } from "./sources.ts";

export async function verifyAgain(actor: Actor, id: string): Promise<VerifyAgainOut> {
  const row = await receivedOf(actor, id);
  const [request, source] = [await keptRequest(row), await getSource(row.sourceId)];
  if (source === null) throw notFound("Received request not found");
  if (request === null) throw withoutBody();
  const judgement = await judgeKept(source, request);
  return judgement.kind === "verified"
    ? { ok: true, reason: null, detail: null }
    : { ok: false, reason: judgement.reason, detail: judgement.detail };
}

/** One that was released already is answered as it is. */
export async function release(actor: Actor, id: string, force: boolean): Promise<ReceivedRequestOut> {
  requireMayForce(actor, force);
  const row = await receivedOf(actor, id);
  const released = await releaseOne(actor.environmentId, id, force);
  switch (released.kind) {
    case "refused":
      throw new AppError("conflict", `It does not verify: ${released.judgement.detail}`);
    case "without_body":
      throw withoutBody();
    case "released":
    case "duplicate":
      await recordAudit(actor, prisma(), "receivedRequest.released", id, { messageId: released.messageId, force });
      break;
    case "gone":
      if (row.verdict === "rejected") break;
      if (row.verdict !== "released") throw new AppError("conflict", `It is not in quarantine: it was ${row.verdict}`);
  }
  return show(await receivedOf(actor, id));
}

const countLimit = 10_000;

/** What would be looked at, or the task that releases it, in the order in which it came. */
export async function releaseMany(actor: Actor, { filter, force, dryRun }: BulkReleaseIn) {
  requireMayForce(actor, force);
  const source = await sourceOf(actor, filter.sourceId);
  const since = filter.since ? new Date(filter.since) : new Date(0);
  const until = new Date(Math.min(filter.until ? new Date(filter.until).getTime() : Infinity, databaseNowMs() + 1));
  if (until < since) throw invalid(["body", "filter", "until"], "It is before `since`");
  const chosen = { sourceId: source.id, ids: filter.ids ?? null, reason: filter.reason ?? null };
  const count = await countQuarantine({ ...chosen, since, until }, countLimit + 1);
  if (dryRun) return { counted: { count: Math.min(count, countLimit), capped: count > countLimit } };
  if (count === 0) throw new AppError("bad_request", "Nothing in quarantine matches the filter");
  const task = await backgroundTasks.create(actor, {
    task: "received-request.bulk-release",
    applicationId: source.applicationId,
    endpointId: null,
    input: {
      since: since.toISOString(),
      until: until.toISOString(),
      quarantine: { ...chosen, trusted: force },
      total: count > countLimit ? null : count,
    },
  });
  return { task };
}

function requireMayForce({ role }: Actor, force: boolean): void {
  if (force && !isAtLeast(role, "admin")) throw new AppError("forbidden", "To release what does not verify needs the role admin");
}

const withoutBody = (): AppError => new AppError("bad_request", "Its body was not kept, so it can't be verified");

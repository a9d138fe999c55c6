/**
 * What was rejected or filtered is kept: it can be verified again when the source is put right, and be released. So can a
 * duplicate, as a message of its own.
 */
import type { Actor } from "../../actor.ts";
import type { BulkReleaseIn, QuarantineOut, ReceivedRequestOut, VerifyAgainOut } from "../../contract/receivedRequest.ts";
import { keptVerdicts } from "../../words/verdict.ts";
import { isAtLeast } from "../../words/role.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { getSource } from "../../db/sources.ts";
import { countRejected, quarantinedBytes } from "../../db/sql/received/quarantine.ts";
import { endOfAll } from "../../db/sql/log/newest.ts";
import { countKept } from "../../db/sql/log/receivedLog.ts";
import { env } from "../../env.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { recordAudit } from "../audit/audit.ts";
import * as backgroundTasks from "../backgroundTask/backgroundTasks.ts";
import { dayMs } from "../../words/duration.ts";
import { receivedOf, show } from "./receivedRequests.ts";
import { keptRequest, passKept, release as releaseOne } from "./release.ts";
import { requireWhole, sourceOf } from "../source/sources.ts";
import { noSandbox } from "../transformation/transformations.ts";

const countedTo = 1_000;

export async function usage(actor: Actor): Promise<QuarantineOut> {
  requireWhole(actor);
  const [bytes, sources] = await Promise.all([
    quarantinedBytes(actor.environmentId),
    countRejected(actor.environmentId, new Date(databaseNowMs() - dayMs), countedTo + 1),
  ]);
  const maximumBytes = env().quarantineBytes;
  const count = sources.reduce((sum, source) => sum + source.count, 0);
  const rejected = { count: Math.min(count, countedTo), capped: count > countedTo, sources };
  return { bytes, maximumBytes, full: bytes >= maximumBytes, rejected };
}

export async function verifyAgain(actor: Actor, id: string): Promise<VerifyAgainOut> {
  const row = await receivedOf(actor, id);
  const [request, source] = [await keptRequest(row), await getSource(row.sourceId)];
  if (source === null) throw notFound("Received request not found");
  if (request === null) throw withoutBody();
  const passed = await passKept(source, request, row);
  if (passed.kind === "unavailable") throw noSandbox();
  return passed.kind === "passes" ? { ok: true, reason: null, detail: null } : { ok: false, reason: passed.reason, detail: passed.detail };
}

/** Releases a request; one that was released already is answered as it is. */
export async function release(actor: Actor, id: string, force: boolean): Promise<ReceivedRequestOut> {
  requireMayForce(actor, force);
  const row = await receivedOf(actor, id);
  const released = await releaseOne(actor.environmentId, id, force);
  switch (released.kind) {
    case "refused":
      throw new AppError("conflict", `${refusals[released.judged.kind]}: ${released.judged.detail}`);
    case "unavailable":
      throw noSandbox();
    case "without_body":
      throw withoutBody();
    case "released":
    case "duplicate":
      await recordAudit(actor, prisma(), "receivedRequest.released", id, { messageId: released.messageId, force });
      break;
    case "gone":
      if (keptVerdicts.some((verdict) => verdict === row.verdict)) break;
      if (row.verdict !== "released") throw new AppError("conflict", `It does not wait to be released: it is ${row.verdict}`);
  }
  return show(actor, await receivedOf(actor, id));
}

/** Why a request is not released. A duplicate had verified when it came: only the source's own rules can hold it back. */
const refusals = { rejected: "It does not verify", filtered: "It is held back" } as const;

const countedRequests = 10_000;

/** How many requests would be looked at, or the task that releases them, in the order in which they came. */
export async function releaseMany(actor: Actor, { filter, force, dryRun }: BulkReleaseIn) {
  requireMayForce(actor, force);
  const source = await sourceOf(actor, filter.sourceId);
  const since = filter.since ? new Date(filter.since) : new Date(0);
  const end = await endOfAll("receivedRequest", source.id);
  const until = filter.until && new Date(filter.until) < end ? new Date(filter.until) : end;
  if (until < since) throw invalid(["body", "filter", "until"], "It is before `since`");
  const { verdict, ids = null, reason = null, eventType = null } = filter;
  const chosen = { sourceId: source.id, verdict, ids, reason, eventType };
  const count = await countKept({ ...chosen, since, until }, countedRequests + 1);
  if (dryRun) return { counted: { count: Math.min(count, countedRequests), capped: count > countedRequests } };
  if (count === 0) throw new AppError("bad_request", "Nothing that waits matches the filter");
  const task = await backgroundTasks.create(actor, {
    task: "received-request.bulk-release",
    applicationId: source.applicationId,
    endpointId: null,
    input: {
      since: since.toISOString(),
      until: until.toISOString(),
      quarantine: { ...chosen, trusted: force },
      total: count > countedRequests ? null : count,
    },
  });
  return { task };
}

function requireMayForce({ role }: Actor, force: boolean): void {
  if (force && !isAtLeast(role, "admin")) throw new AppError("forbidden", "To release what does not verify needs the role admin");
}

const withoutBody = (): AppError => new AppError("bad_request", "Its body was not kept, or has been deleted since");

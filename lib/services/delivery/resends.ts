/** Sending much again: what failed, what was never attempted, or whatever a filter finds. Each is a background task. */
import type { Actor } from "../../actor.ts";
import type { BulkReplayIn, BulkResendIn, RecoverIn, ReplayIn } from "../../contract/deliveryResend.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { countMissing, countQueueable } from "../../db/sql/hot/resendMany.ts";
import { type LogFilter, type LogPlace, readLog } from "../../db/sql/log/log.ts";
import { endOfAll } from "../../db/sql/log/newest.ts";
import { AppError, invalid } from "../../errors.ts";
import * as backgroundTasks from "../backgroundTask/backgroundTasks.ts";
import { resolve } from "./deliveryLog.ts";
import { storedFilter } from "../shared/filterColumns.ts";
import { type Scope, endpointOf } from "../shared/scope.ts";
import type { TaskKind } from "../../words/taskKind.ts";
import { dayMs } from "../../words/duration.ts";

const rangeDays = 14;
const rangeSlackMs = 5 * 60_000;
const countedDeliveries = 10_000;
const countedTogether = 2_000;

/** `unsendable`: of what was found, how many can't be sent again; left out: none. `capped`: there is more than what was looked at. */
type Counted = { count: number; unsendable?: number; capped: boolean };

/** What would be sent again, or the task that does it. */
export type Begun<T> = { counted: Counted } | { task: T };

type Shown = Awaited<ReturnType<typeof backgroundTasks.create>>;

/** One attempt for each delivery of the range that failed and never succeeded; it may have been cancelled then. */
export async function recover(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, input: RecoverIn, dryRun: boolean) {
  const scope = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  const range = await rangeOf(scope, input);
  const counted = await counting({ ...ofEndpoint(actor, scope), ...range, status: ["failed", "cancelled"], minAttempts: 1 });
  return beginForEndpoint(actor, scope, "endpoint.recover", input, range, counted, dryRun);
}

/** One attempt for each message of the range that was never attempted there. */
export async function replayMissing(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, input: ReplayIn, dryRun: boolean) {
  const scope = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  requireActive(scope);
  const range = await rangeOf(scope, input);
  const { environmentId, id: endpointId, applicationId, eventTypes, channels } = scope.endpoint;
  const filter = storedFilter(scope.endpoint);
  const count = await countMissing(
    { environmentId, applicationId, endpointId, eventTypes, channels, filter, ...range },
    countedDeliveries + 1,
  );
  const ramp = input.ramp ?? (input.ratePerSecond ?? null) === null;
  return beginForEndpoint(actor, scope, "endpoint.replay", { ...input, ramp }, range, cap(count), dryRun);
}

/** One attempt for each delivery of the range, succeeded or not. */
export async function bulkReplay(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, input: BulkReplayIn, dryRun: boolean) {
  const scope = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  requireActive(scope);
  const filter: LogFilter = { ...ofEndpoint(actor, scope), ...(await rangeOf(scope, input)) };
  const { status, statusCodeClass: codeClass, eventTypes, channel, tag } = input;
  if (status !== null && status !== undefined) filter.status = [...(statusesOf[status] ?? [])];
  if (codeClass !== null && codeClass !== undefined) filter.statusCodes = [codeClass === 0 ? [0, 0] : [codeClass, codeClass + 99]];
  if (eventTypes && eventTypes.length > 0) filter.eventTypes = eventTypes;
  if (channel) filter.channel = channel;
  if (tag) filter.tag = tag;
  const counted = await counting(filter);
  if (dryRun) return { counted };
  const task = await begin(actor, "endpoint.bulk-replay", filter, input.ratePerSecond, counted, scope);
  return { task };
}

/** One attempt for each delivery that the filter finds now. */
export async function bulkResend(actor: Actor, { filter: wanted, ratePerSecond, dryRun }: BulkResendIn): Promise<Begun<Shown>> {
  const found = await resolve(actor, wanted, ["body", "filter"]);
  const filter = found === null ? null : { ...found, until: earlier(found.until, await endOfAll("delivery", actor.environmentId)) };
  const counted: Counted = filter === null ? { count: 0, capped: false } : await counting(filter);
  if (dryRun) return { counted };
  if (filter === null || counted.count + (counted.unsendable ?? 0) === 0)
    throw new AppError("bad_request", "No delivery matches the filter");
  return { task: await begin(actor, "delivery.bulk-resend", filter, ratePerSecond, counted, null) };
}

/** The log's statuses by the numbers of Svix's message statuses; 3 is what waits for another attempt. */
const statusesOf: readonly (readonly string[])[] = [["succeeded"], ["pending"], ["failed", "cancelled"], ["pending"], ["cancelled"]];

const cap = (count: number): Counted => ({ count: Math.min(count, countedDeliveries), capped: count > countedDeliveries });

/** Counts as the task will go: by the same pages, and of each those that can be queued. */
async function counting(filter: LogFilter): Promise<Counted> {
  let found = 0;
  let count = 0;
  let place: LogPlace | null = null;
  while (found < countedDeliveries) {
    const limit = Math.min(countedTogether, countedDeliveries - found);
    const rows = await readLog({ filter, place, down: true, limit: limit + 1, isExact: true });
    const looked = rows.slice(0, limit);
    found += looked.length;
    count += await countQueueable(looked);
    if (rows.length <= limit) return shownCount(found, count, false);
    place = looked.at(-1) ?? null;
  }
  return shownCount(found, count, true);
}

const shownCount = (found: number, count: number, capped: boolean): Counted => ({
  count,
  ...(found > count ? { unsendable: found - count } : {}),
  capped,
});

const totalOf = ({ count, capped }: Counted): number | null => (capped ? null : count);

const ofEndpoint = ({ environmentId }: Actor, { endpoint }: Scope) => ({ environmentId, endpointIds: [endpoint.id] });

function requireActive({ endpoint }: Scope): void {
  if (endpoint.disabledAt !== null) throw new AppError("bad_request", "The endpoint is disabled: enable it first");
}

async function beginForEndpoint(
  actor: Actor,
  scope: Scope,
  task: TaskKind,
  { ratePerSecond, ramp }: { ratePerSecond?: number | null | undefined; ramp?: boolean | null | undefined },
  { since, until }: { since: Date; until: Date },
  counted: Counted,
  dryRun: boolean,
): Promise<Begun<Shown>> {
  if (dryRun) return { counted };
  const pacing = { ratePerSecond: ratePerSecond ?? null, ...(ramp ? { ramp } : {}) };
  const input = { since: since.toISOString(), until: until.toISOString(), total: totalOf(counted), ...pacing };
  return { task: await backgroundTasks.create(actor, { task, applicationId: scope.application.id, endpointId: scope.endpoint.id, input }) };
}

function begin(
  actor: Actor,
  task: TaskKind,
  filter: LogFilter,
  ratePerSecond: number | null | undefined,
  counted: Counted,
  scope: Scope | null,
): Promise<Shown> {
  const stored = { ...filter, since: filter.since.toISOString(), until: filter.until.toISOString() };
  return backgroundTasks.create(actor, {
    task,
    applicationId: scope?.application.id ?? filter.applicationId ?? null,
    endpointId: scope?.endpoint.id ?? null,
    input: { since: stored.since, until: stored.until, filter: stored, ratePerSecond: ratePerSecond ?? null, total: totalOf(counted) },
  });
}

/** Throws a validation error for what is too long ago, in the future or upside down. */
async function rangeOf(
  { application }: Scope,
  { since, until }: { since: string; until?: string | null | undefined },
): Promise<{ since: Date; until: Date }> {
  const from = new Date(since);
  const end = await endOfAll("message", application.id);
  // A caller's clock may be a little ahead of ours: until now is then a range with nothing in it, and no fault.
  const to = until ? new Date(until) : new Date(Math.max(end.getTime(), from.getTime()));
  if (from.getTime() < databaseNowMs() - rangeDays * dayMs - rangeSlackMs)
    throw invalid(["body", "since"], `At most ${rangeDays} days ago`);
  if (from.getTime() > end.getTime() + rangeSlackMs) throw invalid(["body", "since"], "It lies in the future");
  if (to < from) throw invalid(["body", "until"], "It is before `since`");
  return { since: from, until: earlier(to, end) };
}

const earlier = (one: Date, other: Date): Date => (other < one ? other : one);

/** An endpoint's attempts and deliveries, counted over a range of at most 28 days. */
import type { Actor } from "../../actor.ts";
import type { EndpointDeliveryStats } from "../../contract/endpointStats.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { countDeliveries } from "../../db/sql/figures/endpointDays.ts";
import { readCounts } from "../../db/sql/figures/statistics.ts";
import { AppError } from "../../errors.ts";
import { endpointOf } from "../shared/scope.ts";
import { dayMs, hourMs } from "../../words/duration.ts";

type Query = { since?: string | null | undefined; until?: string | null | undefined };
/** A range in milliseconds since 1970, both ends included. */
type Range = { sinceMs: number; untilMs: number; nowMs: number };

const maximumDays = 28;
const rangeSlackMs = 5 * 60_000;
const clockSlackMs = 10_000;

/** Counts of one endpoint. Successes and failures are attempts, as Svix counts them; what waits and what was cancelled are deliveries. */
export async function ofAll(actor: Actor, applicationIdOrUid: string, idOrUid: string, query: Query) {
  const range = rangeOf(query);
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const [attempts, deliveries] = await Promise.all([countAttempts(endpoint.id, range), count(endpoint.id, range)]);
  return { ...attempts, pending: deliveries.untried, sending: deliveries.retrying, canceled: deliveries.cancelled };
}

export async function ofAttempts(actor: Actor, applicationIdOrUid: string, idOrUid: string, query: Query) {
  const { sinceMs, untilMs, nowMs } = rangeOf(query);
  const hours = { sinceMs: Math.floor(sinceMs / hourMs) * hourMs, untilMs: Math.ceil(untilMs / hourMs) * hourMs - 1, nowMs };
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const [attempts, { cancelled }] = await Promise.all([countAttempts(endpoint.id, hours), count(endpoint.id, hours)]);
  return { ...attempts, canceled: cancelled };
}

export async function ofDeliveries(
  actor: Actor,
  applicationIdOrUid: string,
  idOrUid: string,
  query: Query,
): Promise<EndpointDeliveryStats> {
  const range = rangeOf(query);
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  return count(endpoint.id, range);
}

async function count(endpointId: string, { sinceMs, untilMs, nowMs }: Range): Promise<EndpointDeliveryStats> {
  const { succeeded, failed, cancelled, untried, retrying } = await countDeliveries(
    endpointId,
    new Date(sinceMs),
    new Date(untilMs),
    nowMs,
  );
  return { succeeded, failed, cancelled, untried, retrying };
}

async function countAttempts(endpointId: string, { sinceMs, untilMs, nowMs }: Range): Promise<{ success: number; fail: number }> {
  const days = await readCounts({ endpointIds: [endpointId], sinceMs, untilMs: untilMs + 1, nowMs, bucketMs: dayMs });
  const sum = (of: (day: (typeof days)[number]) => number): number => days.reduce((total, day) => total + of(day), 0);
  return { success: sum(({ succeeded }) => succeeded), fail: sum(({ failed }) => failed) };
}

/** Throws `bad_request`. */
function rangeOf(query: Query): Range {
  const nowMs = databaseNowMs();
  const untilMs = query.until ? new Date(query.until).getTime() : nowMs;
  const sinceMs = query.since ? new Date(query.since).getTime() : untilMs - maximumDays * dayMs;
  if (untilMs > nowMs + clockSlackMs) throw new AppError("bad_request", "`until` is in the future");
  // A caller's clock may be a moment ahead of the database's.
  if (sinceMs > untilMs + (query.until ? 0 : clockSlackMs)) throw new AppError("bad_request", "`since` is after `until`");
  if (untilMs - sinceMs > maximumDays * dayMs + rangeSlackMs)
    throw new AppError("bad_request", `The range is longer than ${maximumDays} days`);
  return { sinceMs: Math.min(sinceMs, untilMs), untilMs, nowMs };
}

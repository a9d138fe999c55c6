/** How an environment is doing. */
import type { Actor } from "../../actor.ts";
import type { OverviewOut } from "../../contract/overview.ts";
import type { VolumeOut } from "../../contract/statistics.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { endOfLists } from "../../db/sql/days.ts";
import { countLog } from "../../db/sql/log/log.ts";
import {
  type Bucket,
  readBuckets,
  readEventTypeBuckets,
  readEventTypes,
  readFailing,
  readNextRetries,
} from "../../db/sql/figures/overview.ts";
import { durationSteps } from "../../db/sql/figures/rollup.ts";
import { env } from "../../env.ts";
import type { EnvironmentId } from "../../ids.ts";
import { dayMs, hourMs, minuteMs } from "../../words/duration.ts";
import { groupsOf } from "./failing.ts";
import { percentile } from "./percentile.ts";
import { type Range, type RangeQuery, bucketSizeOf, hasMinutes, rangeOf } from "./range.ts";

const usualMs = dayMs;
const minutesUpToMs = 12 * hourMs;
const countedPendingDeliveries = 10_000;
const listedEndpoints = 20;
const groupedLimit = 100;
const usualVolumeMs = 7 * dayMs;

export async function get(actor: Actor, query: RangeQuery): Promise<OverviewOut> {
  const range = bucketRangeOf(query, usualMs);
  const { environmentId } = actor;
  const at = [environmentId, range.minutes, range.since, range.until] as const;
  const before = new Date(2 * range.since.getTime() - range.until.getTime());
  const waiting = {
    environmentId,
    status: ["pending"],
    minAttempts: 1,
    since: range.since,
    until: query.until ? range.until : endOfLists(),
  };
  const [found, earlier, eventTypes, failing, retries, pending, retrying] = await Promise.all([
    readBuckets(...at, range.bucketMs / 1000),
    readBuckets(environmentId, range.minutes, before, range.since, dayMs / 1000),
    readEventTypes(...at, listedEndpoints),
    readFailing(...at, groupedLimit + 1),
    readNextRetries(environmentId, 5),
    countPending(environmentId),
    countLog(waiting, countedPendingDeliveries + 1),
  ]);
  const buckets = everyBucket(range, found);
  const totals = sumOf(buckets);
  const { deliveries, delivered } = sumOf(earlier);
  const attempts = totals.succeeded + totals.failed;
  return {
    since: range.since.toISOString(),
    until: range.until.toISOString(),
    bucketSeconds: range.bucketMs / 1000,
    totals: { ...countsShown(totals), successRate: attempts === 0 ? null : totals.succeeded / attempts, ...deliveredRateOf(totals) },
    previous: { since: before.toISOString(), deliveries, delivered, ...deliveredRateOf({ deliveries, delivered }) },
    retrying: { count: Math.min(retrying, countedPendingDeliveries), capped: retrying > countedPendingDeliveries },
    buckets: buckets.map((bucket) => ({ start: bucket.start.toISOString(), ...countsShown(bucket) })),
    backlog: {
      pending: Math.min(pending, countedPendingDeliveries),
      capped: pending > countedPendingDeliveries,
      oldestDueAt: retries.overdueSince?.toISOString() ?? null,
    },
    nextRetries: retries.next.map((retry) => ({ ...retry, nextAttemptAt: retry.nextAttemptAt.toISOString() })),
    failing: { groups: groupsOf(failing.slice(0, groupedLimit)), capped: failing.length > groupedLimit },
    failingEndpoints: failing.slice(0, listedEndpoints).map((endpoint) => ({
      ...endpoint,
      lastErrorClass: endpoint.lastErrorClass as OverviewOut["failingEndpoints"][number]["lastErrorClass"],
      failingSince: endpoint.failingSince?.toISOString() ?? null,
      lastAttemptAt: endpoint.lastAttemptAt?.toISOString() ?? null,
    })),
    eventTypes,
  };
}

/** How much was sent over time; without `event_type`, of all. */
export async function volume(
  { environmentId }: Actor,
  { event_type: eventType, ...query }: RangeQuery & { event_type?: string | null | undefined },
): Promise<VolumeOut> {
  const range = bucketRangeOf(query, usualVolumeMs);
  const at = [environmentId, range.minutes, range.since, range.until, range.bucketMs / 1000] as const;
  const found = eventType ? await readEventTypeBuckets(...at, eventType) : await readBuckets(...at);
  return {
    since: range.since.toISOString(),
    until: range.until.toISOString(),
    bucketSeconds: range.bucketMs / 1000,
    buckets: everyBucket(range, found).map(({ start, deliveries, delivered, succeeded, failed }) => ({
      start: start.toISOString(),
      deliveries,
      delivered,
      succeeded,
      failed,
    })),
  };
}

/** `since`: the beginning of a bucket. `minutes`: of a row of the rollups that are read. */
type BucketRange = Range & { minutes: 1 | 60; bucketMs: number };

function bucketRangeOf(query: RangeQuery, usualMs: number): BucketRange {
  const nowMs = databaseNowMs();
  const range = rangeOf(query, nowMs, usualMs);
  const [sinceMs, untilMs] = [range.since.getTime(), range.until.getTime()];
  const minutes = untilMs - sinceMs <= minutesUpToMs && hasMinutes(sinceMs, nowMs) ? 1 : 60;
  const bucketMs = bucketSizeOf(range, minutes * minuteMs);
  return { since: new Date(Math.floor(sinceMs / bucketMs) * bucketMs), until: range.until, minutes, bucketMs };
}

function everyBucket({ since, until, bucketMs }: BucketRange, found: Bucket[]): Bucket[] {
  const byStart = new Map(found.map((bucket) => [bucket.start.getTime(), bucket]));
  const all: Bucket[] = [];
  for (let ms = since.getTime(); ms < until.getTime(); ms += bucketMs)
    all.push(byStart.get(ms) ?? { start: new Date(ms), deliveries: 0, delivered: 0, succeeded: 0, failed: 0, durations: null });
  return all;
}

type Counts = Omit<Bucket, "start">;

export function sumOf(buckets: Counts[]): Counts {
  const total: Counts = { deliveries: 0, delivered: 0, succeeded: 0, failed: 0, durations: durationSteps.map(() => 0).concat(0) };
  for (const { deliveries, delivered, succeeded, failed, durations } of buckets) {
    total.deliveries += deliveries;
    total.delivered += delivered;
    total.succeeded += succeeded;
    total.failed += failed;
    total.durations = (total.durations ?? []).map((count, step) => count + (durations?.[step] ?? 0));
  }
  return total;
}

/** The share of deliveries that have succeeded; null: there is none. */
export const deliveredRateOf = ({ deliveries, delivered }: Pick<Counts, "deliveries" | "delivered">) => ({
  deliveredRate: deliveries === 0 ? null : delivered / deliveries,
});

export const countsShown = ({ deliveries, delivered, succeeded, failed, durations }: Counts) => ({
  deliveries,
  delivered,
  succeeded,
  failed,
  p50: percentile(durations, 0.5),
  p95: percentile(durations, 0.95),
});

async function countPending(environmentId: EnvironmentId): Promise<number> {
  const since = new Date(databaseNowMs() - (env().retentionDays + 1) * dayMs);
  return countLog({ environmentId, status: ["pending"], since, until: endOfLists() }, countedPendingDeliveries + 1);
}

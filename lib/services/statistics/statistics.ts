/** Figures of what was sent. Percentiles come from the rollups' histograms, counts are exact. */
import type { Actor } from "../../actor.ts";
import type { AppUsageStatsIn, LatencyOut, UsageOut } from "../../contract/statistics.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { prisma } from "../../db/client.ts";
import { readEventTypes } from "../../db/sql/figures/overview.ts";
import { type Counts, readApplicationUsage, readCounts } from "../../db/sql/figures/statistics.ts";
import { invalid } from "../../errors.ts";
import * as backgroundTasks from "../backgroundTask/backgroundTasks.ts";
import { recordAudit } from "../audit/audit.ts";
import { csvHead, csvLine } from "../shared/csv.ts";
import { countsShown, deliveredRateOf, sumOf } from "./overview.ts";
import { percentile } from "./percentile.ts";
import { type Range, type RangeQuery, bucketSizeOf, hasMinutes, rangeOf } from "./range.ts";
import { applicationOf, endpointOf } from "../shared/scope.ts";
import { dayMs, hourMs, minuteMs } from "../../words/duration.ts";

const usualMs = 7 * dayMs;
const maximumExportRows = 100_000;

export async function ofEndpoint(
  actor: Actor,
  applicationIdOrUid: string,
  endpointIdOrUid: string,
  query: RangeQuery,
): Promise<LatencyOut> {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  return latency([endpoint.id], query);
}

/** The latency of an application, over all endpoints that it ever had. */
export async function ofApplication(actor: Actor, idOrUid: string, query: RangeQuery): Promise<LatencyOut> {
  const { id } = await applicationOf(actor, idOrUid);
  const endpoints = await prisma().endpoint.findMany({ where: { applicationId: id }, select: { id: true } });
  return latency(
    endpoints.map((endpoint) => endpoint.id),
    query,
  );
}

async function latency(endpointIds: string[], query: RangeQuery): Promise<LatencyOut> {
  const nowMs = databaseNowMs();
  const range = rangeOf(query, nowMs, usualMs);
  const { since, until } = range;
  const [sinceMs, untilMs] = [since.getTime(), until.getTime()];
  const bucketMs = bucketSizeOf(range, hasMinutes(sinceMs, nowMs) ? minuteMs : hourMs);
  const found = await readCounts({ endpointIds, sinceMs, untilMs, nowMs, bucketMs });
  return {
    since: since.toISOString(),
    until: until.toISOString(),
    ...shown(sumOf(found)),
    ...ratesOf(sumOf(found)),
    bucketSeconds: bucketMs / 1000,
    buckets: found.map(({ start, ...counts }) => ({ start: start.toISOString(), ...shown(counts) })),
  };
}

const shown = (counts: Counts) => ({ ...countsShown(counts), p99: percentile(counts.durations, 0.99) });

const ratesOf = ({ succeeded, failed, ...deliveries }: Omit<Counts, "durations">) => ({
  successRate: succeeded + failed === 0 ? null : succeeded / (succeeded + failed),
  ...deliveredRateOf(deliveries),
});

type UsageQuery = RangeQuery & { by: UsageOut["by"]; search?: string | null | undefined };

export async function usage(actor: Actor, query: UsageQuery & { limit: number }): Promise<UsageOut> {
  const { since, until } = wholeHours(rangeOf(query, databaseNowMs(), usualMs));
  const rows = await rowsOf(actor, query, { since, until }, query.limit + 1);
  return {
    since: since.toISOString(),
    until: until.toISOString(),
    by: query.by,
    data: rows.slice(0, query.limit),
    hasMore: rows.length > query.limit,
  };
}

/** `bom`: with a byte order mark. */
export async function usageAsCsv(actor: Actor, query: UsageQuery, bom: boolean): Promise<string> {
  const { since, until } = wholeHours(rangeOf(query, databaseNowMs(), usualMs));
  const rows = await rowsOf(actor, query, { since, until }, maximumExportRows);
  await recordAudit(actor, prisma(), "environment.usageExported", actor.environmentId, { by: query.by });
  // Columns keep their places: what is new comes last.
  const columns = [
    "id",
    "name",
    "uid",
    "deliveries",
    "succeeded",
    "failed",
    "successRate",
    "delivered",
    "undelivered",
    "deliveredRate",
  ] as const;
  const lines = rows.map((row) => ({ ...row, undelivered: row.deliveries - row.delivered }));
  return csvHead(columns, bom) + lines.map((line) => csvLine(columns.map((column) => line[column]))).join("");
}

async function rowsOf(
  { environmentId }: Actor,
  { by, search }: Pick<UsageQuery, "by" | "search">,
  { since, until }: Range,
  limit: number,
): Promise<UsageOut["data"]> {
  const text = search?.trim() || null;
  switch (by) {
    case "application":
      return (await readApplicationUsage(environmentId, since, until, limit, { search: text })).map(
        ({ applicationId, name, uid, deliveries, delivered, succeeded, failed }) => ({
          id: applicationId,
          name,
          uid,
          deliveries,
          delivered,
          succeeded,
          failed,
          ...ratesOf({ deliveries, delivered, succeeded, failed }),
        }),
      );
    case "eventType":
      return (await readEventTypes(environmentId, 60, since, until, limit, text)).map(({ eventType, ...counts }) => ({
        id: eventType,
        name: eventType,
        uid: null,
        ...counts,
        ...ratesOf(counts),
      }));
  }
}

/** Usage by application. Throws 422 if none of the named applications is there. */
export async function aggregateAppStats(actor: Actor, input: AppUsageStatsIn) {
  const range = rangeOf(input, databaseNowMs(), usualMs);
  const { since, until } = wholeHours(range);
  const named = input.appIds ?? null;
  const rows =
    named === null
      ? []
      : await prisma().application.findMany({
          where: { environmentId: actor.environmentId, deletedAt: null, OR: [{ id: { in: named } }, { uid: { in: named } }] },
          select: { id: true, uid: true },
        });
  if (named !== null && rows.length === 0) throw invalid(["body", "appIds"], "There is none of these applications");
  const known = new Set(rows.flatMap(({ id, uid }) => [id, uid]));
  const stored = {
    since: since.toISOString(),
    until: until.toISOString(),
    ...(named === null ? {} : { applicationIds: rows.map(({ id }) => id) }),
  };
  const task = await backgroundTasks.create(actor, { task: "application.stats", applicationId: null, endpointId: null, input: stored });
  return { ...told(task), unresolvedAppIds: (named ?? []).filter((name) => !known.has(name)) };
}

export async function aggregateEventTypes(actor: Actor) {
  return told(await backgroundTasks.create(actor, { task: "event-type.aggregate", applicationId: null, endpointId: null, input: {} }));
}

const told = ({ id, status, task, updatedAt }: { id: string; status: string; task: string; updatedAt: Date }) => ({
  id,
  status,
  task,
  updatedAt,
});

const wholeHours = ({ since, until }: Range): Range => ({
  since: new Date(Math.floor(since.getTime() / hourMs) * hourMs),
  until: new Date(Math.min(Math.ceil(until.getTime() / hourMs) * hourMs, lastMs)),
});

/** RFC 3339 knows no later year. */
const lastMs = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Attempts counted over any range: from the rollups by hour, at its ends from those by minute, and only for what is left
 * from the attempts themselves. So it is exact, and costs the same for a month as for a day.
 */
import type { EnvironmentId } from "../../../ids.ts";
import { queryList } from "../../client.ts";
import { isDelivered } from "./lateSuccess.ts";
import { counted, countedUntil, durationSteps, minutesKeptHours, stepOf, steps } from "./rollup.ts";
import { hourMs, minuteMs } from "../../../words/duration.ts";
import { isOf } from "../isOf.ts";
import { like } from "../parameters.ts";

/** `deliveries`: first attempts of then; `delivered`: those of them that succeeded, whenever; the others are attempts. */
export type Counts = { deliveries: number; delivered: number; succeeded: number; failed: number; durations: number[] | null };

type Slice = { source: "hours" | "minutes" | "attempts"; sinceMs: number; untilMs: number };

/** Where to read each part of a range; `untilMs` is excluded. `countedMs`: the rollups are final before it. `finest`: the buckets of the answer. */
export function slicesOf(sinceMs: number, untilMs: number, countedMs: number, nowMs: number, finest: "hours" | "minutes"): Slice[] {
  const minutesFromMs = Math.ceil((nowMs - minutesKeptHours * hourMs) / hourMs + 1) * hourMs;
  const edge = (from: number, to: number): Slice[] => {
    if (from >= to) return [];
    const first = Math.max(Math.ceil(from / minuteMs) * minuteMs, minutesFromMs);
    const last = Math.min(Math.floor(to / minuteMs) * minuteMs, Math.floor(countedMs / minuteMs) * minuteMs);
    if (first >= last) return [{ source: "attempts", sinceMs: from, untilMs: to }];
    return [
      { source: "attempts" as const, sinceMs: from, untilMs: first },
      { source: "minutes" as const, sinceMs: first, untilMs: last },
      { source: "attempts" as const, sinceMs: last, untilMs: to },
    ].filter((slice) => slice.sinceMs < slice.untilMs);
  };
  const first = Math.ceil(sinceMs / hourMs) * hourMs;
  const last = Math.floor(Math.min(untilMs, countedMs) / hourMs) * hourMs;
  if (finest === "minutes" || first >= last) return edge(sinceMs, untilMs);
  return [...edge(sinceMs, first), { source: "hours", sinceMs: first, untilMs: last }, ...edge(last, untilMs)];
}

const summedSteps = Array.from({ length: durationSteps.length + 1 }, (_, step) => `sum(c."durations"[${step + 1}])`).join(", ");

/** SQL: the counts of one slice, for the endpoints whose ids are $1. */
const partOf = ({ source, sinceMs, untilMs }: Slice): string => {
  const range = (column: string) => `"${column}" >= to_timestamp(${sinceMs / 1000}) and "${column}" < to_timestamp(${untilMs / 1000})`;
  if (source === "attempts")
    return `select date_trunc('minute', a."createdAt"), ${counted}, count(*) filter (where a."attemptNumber" = 1 and ${isDelivered}), array[${steps}]::int[]
       from unnest($1::text[]) k("id") cross join lateral (
         select *, ${stepOf} as "step" from attempt where ${isOf(`"endpointId"`, `k."id"`)} and ${range("createdAt")} offset 0) a group by 1`;
  const rolled = `"minutes" = ${source === "hours" ? 60 : 1} and "endpointId" = any($1) and ${range("start")}`;
  return `select "start", "deliveries", "succeeded", "failed", "atOnce", "durations" from delivery_rollup where ${rolled}
    union all select "start", 0, 0, 0, "deliveries", null from late_success where ${rolled}`;
};

/** What to count; `untilMs` is excluded. */
export type CountedRange = { endpointIds: string[]; sinceMs: number; untilMs: number; nowMs: number; bucketMs: number };

/** Counts by bucket; buckets without attempts are missing. */
export async function readCounts({ endpointIds, sinceMs, untilMs, nowMs, bucketMs }: CountedRange): Promise<(Counts & { start: Date })[]> {
  const until = await countedUntil();
  const slices = slicesOf(sinceMs, untilMs, until?.getTime() ?? 0, nowMs, bucketMs < hourMs ? "minutes" : "hours");
  if (endpointIds.length === 0 || slices.length === 0) return [];
  const { rows } = await queryList<Counts & { start: Date }>({
    text: `
select to_timestamp(floor(extract(epoch from c."start") / $2) * $2) as "start", sum(c."deliveries")::int as "deliveries",
  sum(c."delivered")::int as "delivered", sum(c."succeeded")::int as "succeeded", sum(c."failed")::int as "failed", array[${summedSteps}]::int[] as "durations"
from (${slices.map(partOf).join(" union all ")}) c ("start", "deliveries", "succeeded", "failed", "delivered", "durations")
group by 1 order by 1`,
    values: [endpointIds, bucketMs / 1000],
  });
  return rows;
}

export type ApplicationUsage = Counts & { applicationId: string; uid: string | null; name: string };

/** `ids`: only these, also those without deliveries. `search`: part of a name or uid, or an id. Null: all that had some. */
export type UsageOf = { ids?: string[] | null; search?: string | null };

/** Deliveries by application, in whole hours, `until` excluded; most first. */
export async function readApplicationUsage(
  environmentId: EnvironmentId,
  since: Date,
  until: Date,
  limit: number,
  { ids = null, search = null }: UsageOf,
) {
  const { rows } = await queryList<ApplicationUsage>({
    text: `
with "late" as materialized (
  select "endpointId", sum("deliveries") as "deliveries" from late_success
  where "environmentId" = $1 and "minutes" = 60 and "start" >= $2 and "start" < $3 group by 1
), "of_endpoint" as (
  select c."endpointId", sum(c."deliveries") as "deliveries", sum(c."succeeded") as "succeeded", sum(c."failed") as "failed",
    sum(c."atOnce") + coalesce(max(l."deliveries"), 0) as "delivered", array[${summedSteps}] as "durations"
  from delivery_rollup c left join "late" l on l."endpointId" = c."endpointId"
  where c."environmentId" = $1 and c."minutes" = 60 and c."start" >= $2 and c."start" < $3 group by 1
)
select a."id" as "applicationId", a."uid", a."name", coalesce(sum(c."deliveries"), 0)::int as "deliveries",
  coalesce(sum(c."delivered"), 0)::int as "delivered",
  coalesce(sum(c."succeeded"), 0)::int as "succeeded", coalesce(sum(c."failed"), 0)::int as "failed", array[${summedSteps}]::int[] as "durations"
from application a left join endpoint e on e."applicationId" = a."id" left join "of_endpoint" c on c."endpointId" = e."id"
where a."environmentId" = $1 and case when $5::text[] is null then c."endpointId" is not null else a."id" = any($5) end
  and ($6::text is null or a."id" = $7 or a."name" ilike $6 or a."uid" ilike $6)
group by a."id" order by 4 desc, 1 limit $4`,
    values: [environmentId, since, until, limit, ids, search && `%${like(search)}%`, search],
  });
  return rows;
}

export type SubscribedTypes = { appId: string; explicitlySubscribedEventTypes: string[]; hasCatchAllEndpoint: boolean };

/** The event types that each application's endpoints ask for; disabled endpoints count too. */
export async function readSubscribedTypes(environmentId: EnvironmentId): Promise<SubscribedTypes[]> {
  const { rows } = await queryList<SubscribedTypes>({
    text: `
select a."id" as "appId",
  coalesce(array_agg(distinct t."name" order by t."name") filter (where t."name" is not null), '{}') as "explicitlySubscribedEventTypes",
  coalesce(bool_or(e."id" is not null and cardinality(e."eventTypes") = 0), false) as "hasCatchAllEndpoint"
from application a left join endpoint e on e."applicationId" = a."id" and e."deletedAt" is null
  left join lateral unnest(e."eventTypes") as t("name") on true
where a."environmentId" = $1 and a."deletedAt" is null group by a."id" order by a."id"`,
    values: [environmentId],
  });
  return rows;
}

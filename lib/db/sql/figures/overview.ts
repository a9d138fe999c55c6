/** What the overview reads: rollups for the past, indexes of pending deliveries for the present. */
import type { EnvironmentId } from "../../../ids.ts";
import { logPool, queryList } from "../../client.ts";
import { inLine } from "../hot/lines.ts";
import { durationSteps } from "./rollup.ts";
import { isOf } from "../isOf.ts";
import { like } from "../parameters.ts";

/** `deliveries`: first attempts of then; `delivered`: those of them that succeeded, whenever; the others are attempts. */
export type Bucket = {
  start: Date;
  deliveries: number;
  delivered: number;
  succeeded: number;
  failed: number;
  durations: number[] | null;
};

const summedSteps = Array.from({ length: durationSteps.length + 1 }, (_, step) => `sum("durations"[${step + 1}])`).join(", ");

/** Attempts of an environment by bucket. `minutes`: the length of the rollups to read, 1 or 60. Buckets without attempts are missing. */
export async function readBuckets(
  environmentId: EnvironmentId,
  minutes: number,
  since: Date,
  until: Date,
  bucketSeconds: number,
): Promise<Bucket[]> {
  const { rows } = await queryList<Bucket>({
    text: `
with "late" as materialized (
  select floor(extract(epoch from "start") / $5) as "bucket", sum("deliveries") as "deliveries" from late_success
  where "environmentId" = $1 and "minutes" = $2 and "start" >= $3 and "start" < $4 group by 1
), "begun" as materialized (
  select floor(extract(epoch from "start") / $5) as "bucket", sum("deliveries")::int as "deliveries", sum("atOnce") as "atOnce",
    sum("succeeded")::int as "succeeded", sum("failed")::int as "failed", array[${summedSteps}]::int[] as "durations"
  from delivery_rollup where "environmentId" = $1 and "minutes" = $2 and "start" >= $3 and "start" < $4 group by 1
)
select to_timestamp(b."bucket" * $5) as "start", b."deliveries", (b."atOnce" + coalesce(l."deliveries", 0))::int as "delivered",
  b."succeeded", b."failed", b."durations"
from "begun" b left join "late" l on l."bucket" = b."bucket" order by 1`,
    values: [environmentId, minutes, since, until, bucketSeconds],
  });
  return rows;
}

/** The same of one event type, without durations. */
export async function readEventTypeBuckets(
  environmentId: EnvironmentId,
  minutes: number,
  since: Date,
  until: Date,
  bucketSeconds: number,
  eventType: string,
): Promise<Bucket[]> {
  const { rows } = await logPool().query<Bucket>({
    text: `
select to_timestamp(floor(extract(epoch from c."start") / $5) * $5) as "start", sum(c."deliveries")::int as "deliveries",
  sum(c."delivered")::int as "delivered", sum(c."succeeded")::int as "succeeded", sum(c."failed")::int as "failed", null as "durations"
from (
  select "start", "deliveries", "atOnce" as "delivered", "succeeded", "failed" from event_type_rollup
  where "environmentId" = $1 and "minutes" = $2 and "start" >= $3 and "start" < $4 and "eventType" = $6
  union all
  select "start", 0, "deliveries", 0, 0 from late_success
  where "environmentId" = $1 and "minutes" = $2 and "start" >= $3 and "start" < $4 and "eventType" = $6
) c group by 1 order by 1`,
    values: [environmentId, minutes, since, until, bucketSeconds, eventType],
  });
  return rows;
}

export type EventTypeCount = { eventType: string; deliveries: number; delivered: number; succeeded: number; failed: number };

/** `search`: part of a name. */
export async function readEventTypes(
  environmentId: EnvironmentId,
  minutes: number,
  since: Date,
  until: Date,
  limit: number,
  search: string | null = null,
): Promise<EventTypeCount[]> {
  const { rows } = await queryList<EventTypeCount>({
    text: `
with "late" as materialized (
  select "eventType", sum("deliveries") as "deliveries" from late_success
  where "environmentId" = $1 and "minutes" = $2 and "start" >= $3 and "start" < $4 group by 1
)
select r."eventType", sum(r."deliveries")::int as "deliveries", (sum(r."atOnce") + coalesce(max(l."deliveries"), 0))::int as "delivered",
  sum(r."succeeded")::int as "succeeded", sum(r."failed")::int as "failed"
from event_type_rollup r left join "late" l on l."eventType" = r."eventType"
where r."environmentId" = $1 and r."minutes" = $2 and r."start" >= $3 and r."start" < $4 and ($6::text is null or r."eventType" ilike $6)
group by 1 order by 2 desc, 1 limit $5`,
    values: [environmentId, minutes, since, until, limit, search && `%${like(search)}%`],
  });
  return rows;
}

export type Retry = {
  messageId: string;
  endpointId: string;
  endpointUrl: string;
  applicationId: string;
  applicationName: string;
  eventType: string;
  attemptCount: number;
  nextAttemptAt: Date;
};

/** The first retry that is due, of each endpoint. With very many endpoints, of the newest of them. */
export async function readNextRetries(environmentId: EnvironmentId, limit: number): Promise<{ overdueSince: Date | null; next: Retry[] }> {
  const { rows } = await logPool().query<Retry & { overdue: boolean; leased: boolean }>({
    text: `
with "first" as materialized (
  select d.* from (select "id" from endpoint where "environmentId" = $1 and "deletedAt" is null order by "id" desc limit 2000) e
  cross join lateral (
    select d."messageId", d."endpointId", d."applicationId", d."eventType", d."attemptCount", d."nextAttemptAt", d."leaseId" is not null as "leased"
    from delivery d where d."endpointId" = e."id" and d."dueAt" < ${inLine}
    order by d."dueAt" limit 3) d
)
select f.*, f."nextAttemptAt" <= now() as "overdue", e."url" as "endpointUrl", a."name" as "applicationName"
from "first" f join endpoint e on e."id" = f."endpointId" join application a on a."id" = f."applicationId"
order by f."nextAttemptAt" limit $2`,
    values: [environmentId, limit + 500],
  });
  const waiting = rows.filter(({ leased, overdue }) => !leased || overdue);
  const retries = waiting.filter(({ attemptCount, overdue }) => attemptCount > 0 && !overdue).slice(0, limit);
  return {
    overdueSince: waiting.find(({ overdue }) => overdue)?.nextAttemptAt ?? null,
    next: retries.map(({ messageId, endpointId, endpointUrl, applicationId, applicationName, eventType, attemptCount, nextAttemptAt }) => ({
      messageId,
      endpointId,
      endpointUrl,
      applicationId,
      applicationName,
      eventType,
      attemptCount,
      nextAttemptAt,
    })),
  };
}

export type Failing = {
  id: string;
  url: string;
  description: string;
  applicationId: string;
  applicationName: string;
  failingSince: Date | null;
  disabledReason: string | null;
  lastErrorClass: string | null;
  lastStatusCode: number | null;
  lastAttemptAt: Date | null;
  succeeded: number;
  failed: number;
};

/** Endpoints that fail now, and those that were disabled because they failed. */
export async function readFailing(
  environmentId: EnvironmentId,
  minutes: number,
  since: Date,
  until: Date,
  limit: number,
): Promise<Failing[]> {
  const { rows } = await queryList<Failing>({
    text: `
with "failing" as materialized (
  select e.*, a."name" as "applicationName" from endpoint e join application a on a."id" = e."applicationId"
  where e."environmentId" = $1 and e."deletedAt" is null and a."deletedAt" is null
    and (e."failingSince" is not null or e."disabledReason" in ('gone', 'failing', 'requested'))
  order by coalesce(e."failingSince", e."disabledAt") limit $5
)
select f."id", f."url", f."description", f."applicationId", f."applicationName", f."failingSince", f."disabledReason",
  t."errorClass" as "lastErrorClass", t."responseStatusCode" as "lastStatusCode", t."createdAt" as "lastAttemptAt",
  coalesce(r."succeeded", 0)::int as "succeeded", coalesce(r."failed", 0)::int as "failed"
from "failing" f
  left join lateral (select t."errorClass", t."responseStatusCode", t."createdAt" from attempt t where ${isOf(`t."endpointId"`, `f."id"`)}
    order by t."createdAt" desc, t."id" desc limit 1) t on true
  left join lateral (select sum(r."succeeded") as "succeeded", sum(r."failed") as "failed" from delivery_rollup r
    where r."environmentId" = $1 and r."minutes" = $2 and r."start" >= $3 and r."start" < $4 and r."endpointId" = f."id") r on true
order by coalesce(f."failingSince", f."disabledAt")`,
    values: [environmentId, minutes, since, until, limit],
  });
  return rows;
}

/** What Webster would have noted of made-up outages, had it been there: incidents, and endpoints that are failing. */
import { newId } from "../../lib/ids.ts";
import { pool } from "../../lib/db/client.ts";
import { sweepIncidents } from "../../lib/db/sql/figures/incidents.ts";
import { plainArray, textArray } from "../../lib/db/sql/parameters.ts";
import { hourMs } from "../../lib/words/duration.ts";
import { outages } from "./receivers.ts";
import type { Place } from "./store.ts";
import { hasSucceeded } from "../../lib/db/sql/attempt.ts";
import { isOf } from "../../lib/db/sql/isOf.ts";

/** Open incidents are left to the sweep that opens all others, too. */
export async function storeIncidents({ environmentId, senders }: Place, nowMs: number): Promise<void> {
  await pool().query(failingSql, [environmentId]);
  const ids = new Map(senders.flatMap(({ targets }) => targets.map(({ key, endpointId }) => [key, endpointId])));
  const past = outages
    .filter(({ untilHoursAgo }) => untilHoursAgo > 0)
    .flatMap((outage) => outage.of.map((key) => ({ ...outage, endpointId: ids.get(key) ?? "" })));
  await pool().query(resolvedSql, [
    plainArray(past.map(({ fromHoursAgo }) => newId("incident", nowMs - fromHoursAgo * hourMs))),
    plainArray(past.map(({ endpointId }) => endpointId)),
    textArray(past.map(({ failure }) => failure.errorClass)),
    plainArray(past.map(({ fromHoursAgo }) => nowMs - fromHoursAgo * hourMs)),
    plainArray(past.map(({ untilHoursAgo }) => nowMs - untilHoursAgo * hourMs)),
  ]);
  await sweepIncidents();
}

/** Failing since: the first failure after the last success. */
const failingSql = `
update endpoint e set "failingSince" = f."since"
from endpoint o
  left join lateral (
    select a."createdAt" as "at" from attempt a where ${isOf(`a."endpointId"`, `o."id"`)} and ${hasSucceeded("a")} order by a."createdAt" desc limit 1) s on true
  cross join lateral (
    select min(a."createdAt") as "since" from attempt a
    where ${isOf(`a."endpointId"`, `o."id"`)} and not (${hasSucceeded("a")}) and a."createdAt" > coalesce(s."at", '-infinity')) f
where e."id" = o."id" and o."environmentId" = $1 and o."disabledAt" is null`;

const resolvedSql = `
insert into incident ("id", "environmentId", "applicationId", "endpointId", "errorClass", "statusCode", "status", "failures",
  "firstFailureAt", "lastFailureAt", "resolvedAt")
select i."id", e."environmentId", e."applicationId", e."id", i."errorClass", f."statusCode", 'resolved', f."failures", f."first", f."last",
  to_timestamp(i."untilMs" / 1000.0)
from unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[]) i("id", "endpointId", "errorClass", "fromMs", "untilMs")
  join endpoint e on e."id" = i."endpointId"
  cross join lateral (
    select count(*)::int as "failures", min(a."createdAt") as "first", max(a."createdAt") as "last",
      max(a."responseStatusCode") as "statusCode"
    from attempt a
    where ${isOf(`a."endpointId"`, `e."id"`)} and a."errorClass" = i."errorClass" and a."createdAt" >= to_timestamp(i."fromMs" / 1000.0)
      and a."createdAt" < to_timestamp(i."untilMs" / 1000.0)) f
where f."failures" >= 3`;

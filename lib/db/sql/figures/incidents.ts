/**
 * Incidents, made from attempts now and then and never by a delivery itself. Their numbers are always counted anew from
 * the attempts of endpoints that fail, so that doing it twice comes to the same.
 */
import type pg from "pg";
import { env } from "../../../env.ts";
import { newId } from "../../../ids.ts";
import { pool } from "../../client.ts";
import { databaseNowMs } from "../../clock.ts";
import { plainArray } from "../parameters.ts";
import { locks } from "../../locks.ts";
import { isOf } from "../isOf.ts";

/** Endpoints looked at in one sweep; with more failing at once, the others have their turn in the next. */
const endpointsTogether = 300;
export const countedFailures = 1_000;
const openAfterFailures = 3;
const openAfterSeconds = 60;

/** Opens, recounts and resolves incidents. False: another process is doing it right now. */
export async function sweepIncidents(): Promise<boolean> {
  const client = await pool().connect();
  let broken = true;
  try {
    await client.query("begin");
    const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_xact_lock($1) as locked", [locks.incidents]);
    if (rows[0]?.locked === true) {
      await client.query(resolveSql);
      await open(client);
    }
    await client.query("commit");
    broken = false;
    return rows[0]?.locked === true;
  } finally {
    client.release(broken);
  }
}

async function open(client: pg.PoolClient): Promise<void> {
  const slackSeconds = env().attemptTimeoutMs / 1000 + 60;
  const { rows } = await client.query<{ endpointId: string; errorClass: string }>(
    `with "found" as materialized (${foundSql}), "counted" as (
       update incident i set "failures" = f."failures", "lastFailureAt" = f."last", "statusCode" = f."statusCode" from "found" f
       where i."endpointId" = f."endpointId" and i."errorClass" = f."errorClass" and i."status" <> 'resolved'
         and i."lastFailureAt" is distinct from f."last")
     select f."endpointId", f."errorClass" from "found" f
     where (f."failures" >= ${openAfterFailures} or f."failingSince" < now() - make_interval(secs => ${openAfterSeconds}))
       and not exists (select from incident i where i."endpointId" = f."endpointId" and i."errorClass" = f."errorClass" and i."status" <> 'resolved')`,
    [slackSeconds],
  );
  if (rows.length === 0) return;
  const nowMs = databaseNowMs();
  await client.query(
    `with "found" as materialized (${foundSql})
     insert into incident ("id", "environmentId", "applicationId", "endpointId", "errorClass", "statusCode", "failures", "firstFailureAt", "lastFailureAt")
     select n."id", f."environmentId", f."applicationId", f."endpointId", f."errorClass", f."statusCode", f."failures", f."first", f."last"
     from "found" f join unnest($2::text[], $3::text[], $4::text[]) as n("id", "endpointId", "errorClass") using ("endpointId", "errorClass")`,
    [
      slackSeconds,
      plainArray(rows.map(() => newId("incident", nowMs))),
      plainArray(rows.map(({ endpointId }) => endpointId)),
      plainArray(rows.map(({ errorClass }) => errorClass)),
    ],
  );
}

/** $1: seconds between an attempt's beginning and the endpoint's being marked as failing. After a resolved incident a new one begins. */
const foundSql = `
select e."id" as "endpointId", e."applicationId", e."environmentId", e."failingSince", a."errorClass", count(*)::int as "failures",
  min(a."createdAt") as "first", max(a."createdAt") as "last",
  (array_agg(a."responseStatusCode" order by a."createdAt" desc))[1] as "statusCode"
from (select * from endpoint where "failingSince" is not null and "deletedAt" is null order by md5("id" || now()::text) limit ${endpointsTogether}) e
  cross join lateral (
    select t."errorClass", t."createdAt", t."responseStatusCode" from attempt t
    where ${isOf(`t."endpointId"`, `e."id"`)} and t."createdAt" >= e."failingSince" - make_interval(secs => $1) and t."errorClass" is not null
    order by t."createdAt" desc limit ${countedFailures}) a
  left join lateral (
    select max(i."resolvedAt") as "at" from incident i where i."endpointId" = e."id" and i."errorClass" = a."errorClass") r on true
where a."createdAt" > coalesce(r."at", '-infinity')
group by 1, 2, 3, 4, 5`;

const resolveSql = `
update incident i set "status" = 'resolved', "resolvedAt" = now() from endpoint e
where i."status" <> 'resolved' and e."id" = i."endpointId" and (e."failingSince" is null or e."deletedAt" is not null)`;

/**
 * `message.attempt.log`: what operational webhooks tell of each attempt, a hundred at a time, only where an endpoint asks
 * for it by name. Attempts are read back once no earlier one can still be stored, so that the hot path pays nothing.
 */
import type pg from "pg";
import { timeText } from "./operational.ts";
import { hasSucceeded } from "../attempt.ts";

const type = "message.attempt.log";
const watermark = "attempt_log_until";
const attemptsTogether = 100;
/** The longest range told of by one statement: after a pause there may be much to tell. */
const longestMs = 3_600_000;

/** Tells of the attempts up to `until`, before which none can be added any more. Each is told once: event and watermark are one statement. */
export async function tellOfAttempts(client: pg.PoolClient, until: Date): Promise<void> {
  const { rows } = await client.query<{ from: string }>(`select convert_from("value", 'UTF8') as "from" from setting where "name" = $1`, [
    watermark,
  ]);
  // Where nothing was ever told, telling begins now.
  let fromMs = rows[0] === undefined ? until.getTime() : Date.parse(rows[0].from);
  do {
    const toMs = Math.min(fromMs + longestMs, until.getTime());
    await client.query(tellSql, [watermark, new Date(fromMs), new Date(toMs), new Date(toMs).toISOString()]);
    fromMs = toMs;
  } while (fromMs < until.getTime());
}

const tellSql = `
with "listening" as materialized (
  select o."operationalOfId" as "environmentId" from "environment" o where o."operationalOfId" is not null and exists (
    select from "endpoint" l where l."environmentId" = o."id" and l."deletedAt" is null and l."disabledAt" is null
      and '${type}' = any(l."eventTypes"))
), "told" as (
  insert into "operational_event" ("environmentId", "type", "data")
  select "environmentId", '${type}', jsonb_agg("attempt" order by "n") from (
    select l."environmentId", row_number() over w as "n", (row_number() over w - 1) / ${attemptsTogether} as "batch", jsonb_build_object(
      'orgId', l."environmentId", 'appId', p."id", 'appUid', p."uid", 'endpointId', a."endpointId", 'msgId', a."messageId",
      'attemptId', a."id", 'attemptStart', ${timeText(`a."createdAt"`)},
      'attemptEnd', ${timeText(`a."createdAt" + a."durationMs" * interval '1 millisecond'`)}, 'responseStatusCode', a."responseStatusCode",
      'attemptCount', a."attemptNumber", 'status', case when ${hasSucceeded("a")} then 0 else 2 end, 'eventType', a."eventType") as "attempt"
    from "attempt" a join "endpoint" e on e."id" = a."endpointId" join "application" p on p."id" = e."applicationId"
      join "listening" l on l."environmentId" = p."environmentId"
    where a."createdAt" >= $2 and a."createdAt" < $3
    window w as (partition by l."environmentId" order by a."createdAt", a."id")) b
  group by "environmentId", "batch" order by "environmentId", "batch"
)
insert into setting ("name", "value") values ($1, convert_to($4, 'UTF8')) on conflict ("name") do update set "value" = excluded."value"`;

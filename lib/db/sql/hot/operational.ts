/**
 * What operational webhooks will tell: rows written in the transaction, or the statement, of the change that they are
 * about; only where somebody listens. lib/services/operationalWebhook/operationalEvents.ts makes messages of them.
 */
import type { Prisma } from "../../generated/client.ts";

/** SQL: whether an environment has an endpoint that is told. Environments of such endpoints have none. */
export const isListenedTo = (environmentId: string): string => `exists (
  select from "environment" o join "endpoint" l on l."environmentId" = o."id"
  where o."operationalOfId" = ${environmentId} and l."deletedAt" is null and l."disabledAt" is null)`;

export type EndpointEvent = "endpoint.created" | "endpoint.updated" | "endpoint.deleted" | "endpoint.disabled" | "endpoint.enabled";

/** Writes events about endpoints as they stand in the transaction: to be called before an endpoint's uid is given up. */
export async function tellOfEndpoints(tx: Prisma.TransactionClient, type: EndpointEvent, endpointIds: string[]): Promise<void> {
  await tx.$executeRawUnsafe(
    `insert into "operational_event" ("environmentId", "type", "data")
     select e."environmentId", k."prefix" || $1, k."place" || ${ofDisabled} from "endpoint" e join "application" a on a."id" = e."applicationId"
     ${kinds(`$1 = 'endpoint.disabled'`)}
     where e."id" = any($2::text[]) and ${isListenedTo(`e."environmentId"`)} order by e."id", k."prefix"`,
    type,
    endpointIds,
  );
}

/**
 * SQL: which endpoint an event is about, of an `endpoint e` and its `application a`. For a source's own application there is
 * a second event, in the words that Svix has for what happens behind sources.
 */
const kinds = (where = "true"): string => `cross join lateral (
    select '' as "prefix", jsonb_build_object('appId', a."id", 'appUid', a."uid", 'endpointId', e."id", 'endpointUid', e."uid") as "place"
    union all select 'ingest.', jsonb_build_object('sourceId', a."sourceId", 'endpointId', e."id", 'endpointUid', e."uid")
    where a."sourceId" is not null and ${where}) k`;

const ofDisabled = `case when $1 = 'endpoint.disabled'
  then jsonb_build_object('trigger', 'manual', 'failSince', ${timeText(`e."failingSince"`)}) else '{}'::jsonb end`;

/** SQL for `disable`: an endpoint was disabled by what it answered. `disabled` holds the row. */
export const tellOfDisabled = `insert into "operational_event" ("environmentId", "type", "data")
  select e."environmentId", k."prefix" || 'endpoint.disabled',
    k."place" || jsonb_build_object('trigger', 'automatic', 'failSince', ${timeText(`e."failingSince"`)})
  from "disabled" e join "application" a on a."id" = e."applicationId" ${kinds()} where ${isListenedTo(`e."environmentId"`)}`;

/** After so many failures a delivery counts as failing. */
export const failingAfterAttempts = 4;

/** SQL for `settle`, of the rows that it holds: which deliveries began to fail, were given up, or recovered. */
export const tellOfDeliveries = `insert into "operational_event" ("environmentId", "type", "data")
  select h."environmentId", k."prefix" || 'message.attempt.' || h."told", k."place" || jsonb_build_object('msgId', h."messageId",
    'lastAttempt', jsonb_build_object('id', h."id", 'responseStatusCode', h."statusCode", 'timestamp', ${timeText(`to_timestamp(h."startedMs" / 1000.0)`)}))
  from (select *, case
      when "verdict" = 'succeeded' and "attemptCount" >= ${failingAfterAttempts} and "firstSuccess" then 'recovered'
      when "verdict" = 'failed' and not "manual" then 'exhausted'
      when "verdict" <> 'succeeded' and "attemptCount" = ${failingAfterAttempts - 1} and "nextAttemptAt" is not null then 'failing'
    end as "told" from "held") h
  join "endpoint" e on e."id" = h."endpointId" join "application" a on a."id" = h."applicationId" ${kinds()}
  where h."told" is not null and ${isListenedTo(`h."environmentId"`)}`;

/** SQL for a background task that ended: its row is `after`, with the `statusBefore`. */
export const tellOfTask = `insert into "operational_event" ("environmentId", "type", "data")
  select t."environmentId", 'background_task.finished', jsonb_build_object('taskId', t."id", 'task', t."task", 'status', t."status",
    'data', jsonb_strip_nulls(jsonb_build_object('applicationId', t."applicationId", 'endpointId', t."endpointId")))
  from after t where t."statusBefore" = 'running' and t."status" in ('finished', 'failed') and ${isListenedTo(`t."environmentId"`)}`;

/** SQL: RFC 3339, as JavaScript writes it. */
export function timeText(moment: string): string {
  return `to_char((${moment})::timestamptz(3) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

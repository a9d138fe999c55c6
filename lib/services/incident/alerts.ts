/**
 * Tells the channels of an environment that something goes on failing, or no longer does. What is to be told is a row,
 * made once; all that is due for a channel goes together, so that an outage of everything is one mail and not hundreds.
 */
import { type ErrorClass, errorWords } from "../../words/errorClass.ts";
import { pool, prisma } from "../../db/client.ts";
import type { AlertChannel } from "../../db/generated/client.ts";
import { dueNow } from "../../db/sql/hot/keys.ts";
import { sendAlert } from "./alertSending.ts";
import { pageUrl } from "../shared/links.ts";
import type { DisabledReason } from "../../words/disabledReason.ts";

const alertsTogether = 50;
/** After so many tries, over some two hours, an alert is given up; the channel shows why. */
const maximumTries = 6;

/**
 * Sends what is due for one channel, and answers whether there may be more at once. What one channel does not take keeps no
 * other waiting.
 */
export async function alertOnce(): Promise<boolean> {
  await find();
  const due = await take();
  if (due === null) return false;
  const isSent = await sendAlert(due.channel, due.texts);
  await pool().query(
    `update alert set "nextTryAt" = case when $2 or "tries" >= ${maximumTries} then null
       else now() + make_interval(secs => 30 * 3 ^ "tries") end where "id" = any($1::int8[])`,
    [due.ids, isSent],
  );
  return true;
}

type Found = {
  channelId: string;
  key: string;
  organizationId: string;
  environmentId: string;
  applicationId: string;
  endpointId: string;
  application: string;
  url: string;
} & (
  | { kind: "opened" | "resolved"; errorClass: ErrorClass; statusCode: number }
  | { kind: "disabled"; reason: Exclude<DisabledReason, "manual"> }
);

/** Stores what there is to tell each channel: of the last day, since the channel is there. */
async function find(): Promise<void> {
  const { rows } = await pool().query<Found>({ name: "alerts_found", text: foundSql });
  if (rows.length === 0) return;
  await pool().query(
    `insert into alert ("channelId", "key", "text", "nextTryAt")
     select f.*, ${dueNow} from unnest($1::text[], $2::text[], $3::text[]) as f("channelId", "key", "text") join alert_channel c on c."id" = f."channelId"
     on conflict ("channelId", "key") do nothing`,
    [rows.map(({ channelId }) => channelId), rows.map(({ key }) => key), rows.map(textOf)],
  );
  await pool().query(`delete from alert where "nextTryAt" is null and "createdAt" < now() - interval '3 days'`);
}

const foundSql = `
select c."id" as "channelId", v."organizationId", c."environmentId", n."url", n."application", f.* from alert_channel c
  join "environment" v on v."id" = c."environmentId"
  cross join lateral (
    select 'opened ' || i."id" as "key", 'opened' as "kind", i."errorClass", i."statusCode", null as "reason", i."applicationId", i."endpointId"
    from incident i where i."environmentId" = c."environmentId" and i."createdAt" > greatest(c."createdAt", now() - interval '1 day')
    union all
    select 'resolved ' || i."id", 'resolved', i."errorClass", i."statusCode", null, i."applicationId", i."endpointId"
    from incident i where i."environmentId" = c."environmentId" and i."createdAt" > c."createdAt"
      and i."resolvedAt" > greatest(c."createdAt", now() - interval '1 day')
    union all
    select 'disabled ' || e."id" || ' ' || extract(epoch from e."disabledAt"), 'disabled', null, null, e."disabledReason", e."applicationId", e."id"
    from endpoint e where e."environmentId" = c."environmentId" and e."disabledAt" > greatest(c."createdAt", now() - interval '1 day')
      and e."disabledReason" <> 'manual' and e."deletedAt" is null) f
  join lateral (select e."url", a."name" as "application" from endpoint e join "application" a on a."id" = e."applicationId"
    where e."id" = f."endpointId") n on true
where not exists (select from alert t where t."channelId" = c."id" and t."key" = f."key")
limit 500`;

/** The text of an alert, with only the host of the URL: the rest may hold a token, and mail is read by many. */
function textOf(found: Found): string {
  const { organizationId, environmentId, application, applicationId, endpointId } = found;
  const where = `${new URL(found.url).host} of ${application}`;
  const environment = `/${organizationId}/${environmentId}`;
  if (found.kind === "disabled")
    return `Endpoint disabled: ${where} ${disabledWords[found.reason]}\n${pageUrl(`${environment}/endpoints/${applicationId}/${endpointId}`)}`;
  const what = found.statusCode > 0 ? `answers ${found.statusCode}` : errorWords[found.errorClass];
  return `${found.kind === "opened" ? "Incident" : "Over"}: ${where}: ${what}\n${pageUrl(`${environment}/incidents`)}`;
}

const disabledWords = { gone: "answered 410", failing: "failed for too long", requested: "asked for it" };

/** All that is due for the channel that waits longest; null: nothing is. */
async function take(): Promise<{ channel: AlertChannel; ids: string[]; texts: string[] } | null> {
  const { rows } = await pool().query<{ id: string; channelId: string; text: string }>({
    name: "alerts_take",
    text: `
with "first" as (select "channelId" from alert where "nextTryAt" <= now() order by "nextTryAt" limit 1),
"due" as (select t."id" from alert t join "first" using ("channelId") where t."nextTryAt" <= now() order by t."id" limit ${alertsTogether}
  for update of t skip locked)
update alert t set "tries" = t."tries" + 1, "nextTryAt" = now() + interval '1 minute' from "due" where t."id" = "due"."id"
returning t."id"::text, t."channelId", t."text"`,
  });
  const channel = rows[0] && (await prisma().alertChannel.findUnique({ where: { id: rows[0].channelId } }));
  if (!channel) return null;
  const inOrder = rows.toSorted((a, b) => Number(a.id) - Number(b.id));
  return { channel, ids: inOrder.map(({ id }) => id), texts: inOrder.map(({ text }) => text) };
}

/**
 * Tells the channels of an environment that something goes on failing, or no longer does. What is to be told is a row,
 * made once; all that is due for a channel goes together, so that an outage of everything is one mail and not hundreds.
 */
import { type ErrorClass, errorWords } from "../../words/errorClass.ts";
import { pool, prisma } from "../../db/client.ts";
import type { AlertChannel } from "../../db/generated/client.ts";
import { dueNow } from "../../db/sql/hot/keys.ts";
import { warnOfFailure } from "../../outage.ts";
import { singleton } from "../../singleton.ts";
import { sendAlert } from "./alertSending.ts";
import { pageUrl } from "../shared/links.ts";
import type { DisabledReason } from "../../words/disabledReason.ts";

const alertsTogether = 50;
/** After so many tries, over some two hours, an alert is given up; the channel shows why. */
const maximumTries = 6;

/** Channels that are told something at once: in all, and of one organization, whose receivers may all hang. */
const most = { together: 32, ofOne: 4 };

type Due = { channel: AlertChannel; organizationId: string; ids: string[]; texts: string[] };

/** Those that are being told something, each with its end. */
const underWay = (): Map<Due, Promise<void>> => singleton("alerts under way", () => new Map<Due, Promise<void>>());

/**
 * Begins to send what is due, and answers whether there may be more once one of those under way has ended. What one channel does
 * not take keeps no other waiting.
 */
export async function alertOnce(): Promise<boolean> {
  await find();
  const all = underWay();
  for (const due of await take([...all.keys()])) {
    const told = tell(due)
      .catch((error: unknown) => warnOfFailure("alert.failed", error))
      .finally(() => all.delete(due));
    all.set(due, told);
  }
  if (all.size === 0) return false;
  await Promise.race(all.values());
  return true;
}

async function tell({ channel, ids, texts }: Due): Promise<void> {
  const isSent = await sendAlert(channel, texts);
  await pool().query(
    `update alert set "nextTryAt" = case when $2 or "tries" >= ${maximumTries} then null
       else now() + make_interval(secs => 30 * 3 ^ "tries") end where "id" = any($1::int8[])`,
    [ids, isSent],
  );
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

/** All that is due for the channels that wait longest, besides those under way, as long as there is room for them. */
async function take(all: Due[]): Promise<Due[]> {
  const { rows } = await pool().query<{ id: string; channelId: string; organizationId: string; text: string }>({
    name: "alerts_take",
    text: `
with "waiting" as (
  select t."channelId", v."organizationId", min(t."nextTryAt") as "since" from alert t
    join alert_channel c on c."id" = t."channelId" join "environment" v on v."id" = c."environmentId"
  where t."nextTryAt" <= now() and t."channelId" <> all($1::text[]) group by 1, 2),
"ranked" as (
  select *, row_number() over (partition by "organizationId" order by "since") + (
    select count(*) from unnest($2::text[]) as busy("id") where busy."id" = "organizationId") as "place" from "waiting"),
"first" as (select * from "ranked" where "place" <= ${most.ofOne} order by "since" limit $3),
"due" as (
  select f."organizationId", d."id" from "first" f cross join lateral (
    select t."id" from alert t where t."channelId" = f."channelId" and t."nextTryAt" <= now() order by t."id" limit ${alertsTogether}
    for update skip locked) d)
update alert t set "tries" = t."tries" + 1, "nextTryAt" = now() + interval '2 minutes' from "due" where t."id" = "due"."id"
returning t."id"::text, t."channelId", t."text", "due"."organizationId"`,
    values: [all.map(({ channel }) => channel.id), all.map(({ organizationId }) => organizationId), most.together - all.length],
  });
  if (rows.length === 0) return [];
  const inOrder = rows.toSorted((a, b) => Number(a.id) - Number(b.id));
  const channels = await prisma().alertChannel.findMany({ where: { id: { in: rows.map(({ channelId }) => channelId) } } });
  return channels.map((channel) => {
    const due = inOrder.filter(({ channelId }) => channelId === channel.id);
    return { channel, organizationId: due[0]?.organizationId ?? "", ids: due.map(({ id }) => id), texts: due.map(({ text }) => text) };
  });
}

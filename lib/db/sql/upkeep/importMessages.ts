/** Storing messages that another server has sent: no deliveries, and no place in the feed of polling endpoints. */
import { pool } from "../../client.ts";
import { concatenated, plainArray, textArray } from "../parameters.ts";

export type PastMessage = {
  id: string;
  createdAt: Date;
  eventType: string;
  eventId: string | null;
  channels: string[];
  tags: string[];
  /** The payload; null: deleted. */
  payload: Buffer | null;
  contentType: string | null;
};

/** `imported`; `existing`: the application has it, by id or eventId; `taken`: the id is another application's. */
export type ImportOutcome = "imported" | "existing" | "taken";

/** Stores past messages, whose days must exist (`makePastDays`). `slackMs`: how far a row's moment may be from that in its id. */
export async function storePast(
  place: { environmentId: string; applicationId: string },
  messages: PastMessage[],
  slackMs: number,
): Promise<Map<string, ImportOutcome>> {
  const payloads = concatenated(messages.map(({ payload }) => payload));
  const { rows } = await pool().query<{ id: string; outcome: ImportOutcome }>({
    text: sql,
    values: [
      place.environmentId,
      place.applicationId,
      plainArray(messages.map(({ id }) => id)),
      plainArray(messages.map(({ createdAt }) => createdAt.getTime())),
      textArray(messages.map(({ eventType }) => eventType)),
      textArray(messages.map(({ eventId }) => eventId)),
      textArray(messages.map(({ channels }) => textArray(channels))),
      textArray(messages.map(({ tags }) => textArray(tags))),
      plainArray(payloads.starts),
      plainArray(payloads.lengths),
      textArray(messages.map(({ contentType }) => contentType)),
      payloads.bytes,
      slackMs / 1000,
    ],
  });
  return new Map(rows.map(({ id, outcome }) => [id, outcome]));
}

const sql = `
with "input" as materialized (
  select distinct on (i."id") i.*, to_timestamp(i."ms" / 1000.0)::timestamptz(3) as "at"
  from unnest($3::text[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::int[], $11::text[])
    as i("id", "ms", "eventType", "eventId", "channels", "tags", "start", "bytes", "contentType")
), "known" as materialized (
  select i."id", m."applicationId" from "input" i cross join lateral (
    select m."applicationId" from "message" m where m."id" = i."id"
      and m."createdAt" between i."at" - make_interval(secs => $13::float8) and i."at" + make_interval(secs => $13::float8) limit 1) m
), "fresh" as materialized (
  select distinct on (coalesce(i."eventId", i."id")) i.* from "input" i
  where not exists (select from "known" k where k."id" = i."id")
    and not exists (select from "message_event_id" e where e."applicationId" = $2 and e."eventId" = i."eventId")
  order by coalesce(i."eventId", i."id"), i."id"
), "stored" as (
  insert into "message" ("id", "createdAt", "environmentId", "applicationId", "eventType", "eventId", "channels", "tags", "payload",
    "payloadBytes", "contentType")
  select f."id", f."at", $1, $2, f."eventType", f."eventId", f."channels"::text[], f."tags"::text[],
    substring($12::bytea from f."start" for f."bytes"), coalesce(f."bytes", 0), f."contentType"
  from "fresh" f on conflict do nothing returning "id", "eventId", "createdAt"
), "named" as (
  insert into "message_event_id" ("applicationId", "eventId", "messageId", "createdAt")
  select $2, s."eventId", s."id", s."createdAt" from "stored" s where s."eventId" is not null on conflict do nothing
)
select i."id", case when s."id" is not null then 'imported'
  when k."applicationId" is not null and k."applicationId" <> $2 then 'taken' else 'existing' end as "outcome"
from "input" i left join "stored" s on s."id" = i."id" left join "known" k on k."id" = i."id"`;

/**
 * Deleting what is kept for a time only: idempotent answers, sources' events and old URLs, eventIds whose messages are gone,
 * payloads with a retention of fewer days.
 */
import { unlessBusy } from "../../unlessBusy.ts";

const rowsTogether = 5_000;
const maximumGuessers = 100_000;

/** Deletes what has expired. False: another process is doing it right now. */
export const expire = async (retentionDays: number): Promise<boolean> =>
  (await unlessBusy("expire", async (client) => {
    for (const { text, values } of statements(retentionDays)) {
      for (;;) {
        const { rowCount } = await client.query(text, [...values, rowsTogether]);
        if ((rowCount ?? 0) < rowsTogether) break;
      }
    }
    return true;
  })) ?? false;

const statements = (retentionDays: number): { text: string; values: unknown[] }[] => [
  {
    text: `delete from "idempotency" where "keyHash" in (select "keyHash" from "idempotency" where "expiresAt" < now() limit $1)`,
    values: [],
  },
  {
    text: `delete from "message_event_id" where ("applicationId", "eventId") in (
      select "applicationId", "eventId" from "message_event_id" where "createdAt" < now() - make_interval(days => $1) limit $2)`,
    values: [retentionDays],
  },
  {
    text: `delete from "source_dedupe" where ("sourceId", "keyHash") in (
      select "sourceId", "keyHash" from "source_dedupe" where "expiresAt" < now() limit $1)`,
    values: [],
  },
  {
    text: `delete from "background_task_turn" where "tenant" in (
      select "tenant" from "background_task_turn" where "at" < now() - interval '1 day' limit $1)`,
    values: [],
  },
  {
    text: `delete from "source_token" where "id" in (select "id" from "source_token" where "expiresAt" < now() limit $1)`,
    values: [],
  },
  {
    text: `delete from "session" where "id" in (select "id" from "session" where "expiresAt" < now() limit $1)`,
    values: [],
  },
  {
    text: `delete from "pending_sign_in" where "id" in (select "id" from "pending_sign_in" where "expiresAt" < now() limit $1)`,
    values: [],
  },
  {
    text: `delete from "used_challenge" where "hash" in (select "hash" from "used_challenge" where "expiresAt" < now() limit $1)`,
    values: [],
  },
  {
    text: `delete from "login_failure" where "keyHash" in (select "keyHash" from "login_failure" where "lastAt" < now() - interval '1 day' limit $1)`,
    values: [],
  },
  {
    // Failures of names that nobody has may be any number: only the newest are kept.
    text: `delete from "login_failure" where "keyHash" in (select "keyHash" from "login_failure" order by "lastAt" desc offset $1 limit $2)`,
    values: [maximumGuessers],
  },
  {
    text: `delete from "schema_violation" where "messageId" in (
      select "messageId" from "schema_violation" where "createdAt" < now() - make_interval(days => $1) limit $2)`,
    values: [retentionDays],
  },
  {
    text: `delete from "payload_shape" where ("environmentId", "eventType") in (
      select "environmentId", "eventType" from "payload_shape" where "seenAt" < now() - make_interval(days => $1) limit $2)`,
    values: [retentionDays],
  },
  {
    text: `delete from "message_other_requests" where "messageId" in (
      select "messageId" from "message_other_requests" where "createdAt" < now() - make_interval(days => $1) limit $2)`,
    values: [retentionDays],
  },
  {
    // An application's newest row stays: it says how far an iterator may go.
    text: `delete from "message_feed" where ctid = any(array(
      select f.ctid from "message_feed" f where f."createdAt" < now() - make_interval(days => $1) and exists (
        select from "message_feed" n where n."applicationId" = f."applicationId" and n."place" > f."place") limit $2))`,
    values: [retentionDays],
  },
  {
    text: `with "expired" as materialized (
        select "id", "createdAt", "environmentId" from "message" where "payloadExpiresAt" < now() and "payload" is not null limit $1
      ), "words" as (
        delete from "message_search" s using "expired" e
        where s."environmentId" = e."environmentId" and s."createdAt" = e."createdAt" and s."messageId" = e."id"
      )
      update "message" m set "payload" = null from "expired" e where m."id" = e."id" and m."createdAt" = e."createdAt"`,
    values: [],
  },
];

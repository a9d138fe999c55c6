/** Deliveries of the past, as a retention has them: each of a message of its own, sent with its first attempt. */
import type pg from "pg";
import { newId } from "../lib/ids.ts";
import { partitionedTables } from "../lib/db/partitions.ts";
import { dayMs } from "../lib/words/duration.ts";
import { placesOf, type Target } from "./prefill.ts";
import { payloadOf } from "./workload.ts";

const together = 10_000;
const attemptedAfterMs = 5;

/** Stores them, evenly over so many days until now and over the targets' endpoints. `client`: of the tables' owner. */
export async function fillPast(client: pg.Client, targets: readonly Target[], total: number, days: number): Promise<void> {
  const endMs = Date.now();
  const startMs = endMs - days * dayMs;
  for (let ms = startMs; ms < endMs; ms += dayMs)
    for (const table of partitionedTables) await client.query("select make_day($1, $2)", [table, new Date(ms).toISOString().slice(0, 10)]);
  await client.query("set synchronous_commit = off");
  const places = placesOf(targets);
  const column = (name: keyof (typeof places)[number]): string[] => places.map((place) => place[name]);
  await client.query(
    `create temporary table place as select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
       as p("environmentId", "applicationId", "endpointId", "eventType", "n")`,
    [column("environmentId"), column("applicationId"), column("endpointId"), column("eventType")],
  );
  await client.query(`create unique index on place ("n"); analyze place`);
  for (let first = 0; first < total; first += together) {
    const count = Math.min(together, total - first);
    const moments = Array.from({ length: count }, (_, i) => Math.floor(startMs + ((first + i) / total) * (endMs - startMs)));
    const messageIds = moments.map((ms) => newId("message", ms));
    const attemptIds = moments.map((ms) => newId("attempt", ms + attemptedAfterMs));
    await client.query(statement, [messageIds, attemptIds, moments, first, places.length, Buffer.from(payloadOf(first)), attemptedAfterMs]);
  }
  await client.query("drop table place; set synchronous_commit = on");
  for (const table of ["message", "delivery", "attempt"]) await client.query(`vacuum (analyze) "${table}"`);
}

const statement = `
  with "input" as materialized (
    select i."id", i."attemptId", to_timestamp(i."ms" / 1000) as "at", to_timestamp((i."ms" + $7::int) / 1000) as "attemptedAt", p.*
    from unnest($1::text[], $2::text[], $3::float8[]) with ordinality as i("id", "attemptId", "ms", "number")
      join place p on p."n" = (i."number" + $4::int) % $5::int + 1
  ), "messages" as (
    insert into "message" ("id", "createdAt", "environmentId", "applicationId", "eventType", "channels", "tags", "payload", "payloadBytes")
    select "id", "at", "environmentId", "applicationId", "eventType", '{}', '{}', $6::bytea, length($6::bytea) from "input"
  ), "deliveries" as (
    insert into "delivery" ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "status", "attemptCount",
      "scheduledCount", "succeededAt", "lastAttemptAt", "lastStatusCode", "lastDurationMs")
    select "id", "endpointId", "at", "environmentId", "applicationId", "eventType", 'succeeded', 1, 1, "attemptedAt", "attemptedAt", 204, 2
    from "input"
  )
  insert into "attempt" ("id", "createdAt", "messageId", "endpointId", "eventType", "attemptNumber", "url",
    "responseStatusCode", "response", "durationMs")
  select "attemptId", "attemptedAt", "id", "endpointId", "eventType", 1, 'http://127.0.0.1/', 204, '', 2 from "input"`;

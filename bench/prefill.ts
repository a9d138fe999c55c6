/** Deliveries as a server that was killed after accepting would leave them: committed, due, nobody's. */
import type pg from "pg";
import { newId } from "../lib/ids.ts";
import { eventTypeOf, payloadOf } from "./workload.ts";

export type Target = { environmentId: string; applicationId: string; endpointIds: string[] };

const chunk = 5_000;

/** Stores the messages and their deliveries, to the targets' endpoints in turn; answers the messages' ids. */
export async function prefill(client: pg.Client, targets: readonly Target[], total: number): Promise<string[]> {
  const ids: string[] = [];
  const places = placesOf(targets);
  for (let first = 0; first < total; first += chunk) {
    const count = Math.min(chunk, total - first);
    const chunkIds = Array.from({ length: count }, () => newId("message"));
    const payloads = Array.from({ length: count }, (_, i) => Buffer.from(payloadOf(first + i)));
    const chosen = Array.from({ length: count }, (_, i) => places[(first + i) % places.length]);
    const column = (name: keyof Place): unknown[] => chosen.map((place) => place?.[name]);
    await client.query(statement, [
      chunkIds,
      payloads,
      column("eventType"),
      column("endpointId"),
      column("environmentId"),
      column("applicationId"),
    ]);
    ids.push(...chunkIds);
  }
  await client.query('analyze "message", "delivery"');
  return ids;
}

export type Place = { environmentId: string; applicationId: string; endpointId: string; eventType: string };

/** Each endpoint once. */
export const placesOf = (targets: readonly Target[]): Place[] =>
  targets.flatMap(({ environmentId, applicationId, endpointIds }) =>
    endpointIds.map((endpointId, i): Place => ({ environmentId, applicationId, endpointId, eventType: eventTypeOf(i) })),
  );

const statement = `
  with input as (
    select * from unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[])
      as t(id, payload, event_type, endpoint_id, environment_id, application_id)
  ), stored as (
    insert into "message" ("id", "createdAt", "environmentId", "applicationId", "eventType", "channels", "tags", "payload", "payloadBytes")
    select id, now(), environment_id, application_id, event_type, '{}', '{}', payload, length(payload) from input
  )
  insert into "delivery" ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "nextAttemptAt")
  select id, endpoint_id, now(), environment_id, application_id, event_type, now() from input`;

/** Deliveries as a server that was killed after accepting would leave them: committed, due, nobody's. */
import type pg from "pg";
import { newId } from "../lib/ids.ts";
import { endpointCount, eventTypeOf, payloadOf } from "./workload.ts";

export type Target = { environmentId: string; applicationId: string; endpointIds: string[] };

const chunk = 5_000;

/** Stores the messages and their deliveries; answers the messages' ids. */
export async function prefill(client: pg.Client, target: Target, total: number): Promise<string[]> {
  const ids: string[] = [];
  for (let first = 0; first < total; first += chunk) {
    const count = Math.min(chunk, total - first);
    const chunkIds = Array.from({ length: count }, () => newId("message"));
    const payloads = Array.from({ length: count }, (_, i) => Buffer.from(payloadOf(first + i)));
    const eventTypes = Array.from({ length: count }, (_, i) => eventTypeOf((first + i) % endpointCount));
    const endpointIds = Array.from({ length: count }, (_, i) => target.endpointIds[(first + i) % endpointCount]);
    await client.query(statement, [chunkIds, payloads, eventTypes, endpointIds, target.environmentId, target.applicationId]);
    ids.push(...chunkIds);
  }
  await client.query('analyze "message", "delivery"');
  return ids;
}

const statement = `
  with input as (
    select * from unnest($1::text[], $2::bytea[], $3::text[], $4::text[]) as t(id, payload, event_type, endpoint_id)
  ), stored as (
    insert into "message" ("id", "createdAt", "environmentId", "applicationId", "eventType", "channels", "tags", "payload", "payloadBytes")
    select id, now(), $5, $6, event_type, '{}', '{}', payload, length(payload) from input
  )
  insert into "delivery" ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "nextAttemptAt")
  select id, endpoint_id, now(), $5, $6, event_type, now() from input`;

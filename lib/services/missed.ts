/** Messages that an endpoint would get today and did not get. */
import type { Actor } from "../actor.ts";
import { pool } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import { momentOf } from "./messages.ts";
import { endpointOf } from "./scope.ts";

const countedMessages = 10_000;
const days = 14;
const dayMs = 24 * 3_600_000;

/** The rules are those of lib/webhooks/matching.ts. */
export async function countMissed(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, since: string | null | undefined) {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  const earliest = new Date(databaseNowMs() - days * dayMs);
  const asked = since ? momentOf(since, "since") : (endpoint.disabledAt ?? earliest);
  const from = asked < earliest ? earliest : asked;
  const { rows } = await pool().query<{ count: number }>({
    text: `select count(*)::int as "count" from (
             select from message m
             where m."applicationId" = $1 and m."createdAt" >= $2
               and (cardinality($3::text[]) = 0 or m."eventType" = any($3::text[]))
               and (cardinality($4::text[]) = 0 or m."channels" && $4::text[])
               and not exists (
                 select from delivery d where d."messageId" = m."id" and d."endpointId" = $5 and d."createdAt" = m."createdAt")
             limit $6) missed`,
    values: [endpoint.applicationId, from, endpoint.eventTypes, endpoint.channels, endpoint.id, countedMessages + 1],
  });
  const count = rows[0]?.count ?? 0;
  return { since: from, count: Math.min(count, countedMessages), capped: count > countedMessages };
}

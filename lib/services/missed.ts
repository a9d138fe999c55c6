/** Messages that an endpoint would get today and did not get. */
import type { Actor } from "../actor.ts";
import { pool } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import type { Endpoint } from "../db/generated/client.ts";
import type { Filter } from "../webhooks/filter.ts";
import { type FilteredMessage, subjectOf } from "../webhooks/filterSubject.ts";
import { storedFilter } from "./filters.ts";
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
  const filter = storedFilter(endpoint);
  const count = filter === null ? await countAll(endpoint, from) : await countFiltered(endpoint, from, filter);
  return { since: from, count: Math.min(count, countedMessages), capped: count > countedMessages };
}

const missed = `from message m
  where m."applicationId" = $1 and m."createdAt" >= $2
    and (cardinality($3::text[]) = 0 or m."eventType" = any($3::text[]))
    and (cardinality($4::text[]) = 0 or m."channels" && $4::text[])
    and not exists (
      select from delivery d where d."messageId" = m."id" and d."endpointId" = $5 and d."createdAt" = m."createdAt")`;

const valuesOf = ({ applicationId, eventTypes, channels, id }: Endpoint, from: Date) => [applicationId, from, eventTypes, channels, id];

async function countAll(endpoint: Endpoint, from: Date): Promise<number> {
  const { rows } = await pool().query<{ count: number }>({
    text: `select count(*)::int as "count" from (select ${missed} limit $6) missed`,
    values: [...valuesOf(endpoint, from), countedMessages + 1],
  });
  return rows[0]?.count ?? 0;
}

const together = 200;

/** Only we can evaluate a filter, so it is asked of at most as many as would be counted. */
async function countFiltered(endpoint: Endpoint, from: Date, filter: Filter): Promise<number> {
  let place = { createdAt: from, id: "" };
  let count = 0;
  for (let looked = 0; looked <= countedMessages; looked += together) {
    const { rows } = await pool().query<FilteredMessage & { id: string; createdAt: Date }>({
      text: `select m."id", m."createdAt", m."eventType", m."channels", m."tags", m."contentType", coalesce(m."payload", '') as "payload"
        ${missed} and (m."createdAt", m."id") > ($2, $6) order by m."createdAt", m."id" limit $7`,
      values: [...valuesOf(endpoint, place.createdAt), place.id, together],
    });
    count += rows.filter((row) => filter.matches(subjectOf(row))).length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < together) break;
    place = last;
  }
  return count;
}

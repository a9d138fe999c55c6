/** Sending many deliveries again, in steps that each finish soon. Deliveries that can't be sent are left as they are. */
import { setImmediate as turnOfOthers } from "node:timers/promises";
import { env } from "../../../env.ts";
import type { Filter } from "../../../webhooks/filter.ts";
import { type FilteredMessage, messageSubject } from "../../../webhooks/filterSubject.ts";
import type { MessageContent } from "../../../webhooks/messageBody.ts";
import { hotPool } from "../../client.ts";
import { advance } from "../../lines.ts";
import { type DeliveryKey, byDay, dayName, dueNow, isKeyOf, ofDay } from "./keys.ts";
import { inLine, takePlaces } from "./lines.ts";
import { plainArray } from "../parameters.ts";
import { openForward } from "./payloads.ts";
import { isOf } from "../isOf.ts";

/** SQL: whether there is an endpoint to send a delivery to. */
export const sendable = (delivery: string): string => `exists (
    select from "endpoint" e join "application" a on a."id" = e."applicationId"
    where e."id" = ${delivery}."endpointId" and e."disabledAt" is null and e."deletedAt" is null and a."deletedAt" is null)`;

/** SQL: whether a message still says something. */
export const hasPayload = (message: string): string =>
  `${message}."payload" is not null and (${message}."payloadExpiresAt" is null or ${message}."payloadExpiresAt" > now())`;

/**
 * Queues one manual attempt for each delivery, unless one is queued, a worker has it, it waits for its turn, its endpoint
 * is inactive, or its payload gone. Answers how many were queued.
 */
export async function queueMany(keys: readonly DeliveryKey[]): Promise<number> {
  let queued = 0;
  for (const [day, some] of byDay(keys)) {
    const { rowCount } = await hotPool().query({
      name: `queue_many_${dayName(day)}`,
      text: `
with ${keyTable}, "wanted" as materialized (
  select d."messageId", d."endpointId" ${queueable(day)}
  order by d."messageId", d."endpointId" for update of d
)
update ${ofDay("delivery", day)} d set "status" = 'pending', "manualQueued" = d."manualQueued" + 1, "nextAttemptAt" = ${dueNow}
from "wanted" w where ${isKeyOf("w")}`,
      values: keyArrays(some),
    });
    queued += rowCount ?? 0;
  }
  return queued;
}

/** How many of these `queueMany` would queue now. */
export async function countQueueable(keys: readonly DeliveryKey[]): Promise<number> {
  let count = 0;
  for (const [day, some] of byDay(keys)) {
    const { rows } = await hotPool().query<{ count: number }>({
      name: `count_queueable_${dayName(day)}`,
      text: `with ${keyTable} select count(*)::int as "count" ${queueable(day)}`,
      values: keyArrays(some),
    });
    count += rows[0]?.count ?? 0;
  }
  return count;
}

/** SQL: the keys that keyArrays gives. */
const keyTable = `"key" as materialized (
  select k.* from unnest($1::text[], $2::text[]) as k("messageId", "endpointId")
)`;

const keyArrays = (keys: readonly DeliveryKey[]) => [
  plainArray(keys.map(({ messageId }) => messageId)),
  plainArray(keys.map(({ endpointId }) => endpointId)),
];

/** SQL: those deliveries `d` of the keys that can be queued. */
const queueable = (day: number): string => `from "key" k join ${ofDay("delivery", day)} d
    on ${isKeyOf("k")}
  where (d."status" <> 'pending' or (d."leaseId" is null and d."manualQueued" = 0 and d."nextAttemptAt" <> ${inLine})) and ${sendable("d")}
    and exists (select from ${ofDay("message", day)} m where m."id" = d."messageId" and m."createdAt" = d."createdAt" and ${hasPayload("m")})`;

/** Which messages an endpoint has missed: those it would have got, had it been there. Empty lists: all. */
export type Missing = {
  environmentId: string;
  applicationId: string;
  endpointId: string;
  eventTypes: string[];
  channels: string[];
  since: Date;
  until: Date;
  filter: Filter | null;
};

export type MessagePlace = { createdAt: Date; id: string };

const missingFrom = (more = "", where = ""): string => `
  select m."id", m."createdAt", m."eventType", m."orderingKey"${more} from "message" m
  where ${isOf(`m."applicationId"`, "$1")} and m."createdAt" >= $3 and m."createdAt" < $4 and (m."createdAt", m."id") > ($7::timestamptz, $8::text)
    and (cardinality($5::text[]) = 0 or m."eventType" = any($5::text[]))
    and (cardinality($6::text[]) = 0 or m."channels" && $6::text[]) and ${hasPayload("m")}
    and not exists (select from "delivery" d where d."messageId" = m."id" and d."endpointId" = $2 and d."createdAt" = m."createdAt"
      and (d."attemptCount" > 0 or d."status" = 'pending'))${where}
  order by m."createdAt", m."id" limit $9`;

const missingValues = (
  { applicationId, endpointId, since, until, eventTypes, channels }: Missing,
  place: MessagePlace | null,
  limit: number,
) => [applicationId, endpointId, since, until, eventTypes, channels, place?.createdAt ?? new Date(0), place?.id ?? "", limit];

/** Messages read and filtered at a time, where the endpoint has a filter, which SQL can't evaluate. */
const filteredTogether = 200;
const filteredAltogether = 20_000;

type Filtered = MessagePlace & FilteredMessage & MessageContent;

/** Up to `limit` messages of [since, until) that were never attempted at the endpoint. */
export async function countMissing(missing: Missing, limit: number): Promise<number> {
  if (missing.filter !== null) return countFiltered(missing, missing.filter, limit);
  const { rows } = await hotPool().query<{ count: number }>(
    `select count(*)::int as "count" from (${missingFrom()}) m`,
    missingValues(missing, null, limit),
  );
  return rows[0]?.count ?? 0;
}

async function countFiltered(missing: Missing, filter: Filter, limit: number): Promise<number> {
  let count = 0;
  let place: MessagePlace | null = null;
  for (let looked = 0; looked < filteredAltogether && count < limit; looked += filteredTogether) {
    const rows: Filtered[] = await readMissing(missing, place, filteredTogether);
    count += (await passing(rows, filter)).length;
    place = rows.at(-1) ?? null;
    if (rows.length < filteredTogether) break;
  }
  return Math.min(count, limit);
}

/** Those that a filter lets pass. Others have their turn between two: asking a filter of a large message takes its time. */
async function passing(rows: Filtered[], filter: Filter): Promise<Filtered[]> {
  const passed: Filtered[] = [];
  for (const row of rows) {
    await turnOfOthers();
    if (filter.matches(messageSubject(row, env().maxPayloadBytes))) passed.push(row);
  }
  return passed;
}

async function readMissing(missing: Missing, place: MessagePlace | null, limit: number): Promise<Filtered[]> {
  const content = `, coalesce(m."channels", '{}') as "channels", coalesce(m."tags", '{}') as "tags", m."contentType", m."payload", m."sealedForward", m."metadata"`;
  const { rows } = await hotPool().query<Filtered & { sealedForward: Buffer | null }>(
    missingFrom(content),
    missingValues(missing, place, limit),
  );
  return rows.map((row) => ({ ...row, forward: openForward(row.id, row.sealedForward) }));
}

/** Queues one manual attempt for each of them, oldest first; ordered ones at the end of their lines. `place` null in the answer: that was all. */
export async function queueMissing(
  missing: Missing,
  place: MessagePlace | null,
  limit: number,
): Promise<{ queued: number; place: MessagePlace | null }> {
  const { filter } = missing;
  if (filter === null) return queueThose(missing, place, limit, null);
  const rows = await readMissing(missing, place, Math.min(limit, filteredTogether));
  const wanted = (await passing(rows, filter)).map(({ id }) => id);
  if (wanted.length > 0) await queueThose(missing, place, rows.length, wanted);
  return { queued: wanted.length, place: rows.length < Math.min(limit, filteredTogether) ? null : (rows.at(-1) ?? null) };
}

/** Queues missing messages. `ids`: these alone; null: all. */
async function queueThose(
  missing: Missing,
  place: MessagePlace | null,
  limit: number,
  ids: string[] | null,
): Promise<{ queued: number; place: MessagePlace | null }> {
  const { rows } = await hotPool().query<MessagePlace & { orderKey: string | null }>(
    `
with "missing" as materialized (
  select m.*, case when e."ordering" = 'fifo' then '' else m."orderingKey" end as "orderKey"
  from (${missingFrom("", ` and ($11::text[] is null or m."id" = any($11::text[]))`)}) m left join "endpoint" e on e."id" = $2
), "queued" as (
  insert into "delivery" as d ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "manualQueued",
    "nextAttemptAt", "orderKey")
  select m."id", $2, m."createdAt", $10, $1, m."eventType", 1, case when m."orderKey" is null then now() else ${inLine} end, m."orderKey"
  from "missing" m
  on conflict ("messageId", "endpointId", "createdAt") do update set "status" = 'pending', "manualQueued" = 1,
    "nextAttemptAt" = excluded."nextAttemptAt", "orderKey" = excluded."orderKey" where d."status" <> 'pending'
  returning d."messageId", d."endpointId", d."createdAt", d."orderKey"
), ${takePlaces(`select q.*, row_number() over (order by q."createdAt", q."messageId") as "n" from "queued" q`)}
select "createdAt", "id", "orderKey" from "missing" order by "createdAt", "id"`,
    [...missingValues(missing, place, limit), missing.environmentId, ids],
  );
  const { endpointId } = missing;
  advance(rows.flatMap(({ orderKey }) => (orderKey === null ? [] : [{ endpointId, orderKey }])));
  return { queued: rows.length, place: rows.length < limit ? null : (rows.at(-1) ?? null) };
}

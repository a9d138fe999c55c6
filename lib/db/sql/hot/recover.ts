/** Sending again what an endpoint missed, in steps that each finish soon. */
import { hotPool } from "../../client.ts";
import { dueNow } from "./keys.ts";
import { hasPayload, sendable } from "./resendMany.ts";
import { isOf } from "../isOf.ts";

export type RecoverCursor = { createdAt: Date; messageId: string };

/**
 * Queues one manual attempt for each delivery of the endpoint that has ended without a success, for messages of
 * [since, until), oldest first; what can't be sent is looked at, and left as it is. `cursor` null in the answer: that was all. A step done
 * twice queues nothing twice.
 */
export async function queueRecover(
  endpointId: string,
  since: Date,
  until: Date,
  limit: number,
  cursor: RecoverCursor | null,
): Promise<{ looked: number; queued: number; cursor: RecoverCursor | null }> {
  const { rows } = await hotPool().query<{ createdAt: Date; messageId: string; queued: number }>({
    name: "queue_recover",
    text: `
with "missed" as materialized (
  select d."messageId", d."endpointId", d."createdAt" from "delivery" d
  where ${isOf(`d."endpointId"`, "$1")} and d."createdAt" >= $2 and d."createdAt" < $3
    -- Cancelled after a failure: the endpoint was disabled meanwhile.
    and (d."status" = 'failed' or (d."status" = 'cancelled' and d."attemptCount" > 0)) and d."succeededAt" is null
    and (d."createdAt", d."messageId") > ($5::timestamptz, $6::text)
  order by d."createdAt", d."messageId" limit $4 for update
), "queued" as (
  update "delivery" d set "status" = 'pending', "manualQueued" = d."manualQueued" + 1, "nextAttemptAt" = ${dueNow}
  from "missed" m where d."messageId" = m."messageId" and d."endpointId" = m."endpointId" and d."createdAt" = m."createdAt"
    and d."createdAt" >= $2 and d."createdAt" < $3 and ${sendable("d")} and exists (
      select from "message" g where g."id" = m."messageId" and g."createdAt" = m."createdAt" and ${hasPayload("g")})
  returning 1
)
select "createdAt", "messageId", (select count(*)::int from "queued") as "queued" from "missed" order by "createdAt", "messageId"`,
    values: [endpointId, since, until, limit, cursor?.createdAt ?? new Date(0), cursor?.messageId ?? ""],
  });
  const last = rows.at(-1);
  const next = last === undefined || rows.length < limit ? null : { createdAt: last.createdAt, messageId: last.messageId };
  return { looked: rows.length, queued: last?.queued ?? 0, cursor: next };
}

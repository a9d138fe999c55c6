/** Reading deliveries: one, those of an endpoint, those of a message. */
import type { ApplicationId, EnvironmentId } from "../../../ids.ts";
import type { Endpoint } from "../../generated/client.ts";
import { readShort } from "../../client.ts";
import { madeBetween } from "../days.ts";
import { inLine } from "../hot/lines.ts";
import { type Page, type Range, readByDays } from "../dayRanges.ts";
import { type Where, readPage } from "../where.ts";
import { type LogRow, logColumns } from "./log.ts";
import { withLists } from "./tenants.ts";
import { type MessageText, messageTextColumns, readTexts } from "./messages.ts";
import { isOf } from "../isOf.ts";

export type DeliveryState = { code: number; nextAttempt: Date | null };

/**
 * SQL: a delivery's state, as a number: 0 once an attempt succeeded, 1 before the first attempt, 3 while another one waits,
 * 4 cancelled, else 2. A leased delivery is being sent: its nextAttemptAt is the lease's end, the schedule's is in retryAt.
 */
export const stateCode = `case when d."succeededAt" is not null then 0 when d."status" = 'pending' then case when d."attemptCount" = 0 then 1 else 3 end
  when d."status" = 'cancelled' then 4 else 2 end`;
const deliveryState = `${stateCode} as "code",
  case when d."status" <> 'pending' or d."succeededAt" is not null then null when d."leaseId" is null then nullif(d."nextAttemptAt", ${inLine}) else d."retryAt" end as "nextAttempt"`;

/**
 * Messages of a `delivery d` with what became of them there, the newest first if `down`. Delivery by delivery: `offset 0` keeps the
 * planner from reading all messages of those days first.
 */
export function listDeliveredMessages(page: Page, withContent: boolean): Promise<(MessageText & DeliveryState)[]> {
  const direction = page.down ? "desc" : "asc";
  const textOf = (isWritten: boolean, where: Where, limit: number, { since, until }: Range): string =>
    `select ${messageTextColumns(where, withContent, isWritten)}, ${deliveryState}
     from delivery d cross join lateral (select m.* from message m where m."id" = d."messageId" and m."createdAt" = d."createdAt"
       and ${where.bind(`m."createdAt" >= ? and m."createdAt" < ?`, since, until)} offset 0) m ${where.text}
     order by d."createdAt" ${direction}, d."messageId" ${direction} ${where.bind("limit ?", limit)}`;
  return readTexts((isWritten) =>
    readByDays<MessageText & DeliveryState>({ ...page, column: `d."createdAt"` }, (...given) => textOf(isWritten, ...given)),
  );
}

/** A page of the endpoints that have a delivery of a message; the conditions are on a `delivery d`. */
export async function listDeliveryEndpoints(where: Where, down: boolean, limit: number): Promise<(Endpoint & DeliveryState)[]> {
  const { rows } = await readPage<Endpoint & DeliveryState>(
    `select e.*, ${deliveryState} from delivery d join endpoint e on e."id" = d."endpointId" ${where.text}
     order by d."endpointId" ${down ? "desc" : "asc"} ${where.bind("limit ?", limit)}`,
    where,
  );
  return rows.map(withLists);
}

export type DeliveryRow = LogRow & { scheduledCount: number; manualQueued: number; retryAt: Date | null; succeededAt: Date | null };

/** One delivery of an environment. `applicationId` null: of any application. */
export async function readDelivery(
  owner: { environmentId: EnvironmentId; applicationId: ApplicationId | null },
  messageId: string,
  endpointId: string,
): Promise<DeliveryRow | undefined> {
  const { rows } = await readShort<DeliveryRow>({
    name: "delivery",
    text: `select ${logColumns}, d."scheduledCount", d."manualQueued", d."retryAt", d."succeededAt" from delivery d
      where d."messageId" = $1 and d."endpointId" = $2 and d."createdAt" between $3 and $4 and d."environmentId" = $5
        and ($6::text is null or d."applicationId" = $6)`,
    values: [messageId, endpointId, ...madeBetween("message", messageId), owner.environmentId, owner.applicationId],
  });
  return rows[0];
}

export type SentMessage = {
  payload: Buffer | null;
  payloadBytes: number;
  payloadExpiresAt: Date | null;
  contentType: string | null;
  channels: string[];
  tags: string[];
  deliverAt: Date | null;
  sealedForward: Buffer | null;
};

/** The message of a delivery; undefined: it is gone. */
export async function readSentMessage({ id, createdAt }: { id: string; createdAt: Date }): Promise<SentMessage | undefined> {
  const { rows } = await readShort<SentMessage>({
    name: "message_of_delivery",
    text: `select "payload", "payloadBytes", "payloadExpiresAt", "contentType", coalesce("channels", '{}') as "channels",
        coalesce("tags", '{}') as "tags", "deliverAt", "sealedForward" from message
      where "id" = $1 and "createdAt" = $2`,
    values: [id, createdAt],
  });
  return rows[0];
}

/** The deliveries before and after, of the same endpoint. */
export async function readNeighbours({ messageId, endpointId, createdAt }: DeliveryRow) {
  const next = (compare: "<" | ">") =>
    readShort<{ messageId: string }>({
      name: compare === "<" ? "older_delivery" : "newer_delivery",
      text: `select "messageId" from delivery where ${isOf(`"endpointId"`, "$1")} and "createdAt" ${compare}= $2
        and ("createdAt", "messageId") ${compare} ($2::timestamptz, $3::text)
        order by "createdAt" ${compare === "<" ? "desc" : "asc"}, "messageId" ${compare === "<" ? "desc" : "asc"} limit 1`,
      values: [endpointId, createdAt, messageId],
    });
  const [older, newer] = await Promise.all([next("<"), next(">")]);
  return { newerMessageId: newer.rows[0]?.messageId ?? null, olderMessageId: older.rows[0]?.messageId ?? null };
}

/** The state of each endpoint's newest deliveries, the newest first, by the endpoint's id. */
export async function recentStatuses(endpointIds: string[], limit: number): Promise<Map<string, (LogRow["status"] | "retrying")[]>> {
  const { rows } = await readShort<{ id: string; statuses: (LogRow["status"] | "retrying")[] }>({
    name: "recent_deliveries",
    text: `select e."id", array(
             select case when d."status" = 'pending' and d."attemptCount" > 0 then 'retrying' else d."status" end from delivery d
             where ${isOf(`d."endpointId"`, `e."id"`)} order by d."createdAt" desc, d."messageId" desc limit $2
           ) as "statuses" from unnest($1::text[]) as e("id")`,
    values: [endpointIds, limit],
  });
  return new Map(rows.map(({ id, statuses }) => [id, statuses]));
}

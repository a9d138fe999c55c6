/** The messages of an environment, each with what became of its deliveries. */
import type { Actor } from "../../actor.ts";
import type { MessageInEnvironment, MessageLogQuery } from "../../contract/messageLog.ts";
import { pool } from "../../db/client.ts";
import { notFound } from "../../errors.ts";
import { isId } from "../../ids.ts";
import { payloadOf, showMessage } from "./messageContent.ts";

import { cursorOf, pageOf, readsDown } from "../shared/pages.ts";
import { findApplicationRow } from "../shared/scope.ts";
import { Where, listQuery } from "../../db/sql/where.ts";
import { madeBetween } from "../../db/sql/days.ts";
import { type MessageRow, messageColumns, filterMessages } from "../../db/sql/log/messages.ts";

type Counts = MessageInEnvironment["deliveries"];
type Row = MessageRow & {
  application: MessageInEnvironment["application"];
  payloadBytes: number;
  deliveries: Partial<Counts> | null;
  violation: MessageInEnvironment["violation"];
  otherCount: number | null;
  otherLastAt: Date | null;
};

/** Ids are ordered as moments are, so the primary key serves the order. */
export async function list(actor: Actor, query: MessageLogQuery) {
  const window = { limit: query.limit, descending: true, cursor: cursorOf("message", query.iterator) };
  const down = readsDown(window);
  const where = new Where().and(`m."environmentId" = ?`, actor.environmentId);
  if (query.application_id) where.filter(`m."applicationId" = ?`, (await findApplicationRow(actor, query.application_id))?.id ?? "");
  if (query.event_types) where.filter(`m."eventType" = any(?::text[])`, query.event_types);
  if (query.event_id) withEventId(where, actor, query.event_id);
  filterMessages(where, query);
  if (window.cursor !== null) {
    const { id } = window.cursor;
    const [earliest, latest] = madeBetween("message", id);
    where.filter(`m."id" ${down ? "<" : ">"} ?`, id);
    // A bound on the moment lets the planner skip whole days.
    where.filter(`m."createdAt" ${down ? "<=" : ">="} ?`, down ? latest : earliest);
  }
  const text = `${select(false)} ${where.text} order by m."id" ${down ? "desc" : "asc"} ${where.bind("limit ?", query.limit + 1)}`;
  const { rows } = await pool().query<Row>(listQuery(text, where));
  return pageOf(rows, window, ({ id }) => id, show);
}

export async function find(actor: Actor, id: string) {
  if (!isId("message", id)) throw notFound("Message not found");
  const { rows } = await pool().query<Row>({
    text: `${select(true)} where m."environmentId" = $1 and m."id" = $2 and m."createdAt" between $3 and $4`,
    values: [actor.environmentId, id, ...madeBetween("message", id)],
  });
  const row = rows[0];
  if (row === undefined) throw notFound("Message not found");
  return {
    ...show(row),
    ...payloadOf(row),
    payloadExpiresAt: row.payloadExpiresAt,
  };
}

const select = (withContent: boolean): string => `select ${messageColumns(withContent)}, m."payloadBytes",
  json_build_object('id', a."id", 'uid', a."uid", 'name', a."name") as "application",
  (select json_object_agg(s."status", s."count") from (
     select d."status", count(*)::int as "count" from delivery d
     where d."messageId" = m."id" and d."createdAt" = m."createdAt" group by 1) s) as "deliveries",
  o."count" as "otherCount", o."lastAt" as "otherLastAt",
  (select json_build_object('schemaVersion', v."schemaVersion", 'faults', v."faults") from schema_violation v
     where v."messageId" = m."id") as "violation"
  from message m join application a on a."id" = m."applicationId" and a."deletedAt" is null
    left join message_other_requests o on o."messageId" = m."id"`;

// An eventId is unique in its application only; the index begins with the application.
function withEventId(where: Where, actor: Actor, eventId: string): void {
  where.filter(
    `(m."id", m."createdAt") in (select i."messageId", i."createdAt" from application o
       join message_event_id i on i."applicationId" = o."id" and i."eventId" = ? where o."environmentId" = ?)`,
    eventId,
    actor.environmentId,
  );
}

function show(row: Row) {
  const { payload: _, ...shown } = showMessage(row, false);
  const { application, payloadBytes, deliveries, violation, otherCount, otherLastAt } = row;
  return {
    ...shown,
    application,
    payloadBytes,
    violation,
    otherRequests: otherCount === null || otherLastAt === null ? null : { count: otherCount, lastAt: otherLastAt },
    deliveries: { pending: 0, succeeded: 0, failed: 0, cancelled: 0, ...deliveries },
  };
}

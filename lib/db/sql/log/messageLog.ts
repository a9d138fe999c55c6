/** The messages of an environment, each with its application and with what became of its deliveries. */
import type { EnvironmentId } from "../../../ids.ts";
import { pool, readShort } from "../../client.ts";
import { type Page, readByDays } from "../dayRanges.ts";
import { madeBetween } from "../days.ts";
import { isOf } from "../isOf.ts";
import { type Where, readPage } from "../where.ts";
import type { LogRow } from "./log.ts";
import { type MessageRow, messageColumns } from "./messages.ts";

export type LoggedMessage = MessageRow & {
  application: { id: string; uid: string | null; name: string };
  payloadBytes: number;
  /** How many deliveries are in each state; a state that none is in is missing. */
  deliveries: Partial<Record<LogRow["status"], number>> | null;
  /** How the payload differs from its event type's schema. */
  violation: { schemaVersion: string; faults: { path: string[]; message: string }[] } | null;
  otherCount: number | null;
  otherLastAt: Date | null;
};

const select = (withContent: boolean, from = "message"): string => `select ${messageColumns(withContent)}, m."payloadBytes",
  json_build_object('id', a."id", 'uid', a."uid", 'name', a."name") as "application",
  (select json_object_agg(s."status", s."count") from (
     select d."status", count(*)::int as "count" from delivery d
     where d."messageId" = m."id" and d."createdAt" = m."createdAt" group by 1) s) as "deliveries",
  o."count" as "otherCount", o."lastAt" as "otherLastAt",
  (select json_build_object('schemaVersion', v."schemaVersion", 'faults', v."faults") from schema_violation v
     where v."messageId" = m."id") as "violation"
  from ${from} m join application a on a."id" = m."applicationId" and a."deletedAt" is null
    left join message_other_requests o on o."messageId" = m."id"`;

/** Up to so many applications are asked one by one. The messages of more are most of all that there are, and picked out of these. */
const fewApplications = 200;

/** The ids of an environment's applications; null: it has many. */
export async function readFewApplications(environmentId: EnvironmentId): Promise<string[] | null> {
  const { rows } = await readShort<{ id: string }>({
    name: "few_applications",
    text: `select "id" from application where "environmentId" = $1 and "deletedAt" is null limit $2`,
    values: [environmentId, fewApplications + 1],
  });
  return rows.length > fewApplications ? null : rows.map(({ id }) => id);
}

/** A page of the messages of some applications; the conditions are on a `message m`, all of them beyond the place. The newest first if `down`. */
export function listMessagesOf(applicationIds: string[], page: Page): Promise<LoggedMessage[]> {
  const way = page.down ? "desc" : "asc";
  const order = `order by m."createdAt" ${way}, m."id" ${way}`;
  return readByDays<LoggedMessage>({ ...page, column: `m."createdAt"` }, (where, limit) => {
    const end = `${order} ${where.bind("limit ?", limit)}`;
    const each = `select m.* from message m ${where.text} and ${isOf(`m."applicationId"`, `k."id"`)} ${end}`;
    const newest = `(select m.* from ${where.bind("unnest(?::text[])", applicationIds)} k("id") cross join lateral (${each}) m ${end})`;
    return `${select(false, newest)} ${order}`;
  });
}

/** A page of messages; the conditions are on a `message m`. In the order of their ids, as the primary key is; the newest first if `down`. */
export async function listLoggedMessages(where: Where, down: boolean, limit: number): Promise<LoggedMessage[]> {
  const text = `${select(false)} ${where.text} order by m."id" ${down ? "desc" : "asc"} ${where.bind("limit ?", limit)}`;
  const { rows } = await readPage<LoggedMessage>(text, where);
  return rows;
}

/** A message of this environment with its payload; undefined: there is none. */
export async function readLoggedMessage(environmentId: EnvironmentId, id: string): Promise<LoggedMessage | undefined> {
  const { rows } = await pool().query<LoggedMessage>({
    text: `${select(true)} where m."environmentId" = $1 and m."id" = $2 and m."createdAt" between $3 and $4`,
    values: [environmentId, id, ...madeBetween("message", id)],
  });
  return rows[0];
}

/** To which endpoints deliveries of a message go. */
export async function readEndpointsOf({ id, createdAt }: Pick<LoggedMessage, "id" | "createdAt">): Promise<Set<string>> {
  const { rows } = await pool().query<{ endpointId: string }>({
    name: "endpoints_of_message",
    text: `select "endpointId" from delivery where "messageId" = $1 and "createdAt" = $2`,
    values: [id, createdAt],
  });
  return new Set(rows.map(({ endpointId }) => endpointId));
}

/** Adds: only messages beyond the one with this id, which need not be there any more. */
export function beyondMessage(where: Where, id: string, down: boolean): void {
  const [earliest, latest] = madeBetween("message", id);
  where.filter(`m."id" ${down ? "<" : ">"} ?`, id);
  // A bound on the moment lets the planner skip whole days.
  where.filter(`m."createdAt" ${down ? "<=" : ">="} ?`, down ? latest : earliest);
}

/** Adds: only messages with this eventId, which is unique in its application only; the index begins with the application. */
export function withEventId(where: Where, environmentId: EnvironmentId, eventId: string): void {
  where.filter(
    `(m."id", m."createdAt") in (select i."messageId", i."createdAt" from application o
       join message_event_id i on i."applicationId" = o."id" and i."eventId" = ? where o."environmentId" = ?)`,
    eventId,
    environmentId,
  );
}

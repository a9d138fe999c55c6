/** Deleting the payloads of many messages: some by name, or all of an application. */
import type { Actor } from "../../actor.ts";
import { pool, prisma } from "../../db/client.ts";
import { endOfAll } from "../../db/sql/log/newest.ts";
import { expungeMessages } from "../../db/sql/upkeep/expunge.ts";
import { type ApplicationId, isId } from "../../ids.ts";
import { recordAudit } from "../audit/audit.ts";
import * as backgroundTasks from "../backgroundTask/backgroundTasks.ts";
import { applicationOf } from "../shared/scope.ts";
import { madeBetween } from "../../db/sql/days.ts";

/**
 * Deletes the payloads of messages named by id or eventId: all that there are, or after an error none. What is still to be sent
 * then fails.
 */
export async function bulkExpunge(actor: Actor, applicationIdOrUid: string, names: string[]) {
  const { id: applicationId } = await applicationOf(actor, applicationIdOrUid);
  const idByName = await idsOf(applicationId, [...new Set(names)]);
  const done = await expunge(actor, applicationId, [...new Set(idByName.values())]);
  const results = names.map((name) => [name, done.has(idByName.get(name) ?? "") ? "expunged" : "not-found"]);
  return { results: Object.fromEntries(results) as Record<string, "expunged" | "not-found"> };
}

/** Begins a background task that deletes every payload that there is at this moment. */
export async function expungeAll(actor: Actor, applicationIdOrUid: string) {
  const { id: applicationId } = await applicationOf(actor, applicationIdOrUid);
  const input = { until: (await endOfAll("message", applicationId)).toISOString() };
  return backgroundTasks.create(actor, { task: "application.purge_content", applicationId, endpointId: null, input });
}

async function idsOf(applicationId: ApplicationId, names: string[]): Promise<Map<string, string>> {
  const { rows } = await pool().query<{ eventId: string; messageId: string }>(
    `select "eventId", "messageId" from message_event_id where "applicationId" = $1 and "eventId" = any($2::text[])`,
    [applicationId, names.filter((name) => !isId("message", name))],
  );
  const byEventId = new Map(rows.map(({ eventId, messageId }) => [eventId, messageId]));
  return new Map(
    names.flatMap((name) => {
      const id = !isId("message", name) ? byEventId.get(name) : name;
      return id === undefined ? [] : [[name, id] as const];
    }),
  );
}

async function expunge(actor: Actor, applicationId: ApplicationId, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const [from, to] = madeBetween("message", ...ids);
  return prisma().$transaction(async (tx) => {
    const done = await expungeMessages(tx, applicationId, ids, from, to);
    if (done.length > 0) await recordAudit(actor, tx, "application.contentsDeleted", applicationId, { messageIds: done });
    return new Set(done);
  });
}

/** An application's newest messages with their payloads, for trying filters and transformations on. */
import type { ApplicationId } from "../../../ids.ts";
import { pool } from "../../client.ts";
import { openForward } from "../hot/payloads.ts";
import type { FilteredMessage } from "../../../webhooks/filterSubject.ts";
import { isOf } from "../isOf.ts";

export type RecentMessage = Omit<FilteredMessage, "channels"> & {
  id: string;
  createdAt: Date;
  channels: string[];
  payload: Buffer | null;
};

const messagesTogether = 50;
/** The payloads read in all; messages beyond that are left out. */
const maximumBytes = 64 * 1024 * 1024;

/** An application's messages, the newest first, read `messagesTogether` at a time. `payload` null: deleted. */
export async function* recentMessages(applicationId: ApplicationId, limit: number): AsyncGenerator<RecentMessage> {
  let place = { createdAt: new Date("9999-01-01"), id: "" };
  let bytes = 0;
  for (let left = limit; left > 0 && bytes < maximumBytes; left -= messagesTogether) {
    const { rows } = await pool().query<RecentMessage & { sealedForward: Buffer | null }>({
      name: "recent_messages",
      text: `select m."id", m."createdAt", m."eventType", coalesce(m."channels", '{}') as "channels", coalesce(m."tags", '{}') as "tags", m."metadata", m."contentType", m."sealedForward",
               case when m."payloadExpiresAt" is null or m."payloadExpiresAt" > now() then m."payload" end as "payload"
             from message m
             where ${isOf(`m."applicationId"`, "$1")} and m."createdAt" <= $2 and (m."createdAt", m."id") < ($2, $3)
             order by m."createdAt" desc, m."id" desc limit $4`,
      values: [applicationId, place.createdAt, place.id, Math.min(left, messagesTogether)],
    });
    for (const { sealedForward, ...row } of rows) yield { forward: openForward(row.id, sealedForward), ...row };
    bytes += rows.reduce((sum, { payload }) => sum + (payload?.length ?? 0), 0);
    const last = rows.at(-1);
    if (last === undefined || rows.length < messagesTogether) return;
    place = last;
  }
}

/** Messages of many requests that have waited for their source's code, in one transaction and in the order given. */
import { type ExceptionRow, forget, inTransaction, type NewMessage, noteAccepted, results } from "../hot/accept.ts";
import { statement } from "../hot/acceptStatement.ts";
import { plainArray, textArray } from "../parameters.ts";

/** `isChanged`: the message says something else than the request, which then keeps its own bytes. */
export type Pending = { message: NewMessage; request: { id: string; createdAt: Date }; isChanged: boolean };

export type PendingResult = { kind: "accepted"; leasedAtMs: number } | { kind: "duplicate"; messageId: string };

/** Stores all and answers each. Null: one of them can't be stored now, so nothing was; then each goes alone. */
export async function acceptPending(all: Pending[]): Promise<PendingResult[] | null> {
  const messages = all.map(({ message }) => message);
  const made = await inTransaction<PendingResult[]>(async (client) => {
    const times = all.map(({ request }) => request.createdAt.getTime());
    const days = [new Date(Math.min(...times)), new Date(Math.max(...times))];
    const ids = plainArray(all.map(({ request }) => request.id));
    const waiting = await client.query({ ...waitingSql, values: [ids, ...days] });
    if (waiting.rowCount !== all.length) throw new NotTogether();
    const leasedAtMs = performance.now();
    const { rows } = await client.query<ExceptionRow>(statement(messages));
    const found = results(messages, rows, leasedAtMs, new Set()).map((result) => {
      if (result.kind === "accepted" || result.kind === "duplicate") return result;
      throw new NotTogether();
    });
    const messageIds = found.map((result, i) => (result.kind === "duplicate" ? result.messageId : (messages[i]?.id ?? null)));
    await client.query({
      ...releaseSql,
      values: [
        ids,
        ...days,
        plainArray(messageIds),
        textArray(messages.map(({ eventType }) => eventType)),
        plainArray(found.map(({ kind }) => kind === "duplicate")),
        textArray(messages.map(({ received }) => received?.dedupe?.by ?? null)),
        plainArray(all.map(({ isChanged }) => isChanged)),
      ],
    });
    return found;
  }).catch((error: unknown): null => {
    if (error instanceof NotTogether) return null;
    throw error;
  });
  for (const [i, message] of messages.entries()) {
    if (made === null) forget(message);
    else if (made[i]?.kind === "accepted") noteAccepted(message);
  }
  return made;
}

/** Thrown to roll the transaction back. */
class NotTogether extends Error {}

// The moments bound the days that are looked through.
const waitingSql = {
  name: "pending_waiting",
  text: `select from "received_request" r
  where r."id" = any($1::text[]) and r."createdAt" between $2 and $3 and r."verdict" = 'pending' for update`,
};

const releaseSql = {
  name: "pending_release",
  text: `update "received_request" r set "messageId" = w."messageId", "eventType" = w."eventType",
    "duplicateBy" = case when w."isDuplicate" then w."duplicateBy" else r."duplicateBy" end,
    "body" = case when w."isDuplicate" or w."isChanged" then r."body" end,
    "verdict" = case when w."isDuplicate" then 'duplicate' else 'accepted' end
  from unnest($1::text[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::boolean[])
    as w("id", "messageId", "eventType", "isDuplicate", "duplicateBy", "isChanged")
  where r."id" = w."id" and r."createdAt" between $2 and $3`,
};

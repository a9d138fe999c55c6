/**
 * A message whose Idempotency-Key came again. With another body the answer is what was sent, and whoever looks at it is told. A key
 * is of the URL, in which an application may be named by its uid: what another application of that uid was sent, before it was
 * deleted, answers nothing that is for this one.
 */
import { pool } from "../../db/client.ts";
import { log } from "../../log.ts";
import type { Accepted } from "./acceptance.ts";
import { readAccepted, readApplicationId } from "../../db/sql/log/messages.ts";
import { giveBack } from "./idempotency.ts";

type Known = { id: string; createdAt: Date };
// What whoever reads the message is shown in place of a payload that is gone.
const expired = Buffer.from('{"expired":true}');

/** Frees a key whose message went to another application. False: it went to this one. `response`: the key's answer as it is stored. */
export async function freeOfAnother(applicationId: string, first: Known, keyHash: Uint8Array, response: Uint8Array): Promise<boolean> {
  const wentTo = await readApplicationId(first);
  if (wentTo === undefined || wentTo === applicationId) return false;
  await giveBack(keyHash, response);
  return true;
}

/** Notes that the key came again, and finds the message as it was accepted. Null: it has been deleted since. */
export async function answerOtherRequest(message: Known): Promise<Accepted | null> {
  await note(message).catch((error: Error) => log.warn({ messageId: message.id, error: error.message }, "idempotency.not_noted"));
  const row = await readAccepted(message);
  if (row === undefined) return null;
  return row.payload === null ? { ...row, payload: expired, contentType: null } : { ...row, payload: row.payload };
}

async function note({ id, createdAt }: Known): Promise<void> {
  await pool().query({
    name: "note_other_request",
    text: `insert into message_other_requests as o ("messageId", "count", "lastAt", "createdAt") values ($1, 1, now(), $2)
           on conflict ("messageId") do update set "count" = o."count" + 1, "lastAt" = now()`,
    values: [id, createdAt],
  });
}

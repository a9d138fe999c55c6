/**
 * Requests whose source's transformation is still to run. One process at a time has a source, by a lease in its row, so
 * that they become messages in the order in which they came; a killed process loses it to whoever looks next.
 */
import { pool } from "../../client.ts";

/** Takes a source for this process, for `seconds`. True: the process has it now, or had it already. */
export async function takeSource(sourceId: string, processId: string, seconds: number): Promise<boolean> {
  const { rowCount } = await pool().query({
    name: "processing_take",
    text: `update "source" set "processingId" = $2, "processingUntil" = now() + make_interval(secs => $3)
           where "id" = $1 and ("processingId" is null or "processingId" = $2 or "processingUntil" < now())`,
    values: [sourceId, processId, seconds],
  });
  return rowCount === 1;
}

export async function leaveSource(sourceId: string, processId: string): Promise<void> {
  await pool().query({
    name: "processing_leave",
    text: `update "source" set "processingId" = null, "processingUntil" = null where "id" = $1 and "processingId" = $2`,
    values: [sourceId, processId],
  });
}

/** The sources that have pending requests, whichever process has them, and whether they still exist. */
export async function sourcesWithPending(): Promise<{ sourceId: string; exists: boolean }[]> {
  const { rows } = await pool().query<{ sourceId: string; exists: boolean }>({
    name: "processing_sources",
    text: `select r."sourceId", exists (select from "source" s where s."id" = r."sourceId") as "exists"
           from (select distinct "sourceId" from "received_request" where "verdict" = 'pending') r`,
  });
  return rows;
}

/** Gives up to `limit` pending requests of a source that was deleted their verdict; answers how many. */
export async function endPendingOfDeleted(
  sourceId: string,
  { reason, detail }: { reason: string; detail: string },
  limit: number,
): Promise<number> {
  const { rowCount } = await pool().query({
    name: "processing_end",
    text: `update "received_request" set "verdict" = 'rejected', "reason" = $2, "detail" = $3
           where "verdict" = 'pending' and ("id", "createdAt") in (
             select r."id", r."createdAt" from "received_request" r where r."sourceId" = $1 and r."verdict" = 'pending'
               and not exists (select from "source" s where s."id" = $1) limit $4 for update skip locked)`,
    values: [sourceId, reason, detail, limit],
  });
  return rowCount ?? 0;
}

/** Gives a pending request its verdict, where no message was made of it. */
export async function settlePending(
  request: { id: string; createdAt: Date },
  { kind, reason, detail }: { kind: "rejected" | "filtered"; reason: string; detail: string },
): Promise<void> {
  await pool().query({
    name: "processing_settle",
    text: `update "received_request" set "verdict" = $3, "reason" = $4, "detail" = $5
           where "id" = $1 and "createdAt" = $2 and "verdict" = 'pending'`,
    values: [request.id, request.createdAt, kind, reason, detail],
  });
}

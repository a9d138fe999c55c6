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

/** The sources that still exist and have pending requests, whichever process has them. */
export async function sourcesWithPending(): Promise<string[]> {
  const { rows } = await pool().query<{ sourceId: string }>({
    name: "processing_sources",
    text: `select r."sourceId" from (select distinct "sourceId" from "received_request" where "verdict" = 'pending') r
           where exists (select from "source" s where s."id" = r."sourceId")`,
  });
  return rows.map(({ sourceId }) => sourceId);
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

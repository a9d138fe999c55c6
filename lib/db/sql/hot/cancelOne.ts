/** Ending what is still planned for one delivery, because somebody asked. */
import { hotPool } from "../../client.ts";
import { advance } from "../../lines.ts";
import { type DeliveryKey, dayOf, ofDay } from "./keys.ts";
import { cancelled } from "./lease.ts";

/** Cancels a delivery's next attempt. False: none is planned, or a worker has it right now. */
export async function cancelWaiting({ messageId, endpointId, createdAt }: DeliveryKey): Promise<boolean> {
  const { rows } = await hotPool().query<{ orderKey: string | null }>(
    `update ${ofDay("delivery", dayOf(createdAt))} d set ${cancelled}
     where d."messageId" = $1 and d."endpointId" = $2 and d."status" = 'pending'
       and (d."leaseId" is null or d."nextAttemptAt" <= now()) returning d."orderKey"`,
    [messageId, endpointId],
  );
  advance(rows.flatMap(({ orderKey }) => (orderKey === null ? [] : [{ endpointId, orderKey }])));
  return rows.length === 1;
}

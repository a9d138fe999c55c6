/** Sending again because somebody asked. A resend goes before the scheduled attempts and leaves their times as they are. */
import { env } from "../../../env.ts";
import { hotPool } from "../../client.ts";
import { type DeliveryKey, dueNow } from "./keys.ts";
import { inLine } from "./lines.ts";

export type Queued = {
  /** Whether the caller holds the delivery now and must hand it to its engine; otherwise a worker will find it. */
  leased: boolean;
  attemptCount: number;
  scheduledCount: number;
  manualQueued: number;
  /** performance.now() before which the lease did not begin. */
  leasedAtMs: number;
};

/**
 * Queues one manual attempt. `leaseId` null: whoever claims it sends it. Makes the delivery if the message has none for this
 * endpoint. Null: one is queued already, or being made, and asking twice is asking once.
 */
export async function queueManual(
  delivery: DeliveryKey & { environmentId: string; applicationId: string; eventType: string },
  leaseId: string | null,
): Promise<Queued | null> {
  const leasedAtMs = performance.now();
  const { rows } = await hotPool().query<Omit<Queued, "leasedAtMs">>({
    name: "queue_manual",
    text: `
insert into "delivery" as d ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "manualQueued",
  "nextAttemptAt", "leaseId")
values ($1, $2, $3, $4, $5, $6, 1, case when $7::text is null then ${dueNow} else now() + make_interval(secs => $8::float8) end, $7)
on conflict ("messageId", "endpointId", "createdAt") do update set
  "manualQueued" = 1,
  "status" = 'pending',
  -- Whoever has it right now will find the resend when it settles.
  "leaseId" = case when ${taken} then d."leaseId" else excluded."leaseId" end,
  "nextAttemptAt" = case when ${taken} then d."nextAttemptAt" else excluded."nextAttemptAt" end
where d."manualQueued" = 0
returning "attemptCount", "scheduledCount", "manualQueued", "leaseId" is not null and "leaseId" = $7 as "leased"`,
    values: [
      delivery.messageId,
      delivery.endpointId,
      delivery.createdAt,
      delivery.environmentId,
      delivery.applicationId,
      delivery.eventType,
      leaseId,
      env().leaseSeconds,
    ],
  });
  const row = rows[0];
  return row === undefined ? null : { ...row, leasedAtMs };
}

// Whether a worker has the delivery, or it stands in a line, in which a resend keeps its place.
const taken = `d."status" = 'pending' and ((d."leaseId" is not null and d."nextAttemptAt" > now()) or d."nextAttemptAt" = ${inLine})`;

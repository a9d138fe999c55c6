/** What a worker does with deliveries that it holds, other than settling them. A lost lease makes each of these do nothing. */
import { env } from "../../env.ts";
import { hotPool } from "../client.ts";
import { type DeliveryKey, isKey, keyParameters, keysFrom } from "./keys.ts";

const held = `${isKey} and d."leaseId" = $6 and d."status" = 'pending'`;

/** Anyone may take them, at once or after `delayMs`. */
export async function giveBack(leaseId: string, keys: readonly DeliveryKey[], delayMs = 0): Promise<void> {
  if (keys.length === 0) return;
  await hotPool().query({
    name: "give_back",
    text: `update "delivery" d set "leaseId" = null, "nextAttemptAt" = now() + $7::float8 * interval '1 millisecond'
      from ${keysFrom} where ${held}`,
    values: [...keyParameters(keys), leaseId, delayMs],
  });
}

/** The leases begin anew. */
export async function renew(leaseId: string, keys: readonly DeliveryKey[]): Promise<void> {
  if (keys.length === 0) return;
  await hotPool().query({
    name: "renew",
    text: `update "delivery" d set "nextAttemptAt" = now() + make_interval(secs => $7::float8) from ${keysFrom} where ${held}`,
    values: [...keyParameters(keys), leaseId, env().leaseSeconds],
  });
}

/** They will never be sent: their endpoint is inactive, or their payload is gone. */
export async function cancelHeld(leaseId: string, keys: readonly DeliveryKey[]): Promise<void> {
  if (keys.length === 0) return;
  await hotPool().query({
    name: "cancel_held",
    text: `update "delivery" d set ${cancelled} from ${keysFrom} where ${held}`,
    values: [...keyParameters(keys), leaseId],
  });
}

/** A success stays one, whatever becomes of a resend of it. */
export const cancelled = `"status" = case when d."succeededAt" is null then 'cancelled' else 'succeeded' end,
  "nextAttemptAt" = null, "retryAt" = null, "manualQueued" = 0, "leaseId" = null`;

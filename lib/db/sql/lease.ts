/** What a worker does with deliveries that it holds, other than settling them. A lost lease makes each of these do nothing. */
import { env } from "../../env.ts";
import { hotPool } from "../client.ts";
import { heldFrom, type HeldKey, heldParameters, isHeld } from "./keys.ts";

/** Anyone may take them. */
export async function giveBack(keys: readonly HeldKey[]): Promise<void> {
  if (keys.length === 0) return;
  await hotPool().query({
    name: "give_back",
    text: `update "delivery" d set "leaseId" = null, "nextAttemptAt" = now() from ${heldFrom} where ${isHeld}`,
    values: heldParameters(keys),
  });
}

/** The leases begin anew. */
export async function renew(keys: readonly HeldKey[]): Promise<void> {
  if (keys.length === 0) return;
  await hotPool().query({
    name: "renew",
    text: `update "delivery" d set "nextAttemptAt" = now() + make_interval(secs => $7::float8) from ${heldFrom} where ${isHeld}`,
    values: [...heldParameters(keys), env().leaseSeconds],
  });
}

/** They will never be sent: their endpoint is inactive, or their payload is gone. */
export async function cancelHeld(keys: readonly HeldKey[]): Promise<void> {
  if (keys.length === 0) return;
  await hotPool().query({
    name: "cancel_held",
    text: `update "delivery" d set ${cancelled} from ${heldFrom} where ${isHeld}`,
    values: heldParameters(keys),
  });
}

/** A success stays one, whatever becomes of a resend of it. */
export const cancelled = `"status" = case when d."succeededAt" is null then 'cancelled' else 'succeeded' end,
  "nextAttemptAt" = null, "retryAt" = null, "manualQueued" = 0, "leaseId" = null`;

/** What a worker does with deliveries that it holds, other than settling them. A lost lease makes each of these do nothing. */
import { env } from "../../../env.ts";
import { hotPool } from "../../client.ts";
import { byDay, dayName, dueNow, heldFrom, type HeldKey, heldParameters, isDayGone, isHeld, ofDay } from "./keys.ts";

/** Gives deliveries up: any worker may take them. */
export const giveBack = (keys: readonly HeldKey[]): Promise<void> =>
  change("give_back", `"leaseId" = null, "nextAttemptAt" = ${dueNow}`, keys);

/** Makes leases begin anew. What was in hand enters the queue with it. */
export const renew = (keys: readonly HeldKey[]): Promise<void> =>
  change("renew", `"leaseId" = k."leaseId", "nextAttemptAt" = now() + make_interval(secs => $5::float8)`, keys, [env().leaseSeconds]);

/** Cancels deliveries that will never be sent: their endpoint is inactive, or their payload is gone. */
export const cancelHeld = (keys: readonly HeldKey[]): Promise<void> => change("cancel_held", cancelled, keys);

/** Cancels deliveries because their endpoint's transformation said so, which the row then tells. */
export const cancelTransformed = (keys: readonly HeldKey[]): Promise<void> =>
  change("cancel_transformed", `${cancelled}, "lastErrorClass" = 'transformation_cancelled'`, keys);

/** SQL: the columns of a cancelled delivery. A success stays one, whatever becomes of a resend of it. */
export const cancelled = `"status" = case when d."succeededAt" is null then 'cancelled' else 'succeeded' end,
  "nextAttemptAt" = null, "retryAt" = null, "manualQueued" = 0, "leaseId" = null`;

async function change(name: string, columns: string, keys: readonly HeldKey[], more: unknown[] = []): Promise<void> {
  for (const [day, some] of byDay(keys)) {
    try {
      await hotPool().query({
        name: `${name}_${dayName(day)}`,
        text: `update ${ofDay("delivery", day)} d set ${columns} from ${heldFrom} where ${isHeld}`,
        values: [...heldParameters(some), ...more],
      });
    } catch (error) {
      if (!isDayGone(error)) throw error;
    }
  }
}

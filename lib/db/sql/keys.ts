/** Deliveries named by their keys, as parameters of a statement. */
import { plainArray } from "./parameters.ts";

export type DeliveryKey = {
  messageId: string;
  endpointId: string;
  /** The message's. */
  createdAt: Date;
};

/** A delivery as whoever holds it knows it. */
export type HeldKey = DeliveryKey & { leaseId: string };

/** $1 to $6: the keys, and the bounds of their days for the planner. */
export function heldParameters(keys: readonly HeldKey[]): unknown[] {
  const { oldest, newest } = boundsOf(keys);
  return [
    plainArray(keys.map(({ messageId }) => messageId)),
    plainArray(keys.map(({ endpointId }) => endpointId)),
    plainArray(keys.map(({ createdAt }) => createdAt.getTime())),
    plainArray(keys.map(({ leaseId }) => leaseId)),
    oldest,
    newest,
  ];
}

export function boundsOf(keys: readonly { createdAt: Date }[]): { oldest: Date; newest: Date } {
  let oldestMs = Infinity;
  let newestMs = -Infinity;
  for (const { createdAt } of keys) {
    oldestMs = Math.min(oldestMs, createdAt.getTime());
    newestMs = Math.max(newestMs, createdAt.getTime());
  }
  return { oldest: new Date(oldestMs), newest: new Date(newestMs) };
}

/** A from-item `k` of heldParameters. */
export const heldFrom = `unnest($1::text[], $2::text[], $3::int8[], $4::text[]) as k("messageId", "endpointId", "createdMs", "leaseId")`;

/** That a row `d` is the one of `k`, and still held. */
export const isHeld = `d."messageId" = k."messageId" and d."endpointId" = k."endpointId"
  and d."createdAt" = to_timestamp(k."createdMs" / 1000.0)::timestamptz(3) and d."createdAt" between $5 and $6
  and d."leaseId" = k."leaseId" and d."status" = 'pending'`;

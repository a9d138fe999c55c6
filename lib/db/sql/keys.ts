/** Deliveries named by their keys, as parameters of a statement. */
import { plainArray } from "./parameters.ts";

export type DeliveryKey = {
  messageId: string;
  endpointId: string;
  /** The message's. */
  createdAt: Date;
};

/** $1 to $5: the keys, and the bounds of their days for the planner. */
export function keyParameters(keys: readonly DeliveryKey[]): unknown[] {
  const { oldest, newest } = boundsOf(keys);
  return [
    plainArray(keys.map(({ messageId }) => messageId)),
    plainArray(keys.map(({ endpointId }) => endpointId)),
    plainArray(keys.map(({ createdAt }) => createdAt.getTime())),
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

/** A from-item `k` of keyParameters. */
export const keysFrom = `unnest($1::text[], $2::text[], $3::int8[]) as k("messageId", "endpointId", "createdMs")`;

/** That a row `d` is the one of `k`. */
export const isKey = `d."messageId" = k."messageId" and d."endpointId" = k."endpointId"
  and d."createdAt" = to_timestamp(k."createdMs" / 1000.0)::timestamptz(3) and d."createdAt" between $4 and $5`;

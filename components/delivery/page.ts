/** A page of the log as it stands on the screen: it changes in place, and what is new waits until it is asked for. */
import type { DeliveryOut } from "../../lib/contract/delivery.ts";

export type DeliveryPage = { data: DeliveryOut[]; iterator: string | null; prevIterator?: string | null; done: boolean };

export type ShownPage = DeliveryPage & {
  /** Newer than everything shown. */
  waiting: DeliveryOut[];
};

export const keyOf = ({ messageId, endpointId }: { messageId: string; endpointId: string }): string => `${messageId}.${endpointId}`;

export const asShown = (page: DeliveryPage): ShownPage => ({ ...page, waiting: [] });

/** No row moves, appears or goes: each shows what is known of it last. */
export function mergePage(shown: ShownPage, fresh: DeliveryPage): ShownPage {
  // Nothing to hold still.
  if (shown.data.length === 0) return asShown(fresh);
  const latest = new Map(fresh.data.map((row) => [keyOf(row), row]));
  const data = shown.data.map((row) => latest.get(keyOf(row)) ?? row);
  const known = new Set(data.map(keyOf));
  const top = fresh.data.findIndex((row) => known.has(keyOf(row)));
  const newer = fresh.data.slice(0, top < 0 ? fresh.data.length : top);
  return { ...shown, data, waiting: newer.filter((row) => !known.has(keyOf(row))) };
}

const soonMs = 2_000;

/** Whether something is about to happen to it. */
export const isMoving = ({ status, sending, nextAttemptAt }: DeliveryOut, nowMs: number): boolean =>
  status === "pending" && (sending || nextAttemptAt === null || Date.parse(nextAttemptAt) < nowMs + soonMs);

/** A page of the log as it stands on the screen: it changes in place, and what is new waits until it is asked for. */
import type { DeliveryOut } from "../../lib/contract/delivery.ts";

export type RowPage<Row> = { data: Row[]; iterator: string | null; prevIterator?: string | null; done: boolean };

export type ShownRows<Row> = RowPage<Row> & {
  /** Rows that are newer than everything shown. */
  waiting: Row[];
  /** Ids of rows that are shown, and would not be found now. */
  gone: ReadonlySet<string>;
};

export type DeliveryPage = RowPage<DeliveryOut>;
export type ShownPage = ShownRows<DeliveryOut>;

export const keyOf = ({ messageId, endpointId }: { messageId: string; endpointId: string }): string => `${messageId}.${endpointId}`;

export const asShown = <Row>(page: RowPage<Row>): ShownRows<Row> => ({ ...page, waiting: [], gone: new Set() });

/** No row moves, appears or goes: each shows what is known of it last. */
export function mergeRows<Row>(shown: ShownRows<Row>, fresh: RowPage<Row>, idOf: (row: Row) => string): ShownRows<Row> {
  // An empty page has nothing to hold still.
  if (shown.data.length === 0) return asShown(fresh);
  const latest = new Map(fresh.data.map((row) => [idOf(row), row]));
  const data = shown.data.map((row) => latest.get(idOf(row)) ?? row);
  const known = new Set(data.map(idOf));
  const top = fresh.data.findIndex((row) => known.has(idOf(row)));
  const newer = fresh.data.slice(0, top < 0 ? fresh.data.length : top);
  const ids = data.map(idOf);
  // Beyond the last one that was found there may be others, which new ones have only moved to the next page.
  const last = fresh.done ? ids.length : ids.findLastIndex((id) => latest.has(id));
  const gone = new Set(ids.filter((id, at) => at < last && !latest.has(id)));
  return { ...shown, data, gone, waiting: newer.filter((row) => !known.has(idOf(row))) };
}

const soonMs = 2_000;

/** Whether something is about to happen to the delivery. */
export const isMoving = ({ status, sending, nextAttemptAt }: DeliveryOut, nowMs: number): boolean =>
  status === "pending" && (sending || nextAttemptAt === null || Date.parse(nextAttemptAt) < nowMs + soonMs);

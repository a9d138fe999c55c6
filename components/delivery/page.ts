/** A page of the log as it stands on the screen: it changes in place, and what is new waits until it is asked for. */
import type { DeliveryOut } from "../../lib/contract/delivery.ts";

export type RowPage<Row> = { data: Row[]; iterator: string | null; prevIterator?: string | null; done: boolean };

export type ShownRows<Row> = RowPage<Row> & {
  /** Rows that are newer than everything shown. */
  waiting: Row[];
};

export type DeliveryPage = RowPage<DeliveryOut>;
export type ShownPage = ShownRows<DeliveryOut>;

export const keyOf = ({ messageId, endpointId }: { messageId: string; endpointId: string }): string => `${messageId}.${endpointId}`;

export const asShown = <Row>(page: RowPage<Row>): ShownRows<Row> => ({ ...page, waiting: [] });

/** No row moves, appears or goes: each shows what is known of it last. */
export const mergePage = (shown: ShownPage, fresh: DeliveryPage): ShownPage => mergeRows(shown, fresh, keyOf);

/** `mergePage` for any rows. */
export function mergeRows<Row>(shown: ShownRows<Row>, fresh: RowPage<Row>, idOf: (row: Row) => string): ShownRows<Row> {
  // An empty page has nothing to hold still.
  if (shown.data.length === 0) return asShown(fresh);
  const latest = new Map(fresh.data.map((row) => [idOf(row), row]));
  const data = shown.data.map((row) => latest.get(idOf(row)) ?? row);
  const known = new Set(data.map(idOf));
  const top = fresh.data.findIndex((row) => known.has(idOf(row)));
  const newer = fresh.data.slice(0, top < 0 ? fresh.data.length : top);
  return { ...shown, data, waiting: newer.filter((row) => !known.has(idOf(row))) };
}

const soonMs = 2_000;

/** Whether something is about to happen to the delivery. */
export const isMoving = ({ status, sending, nextAttemptAt }: DeliveryOut, nowMs: number): boolean =>
  status === "pending" && (sending || nextAttemptAt === null || Date.parse(nextAttemptAt) < nowMs + soonMs);

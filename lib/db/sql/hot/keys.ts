/** Deliveries named by their keys, as parameters of a statement. */
import { partitionName } from "../../partitions.ts";
import { plainArray } from "../parameters.ts";
import { dayMs } from "../../../words/duration.ts";

export type DeliveryKey = {
  messageId: string;
  endpointId: string;
  /** When the message was made. */
  createdAt: Date;
};

/** Before the lease of a delivery that is in hand: inHand.ts. No lease begins with it. */
export const inHandMark = "+";

/** A delivery as whoever holds it knows it. */
export type HeldKey = DeliveryKey & { leaseId: string };

export const dayOf = (moment: Date | number): number => Math.floor(Number(moment) / dayMs) * dayMs;

/**
 * The hot statements name the day's partition themselves. Through the partitioned table, every row would be looked
 * for among all days, or every statement planned anew; both cost more than the statement.
 */
export function ofDay(table: "message" | "delivery", dayStartMs: number): string {
  return `"${partitionName(table, dayStartMs)}"`;
}

/** SQL: due at once. Columns keep milliseconds, and a rounded-up now() would be due in a moment, not now. */
export const dueNow = "date_trunc('milliseconds', now())";

/** The day in the name of a prepared statement, of which there is one for each day. */
export const dayName = (dayStartMs: number): string => String(dayStartMs / dayMs);

export function byDay<T extends { createdAt: Date }>(rows: readonly T[]): Map<number, T[]> {
  const days = new Map<number, T[]>();
  for (const row of rows) {
    const day = dayOf(row.createdAt);
    const others = days.get(day);
    if (others === undefined) days.set(day, [row]);
    else others.push(row);
  }
  return days;
}

/** Whether an error says that the day's partition is gone: it is past retention, and so are its rows (SQLSTATE 42P01). */
export const isDayGone = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === "42P01";

/** Whether an error says that a statement took longer than it may: the database broke it off, and nothing of it was done (SQLSTATE 57014). */
export const isTooSlow = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === "57014";

/** The parameters $1 to $4 of a statement about held deliveries. */
export const heldParameters = (keys: readonly HeldKey[]): unknown[] => [
  plainArray(keys.map(({ messageId }) => messageId)),
  plainArray(keys.map(({ endpointId }) => endpointId)),
  plainArray(keys.map(({ createdAt }) => createdAt.getTime())),
  plainArray(keys.map(({ leaseId }) => leaseId)),
];

/** SQL: whether `d` is pending, in words that the index of due deliveries does not match: finding a row by its key must not use it. */
export const isPending = `d."nextAttemptAt" is not null`;

/**
 * SQL: whether a row `d` of the day's partition is the delivery of `k`, in words that only the primary key matches. On a day that
 * is still empty, an index that begins with the endpoint promises as much; its plan is kept, the day grows, and every row is
 * looked for among all of its endpoint.
 */
export const isKeyOf = (k: string): string =>
  `(d."messageId", d."endpointId") between (${k}."messageId", ${k}."endpointId") and (${k}."messageId", ${k}."endpointId")`;

/** SQL: whether a row is in hand. */
export const isInHand = (row: string): string => `left(${row}."leaseId", 1) = '${inHandMark}'`;

/** SQL: the lease of a row, in hand or not. */
export const leaseOf = (row: string): string => `ltrim(${row}."leaseId", '${inHandMark}')`;

/** SQL: whether the lease of `k` is that of a row `d`, in hand or not. */
export const isLeaseOf = (k: string): string => `${leaseOf("d")} = ${k}."leaseId"`;

/** SQL: the rows of heldParameters, as the from-item `k`. */
export const heldFrom = `(select * from unnest($1::text[], $2::text[], $3::int8[], $4::text[])
  as u("messageId", "endpointId", "createdMs", "leaseId") where ${takenForOne(`u."createdMs"`)}) k`;

/**
 * SQL that is true for every row, while the planner believes that it leaves one. So it looks the rows of the other side up by their
 * keys, one by one. With ten expected, going through all of a young day seems cheaper: the plan is kept, the day grows,
 * and a statement that took 5 ms takes seconds.
 */
export function takenForOne(column: string): string {
  return `${column} between 1 and 9000000000000000`;
}

/** SQL: whether a row `d` is the one of `k`, and still held. */
export const isHeld = `${isKeyOf("k")} and ${isLeaseOf("k")} and ${isPending}`;

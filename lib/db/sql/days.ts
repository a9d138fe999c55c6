/**
 * When a row was made, as far as its id tells: a bound on `createdAt`, so that a query of a partitioned table reads one day
 * and not all of them.
 */
import { type IdKind, idTimeMs } from "../../ids.ts";

/** An id's moment and its row's come from one clock reading; ids count up within a second where they must. */
export const idSlackMs = 2_000;

/** An attempt is dated by the database, its message by a clock that is corrected to it. */
export const clockSlackMs = 60_000;

/** The earliest and latest moments at which rows with these ids were made; an id of another kind was never made. */
export function madeBetween(kind: IdKind, ...ids: readonly string[]): [Date, Date] {
  const times = ids.flatMap((id) => idTimeMs(kind, id) ?? []);
  if (times.length === 0) return [new Date(0), new Date(0)];
  return [new Date(Math.min(...times) - idSlackMs), new Date(Math.max(...times) + idSlackMs)];
}

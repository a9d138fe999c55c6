/**
 * When a row was made, as far as its id tells: a bound on `createdAt`, so that a query of a partitioned table reads one day
 * and not all of them.
 */
import { type IdKind, idTimeMs } from "../../ids.ts";
import { databaseNowMs } from "../clock.ts";
import { dayMs } from "../../words/duration.ts";

/** An id's moment and its row's come from one clock reading; ids count up within a second where they must. */
export const idSlackMs = 2_000;

/**
 * What clocks may be apart: another process's may be a little ahead, and the database's may have been set back by some hours, as for a
 * wrong time zone. Its rows of before are then of the future, and an attempt may be of before its message.
 */
const clockSlackMs = dayMs;

/** SQL: the same. */
export const clockSlack = `interval '${clockSlackMs} ms'`;

/** Where lists end that have no other end: not now. */
export const endOfLists = (): Date => new Date(databaseNowMs() + clockSlackMs);

/** The earliest moment of an attempt of a message that was accepted then. */
export const earliestAttempt = (messageCreatedAt: Date): Date => new Date(messageCreatedAt.getTime() - clockSlackMs);

/** The earliest and latest moments at which rows with these ids were made; an id of another kind was never made. */
export function madeBetween(kind: IdKind, ...ids: readonly string[]): [Date, Date] {
  const times = ids.flatMap((id) => idTimeMs(kind, id) ?? []);
  if (times.length === 0) return [new Date(0), new Date(0)];
  return [new Date(Math.min(...times) - idSlackMs), new Date(Math.max(...times) + idSlackMs)];
}

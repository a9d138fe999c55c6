/** What a failed statement means for those who wait for it. */
import { AppError } from "../../errors.ts";
import { isOutOfDate } from "../sessionFaults.ts";

export type Fault =
  /** The database is not there, or has no room: the same may work in a moment. */
  | "away"
  /** Two transactions were in each other's way, or a migration came between the statement's plan and now: the same works at once. */
  | "collision"
  /** The statement itself is refused: a row that the database does not take, or a defect of ours. */
  | "refused";

// SQLSTATE classes (PostgreSQL's documentation, appendix A): connections, resources, an operator's intervention, I/O, read-only.
const awayClasses = new Set(["08", "53", "57", "58", "25"]);
const collisions = new Set(["40001", "40P01", "55P03"]);

export function faultOf(error: unknown): Fault {
  const code = sqlStateOf(error);
  if (code === null) return "away";
  if (collisions.has(code) || isOutOfDate(error)) return "collision";
  return awayClasses.has(code.slice(0, 2)) ? "away" : "refused";
}

export const databaseAway = (cause: unknown): AppError =>
  new AppError("unavailable", `The database is not available at the moment; ${isUnsure(cause) ? unsure : "nothing was stored"}`, {
    retryAfterSeconds: 1,
    cause,
  });

const unsure =
  "whether this was stored is not known. Send it again: what has an eventId, or an idempotency key, is stored once, and the rest may be stored twice";

/** Whether the server may have done what it was asked: the connection ended, or the time was over, before it answered. */
const isUnsure = (error: unknown): boolean =>
  sqlStateOf(error) === null &&
  /^Connection terminated( unexpectedly)?$|^Query read timeout$|ECONNRESET|EPIPE/.test((error as Error).message);

/** Null: the error is not PostgreSQL's. Errors of sockets (ECONNRESET…) and of the pool (no code at all) are not SQLSTATEs. */
function sqlStateOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && code !== "EPIPE" ? code : null;
}

/** What a failed statement says of the connection on which it was. */
import pg from "pg";

/** What is prepared in the session is no longer there, since its preparation failed for another statement, or no longer right. */
const outOfDate = new Set(["26000", "42P05", "0A000"]);

/**
 * SQLSTATE classes: connections, an operator's intervention; a state in which the session is whatever the statement, as of a server that
 * takes no writes any more; resources, I/O, and the server's own disorder, for which another connection may be the cure.
 */
const ofSession = /^(08|25|53|57P|58|XX)/;

export const isOutOfDate = (error: unknown): boolean => error instanceof pg.DatabaseError && outOfDate.has(error.code ?? "");

/** Whether the next statement on the connection has no less of a chance for it. What does not come from PostgreSQL is of sockets, and of time limits. */
export const leavesSessionAsItWas = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && !ofSession.test(error.code ?? "XX") && !outOfDate.has(error.code ?? "");

/** No room, a disk that fails, or no writes: what the server says of itself, and will say of the next statement too. */
export const isOfServer = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^(53|58|57P0[23]|25006)/.test(error.code ?? "");

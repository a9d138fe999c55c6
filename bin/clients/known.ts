/** What a client can't do whatever the server says, with the reason: told in the table, and no failure. */

/** By language, then by operation. */
export const known: Record<string, Record<string, string>> = {};

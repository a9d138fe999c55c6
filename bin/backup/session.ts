/** The session of a backup and of a restore. */
import type pg from "pg";
import { withoutLimits } from "../../lib/db/withoutLimits.ts";

/**
 * SQL: how a session writes and reads rows as text, whatever server and role are set to; and that nothing but the network ends
 * it. For the transaction alone, because a pooler may stand between.
 */
export const sessionOfCopies = ["client_encoding = 'UTF8'", "datestyle = 'ISO, YMD'", "intervalstyle = 'postgres'", "timezone = 'UTC'"]
  .concat(["extra_float_digits = 3", "bytea_output = 'hex'"])
  .map((setting) => `set local ${setting};`)
  .concat(withoutLimits(true))
  .join(" ");

/** To be called as a stream of rows begins; resolves when the session is free for another statement, which is after the last row. */
export const freeAgain = (client: pg.Client): Promise<void> => new Promise((resolve) => void client.once("drain", resolve));

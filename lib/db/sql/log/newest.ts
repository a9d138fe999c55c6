/** Where work ends that is done on all that there is. */
import { pool } from "../../client.ts";
import { databaseNowMs } from "../../clock.ts";

/** By which index the newest row of an owner is found. */
const owners = {
  delivery: { table: "delivery", column: "environmentId" },
  message: { table: "message", column: "applicationId" },
  receivedRequest: { table: "received_request", column: "sourceId" },
} as const;

/**
 * The moment, excluded, after all of an environment's deliveries, an application's messages or a source's requests that there are.
 * Now, or later: another process's clock may be a little ahead, and one that was set back has left rows of the future.
 */
export async function endOfAll(kind: keyof typeof owners, ownerId: string): Promise<Date> {
  const { table, column } = owners[kind];
  const { rows } = await pool().query<{ createdAt: Date }>({
    name: `newest_${table}`,
    text: `select "createdAt" from "${table}" where "${column}" = $1 order by "createdAt" desc limit 1`,
    values: [ownerId],
  });
  return new Date(Math.max(databaseNowMs(), (rows[0]?.createdAt.getTime() ?? 0) + 1));
}

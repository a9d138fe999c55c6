/** Where work ends that is done on all that there is. */
import { pool } from "../../client.ts";
import { databaseNowMs } from "../../clock.ts";
import { isOf } from "../isOf.ts";

/** By which index the newest row of an owner, $1, is found. */
const owners = {
  delivery: { table: "delivery", isOfOwner: isOf(`"environmentId"`, "$1") },
  message: { table: "message", isOfOwner: isOf(`"applicationId"`, "$1") },
  receivedRequest: { table: "received_request", isOfOwner: isOf(`"sourceId"`, "$1") },
} as const;

/**
 * The moment, excluded, after all of an environment's deliveries, an application's messages or a source's requests that there are.
 * Now, or later: another process's clock may be a little ahead, and one that was set back has left rows of the future.
 */
export async function endOfAll(kind: keyof typeof owners, ownerId: string): Promise<Date> {
  const { table, isOfOwner } = owners[kind];
  const { rows } = await pool().query<{ createdAt: Date }>({
    name: `newest_${table}`,
    text: `select "createdAt" from "${table}" where ${isOfOwner} order by "createdAt" desc limit 1`,
    values: [ownerId],
  });
  return new Date(Math.max(databaseNowMs(), (rows[0]?.createdAt.getTime() ?? 0) + 1));
}

/** How an endpoint does at this moment. */
import { pool } from "../../client.ts";
import { isOf } from "../isOf.ts";

/** Attempts of the last three seconds, and how many of them failed. */
export type EndpointHealth = {
  /** Manual attempts that are queued and not made yet, counted up to a limit. */
  waiting: number;
  attempts: number;
  failed: number;
};

/** Reads an endpoint's health. `limit`: waiting attempts are counted no further. */
export async function readHealth(endpointId: string, limit: number): Promise<EndpointHealth> {
  const { rows } = await pool().query<EndpointHealth>({
    name: "endpoint_health",
    text: `
select (select count(*)::int from (select from delivery d where d."endpointId" = $1 and d."dueAt" is not null and d."manualQueued" > 0
    limit $2) w) as "waiting",
  count(*)::int as "attempts", count(t."errorClass")::int as "failed"
from attempt t where ${isOf(`t."endpointId"`, "$1")} and t."createdAt" > now() - interval '3 seconds'`,
    values: [endpointId, limit],
  });
  return rows[0] ?? { waiting: 0, attempts: 0, failed: 0 };
}

/** What is left of applications and endpoints, also of those that are gone. */
import { pool } from "../../client.ts";
import { isOf } from "../isOf.ts";

// All days are looked through: what is asked about may be as old as the log.
const traces = {
  application: `select exists (select from application where "id" = $1) or exists (select from message where ${isOf(`"applicationId"`, "$1")}) as "found"`,
  endpoint: `select exists (select from endpoint where "id" = $1) or exists (select from delivery where ${isOf(`"endpointId"`, "$1")}) as "found"`,
} as const;

/** Whether an application's or endpoint's id stands anywhere: what was deleted keeps its id as long as there is a message of it. */
export async function hasTraces(kind: keyof typeof traces, id: string): Promise<boolean> {
  const { rows } = await pool().query<{ found: boolean }>(traces[kind], [id]);
  return rows[0]?.found ?? true;
}

/** Whether DATABASE_REPLICA_URL leads to a standby of the database that Webster works in, and if not, what to do. */
import type pg from "pg";
import { log } from "../log.ts";
import { withClient } from "./connection.ts";
import { describeUrl, explainDatabaseError } from "./explain.ts";
import { StartError } from "./startError.ts";

type Facts = { isStandby: boolean; database: number; hasTables: boolean; mayRead: boolean };

/** What is the same on a server and its standbys, and on no other; system null: this role may not ask. */
type Identity = { system: string | null; database: number };

type Queryable = Pick<pg.Client, "query">;

const insufficientPrivilege = "42501";

/** Null: it is one, as far as can be seen. What has the fault is never read from. Throws where the primary can't be asked. */
export async function findReplicaFault(primaryUrl: string, replicaUrl: string, timeoutMs: number): Promise<StartError | null> {
  const { host, name, user } = describeUrl(replicaUrl);
  try {
    return await withClient(replicaUrl, configOf(timeoutMs), async (replica) => {
      const { rows } = await replica.query<Facts>(
        `select pg_is_in_recovery() as "isStandby", to_regclass('delivery') is not null as "hasTables",
           coalesce(has_table_privilege(to_regclass('delivery'), 'SELECT'), true) as "mayRead"`,
      );
      const facts = rows[0];
      if (facts?.isStandby !== true)
        return new StartError(
          `PostgreSQL at ${host} is no standby: it takes writes of its own.`,
          `Set DATABASE_REPLICA_URL to a standby of the primary (streaming replication), or leave it out.`,
        );
      const own = await withClient(primaryUrl, configOf(timeoutMs), identityOf);
      const other = await identityOf(replica);
      const isKnown = own.system !== null && other.system !== null;
      if (isKnown && own.system !== other.system)
        return new StartError(
          `PostgreSQL at ${host} is a standby of another server than the one of DATABASE_URL.`,
          "Set DATABASE_REPLICA_URL to a standby of that one, or leave it out.",
        );
      // A standby that is behind may have no tables yet.
      if (own.database !== other.database || (!isKnown && !facts.hasTables))
        return new StartError(
          `The database "${name}" at ${host} is not the one of DATABASE_URL.`,
          `Name that one in DATABASE_REPLICA_URL: "${describeUrl(primaryUrl).name}".`,
        );
      if (!facts.mayRead)
        return new StartError(
          `User "${user}" may not read Webster's tables in the database "${name}" at ${host}.`,
          "Name the user of DATABASE_URL in DATABASE_REPLICA_URL.",
        );
      return null;
    });
  } catch (error) {
    const told = explainDatabaseError(error, replicaUrl);
    if (told instanceof StartError)
      return new StartError(told.message, told.remedy.replaceAll("DATABASE_URL", "DATABASE_REPLICA_URL"), error);
    throw error;
  }
}

/** Logs what is wrong with the replica. The work goes on without it. */
export async function warnOfReplica(primaryUrl: string, replicaUrl: string, timeoutMs: number): Promise<void> {
  const fault = await findReplicaFault(primaryUrl, replicaUrl, timeoutMs).catch((error: Error) => error);
  if (fault === null) return;
  const hint = fault instanceof StartError ? fault.remedy : "Look at DATABASE_REPLICA_URL.";
  log.warn({ problem: fault.message, hint, meanwhile: "The primary is read." }, "replica.unfit");
}

/** Whether they are one database, as far as can be seen. */
export async function isSameDatabase(one: Queryable, other: Queryable): Promise<boolean> {
  const [first, second] = await Promise.all([identityOf(one), identityOf(other)]);
  return first.database === second.database && (first.system === null || second.system === null || first.system === second.system);
}

async function identityOf(client: Queryable): Promise<Identity> {
  const { rows } = await client.query<{ database: number }>(
    `select "oid"::int8::float8 as "database" from pg_database where "datname" = current_database()`,
  );
  return { system: await systemOf(client), database: rows[0]?.database ?? 0 };
}

async function systemOf(client: Queryable): Promise<string | null> {
  try {
    const { rows } = await client.query<{ system: string }>(`select "system_identifier"::text as "system" from pg_control_system()`);
    return rows[0]?.system ?? null;
  } catch (error) {
    if ((error as pg.DatabaseError).code === insufficientPrivilege) return null;
    throw error;
  }
}

const configOf = (timeoutMs: number): pg.ClientConfig => ({
  connectionTimeoutMillis: timeoutMs,
  query_timeout: timeoutMs,
  application_name: "webster replica",
});

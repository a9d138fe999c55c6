/** Whether a database is one that Webster can work in, and if not, what to do. */
import type pg from "pg";
import { refuseRestoring } from "./restoring.ts";
import { StartError } from "./startError.ts";

type Facts = {
  version: string;
  encoding: string;
  isStandby: boolean;
  isReadOnly: boolean;
  /** Or need not: the tables are there. */
  mayCreate: boolean;
  schema: string | null;
  searchPath: string;
  user: string;
};

const oldest = 14;

/** Throws StartError. `host` and `name` are for its words. */
export async function requireFit(client: pg.Client, host: string, name: string): Promise<void> {
  const { rows } = await client.query<Facts>(
    `select current_setting('server_version_num') as "version", current_setting('server_encoding') as "encoding",
       pg_is_in_recovery() as "isStandby", current_setting('transaction_read_only')::bool as "isReadOnly", current_schema() as "schema",
       coalesce(has_schema_privilege(current_schema(), 'create'), false) or to_regclass('_prisma_migrations') is not null as "mayCreate",
       current_user as "user", current_setting('search_path') as "searchPath"`,
  );
  const [facts] = rows;
  if (facts === undefined) return;
  const { version, encoding, isStandby, isReadOnly, mayCreate, schema, searchPath, user } = facts;
  const major = Math.floor(Number(version) / 10_000);
  if (major < oldest)
    throw new StartError(
      `PostgreSQL at ${host} has version ${major}; Webster needs ${oldest} or newer.`,
      "Upgrade it, or set DATABASE_URL to another.",
    );
  if (encoding !== "UTF8")
    throw new StartError(
      `The database "${name}" at ${host} is encoded in ${encoding}; webhooks hold text in every script, so Webster needs UTF8.`,
      `Make another: CREATE DATABASE "${name}_utf8" ENCODING 'UTF8' TEMPLATE template0;`,
    );
  if (isStandby)
    throw new StartError(
      `PostgreSQL at ${host} is a standby, which takes no writes.`,
      "Set DATABASE_URL to the primary, or name all hosts there (postgresql://user@one,two/db?target_session_attrs=read-write): Webster then finds it. Standbys may be read by DATABASE_REPLICA_URL.",
    );
  if (isReadOnly)
    throw new StartError(
      `The database "${name}" at ${host} is set to read-only transactions.`,
      `Let Webster write: ALTER DATABASE "${name}" SET default_transaction_read_only = off;`,
    );
  if (schema === null)
    throw new StartError(
      `User "${user}" has no schema to make tables in: in database "${name}" at ${host} none may be used of search_path ${searchPath}.`,
      `Name one there, ALTER DATABASE "${name}" SET search_path = public; and let the user into it, GRANT CREATE, USAGE ON SCHEMA public TO "${user}". Or name another who has one in DATABASE_OWNER_URL.`,
    );
  if (!mayCreate)
    throw new StartError(
      `User "${user}" may not create Webster's tables in schema "${schema}" of database "${name}" at ${host}.`,
      `Let it own the database, ALTER DATABASE "${name}" OWNER TO "${user}"; or the schema: GRANT CREATE, USAGE ON SCHEMA ${schema} TO "${user}". Or name another who does in DATABASE_OWNER_URL.`,
    );
  await refuseRestoring(client, name);
}

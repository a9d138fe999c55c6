/** Whether PostgreSQL gives as many connections as Webster's processes may open: without them it answers 503 now and then. */
import type pg from "pg";
import { log } from "../log.ts";

type Limits = { server: number; role: number; database: number; user: string; name: string };

/** What allows fewer connections than `needed`, and what to do; null: nothing does. Of others' connections nothing is known. */
export async function findNarrowness(client: Pick<pg.Pool, "query">, needed: number): Promise<[what: string, remedy: string] | null> {
  const { rows } = await client.query<Limits>(
    `select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0) as "server",
       rolconnlimit as "role", datconnlimit as "database", current_user as "user", current_database() as "name"
     from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
  );
  const [limits] = rows;
  if (limits === undefined) return null;
  const { server, role, database, user, name } = limits;
  const bounds: [allowed: number, by: string, remedy: string][] = [
    [server, "PostgreSQL", "Raise its max_connections"],
    [role, `user "${user}"`, `ALTER ROLE "${user}" CONNECTION LIMIT -1`],
    [database, `database "${name}"`, `ALTER DATABASE "${name}" CONNECTION LIMIT -1`],
  ];
  // -1: no limit.
  const tight = bounds.filter(([allowed]) => allowed >= 0 && allowed < needed).sort(([one], [other]) => one - other)[0];
  if (tight === undefined) return null;
  const [allowed, by, remedy] = tight;
  return [`Webster may open ${needed} connections, and ${by} has room for ${allowed}`, `${remedy}, or set fewer WEBSTER_PROCESSES.`];
}

/** Says so in the log. Nothing is refused: with few requests fewer are opened. */
export async function warnOfNarrowness(client: Pick<pg.Pool, "query">, needed: number): Promise<void> {
  const found = await findNarrowness(client, needed);
  if (found !== null) log.warn({ what: found[0], hint: found[1] }, "database.few_connections");
}

/**
 * The roles of the embedded server. PostgreSQL's first user is a superuser, and does nothing but make the other two: one owns
 * the database and all tables, for migrations; the other works with them, and may do what lib/db/grants.ts says. A
 * directory of a version that did everything as the superuser is brought to the same at its next start.
 */
import pg from "pg";

export const superuser = "webster";
export const owner = "webster_owner";
export const worker = "webster_app";
export const database = "webster";

/** Makes roles and database, or what is missing of them. `urlOf`: a superuser's URL of a database. `password`: null where sockets are trusted. */
export async function makeRoles(urlOf: (name: string) => string, password: string | null): Promise<void> {
  await connected(urlOf("postgres"), async (client) => {
    for (const role of [owner, worker]) {
      const found = await client.query<{ mighty: boolean }>(
        "select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as mighty from pg_roles where rolname = $1",
        [role],
      );
      const [known] = found.rows;
      if (known?.mighty === false) continue;
      const secret = password === null ? "" : ` password ${pg.escapeLiteral(password)}`;
      await client.query(
        `${known === undefined ? "create" : "alter"} role ${role} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls${secret}`,
      );
    }
    const { rows } = await client.query<{ owner: string }>("select datdba::regrole::text as owner from pg_database where datname = $1", [
      database,
    ]);
    if (rows[0] === undefined) await client.query(`create database ${database} owner ${owner}`);
    else if (rows[0].owner !== owner) await client.query(`alter database ${database} owner to ${owner}`);
  });
  await connected(urlOf(database), giveAway);
}

/** Gives everything in the database to its owner, each thing on its own: thousands of days at once are more locks than there are. */
async function giveAway(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('alter table %s owner to ${owner}', c.oid::regclass) as statement from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S') and c.relowner <> '${owner}'::regrole
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
         and (d.deptype = 'e' or (c.relkind = 'S' and d.deptype in ('a', 'i'))))
     union all
     select format('alter routine %s owner to ${owner}', p.oid::regprocedure) from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.proowner <> '${owner}'::regrole
       and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`,
  );
  for (const { statement } of rows) await client.query(statement);
}

async function connected(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

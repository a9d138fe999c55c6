/**
 * What the role that Webster works with may do, if another owns the tables: read and write rows, but of the audit log only add
 * them. Whatever it is tricked into, it can change no table, no trigger, and nothing that was audited.
 */
import pg from "pg";
import { log } from "../log.ts";
import { makeClient } from "./connection.ts";
import { locks } from "./locks.ts";
import { StartError } from "./startError.ts";

const rows = ["DELETE", "INSERT", "SELECT", "UPDATE"];

/** Tables of which less is granted than of the others. */
const guarded: Readonly<Record<string, readonly string[]>> = { audit_entry: ["INSERT", "SELECT"], _prisma_migrations: ["SELECT"] };

const sequences = ["SELECT", "USAGE"];

type Relation = { name: string; kind: string; held: string[] };

/**
 * Grants the role of `url` what it needs, and takes away what is more, as the owner of the tables: to be called after each
 * migration. Throws StartError if the two are not of one database. If they are one role, there is nothing to grant.
 */
export async function grant(ownerUrl: string, url: string): Promise<void> {
  const working = await connected(url, (client) => identity(client));
  await connected(ownerUrl, async (client) => {
    const owner = await identity(client);
    if (working.database !== owner.database || working.name !== owner.name)
      throw new StartError(
        `DATABASE_URL leads to the database "${working.name}", and DATABASE_OWNER_URL to another ("${owner.name}").`,
        "Let both lead to the same database: they differ in user and password only.",
      );
    if (working.role === owner.role) return;
    await client.query("select pg_advisory_lock($1)", [locks.migrate]);
    const role = pg.escapeIdentifier(working.role);
    await client.query("begin");
    for (const statement of await missing(client, working.role, role)) await client.query(statement);
    await client.query(`grant usage on schema ${pg.escapeIdentifier(owner.schema)} to ${role}`);
    // Readiness is asked for by a temporary table.
    await client.query(`grant temporary on database ${pg.escapeIdentifier(owner.name)} to ${role}`);
    await client.query(`grant execute on function "make_day"(text, date), "drop_day"(text, date) to ${role}`);
    await client.query("commit");
  });
}

/** Says in the log if the role could change what the audit log says: nothing is refused, for it may be all that there is. */
export async function warnOfMightyRole(client: Pick<pg.Pool, "query">): Promise<void> {
  const { rows: found } = await client.query<Might>(
    `select current_user as role, quote_ident(current_user) as "quoted", r.rolsuper as superuser, pg_has_role(c.relowner, 'MEMBER') as owns,
       c.relowner::regrole::text as owner, quote_ident(current_schema()) as "schema", has_schema_privilege(current_schema(), 'create') as "mayCreate"
     from pg_class c, pg_roles r where c.oid = to_regclass('audit_entry') and r.rolname = current_user`,
  );
  const [role] = found;
  if (role === undefined) return;
  if (!role.superuser && !role.owns) return role.mayCreate ? warnOfCreating(role) : undefined;
  const hint =
    "The audit log is append-only for a role that neither is a superuser nor owns the tables: docs/operating/database.md, The database's roles";
  if (role.superuser) log.warn({ role: role.role, hint }, "database.role_is_superuser");
  else log.info({ role: role.role, hint }, "database.role_owns_tables");
}

type Might = { role: string; quoted: string; superuser: boolean; owns: boolean; owner: string; schema: string; mayCreate: boolean };

/** Before PostgreSQL 15, and in databases that come from there, everybody may make functions in "public": by the name of one that the owner calls. */
function warnOfCreating({ role, quoted, owner, schema }: Might): void {
  const statements = `GRANT CREATE ON SCHEMA ${schema} TO ${owner}; REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC, ${quoted}`;
  const hint = `It may make functions that the tables' owner then calls, and so do what the owner may. As a superuser, in this database: ${statements}`;
  log.warn({ role, hint }, "database.role_may_create");
}

/** Statements that make what a role holds into what it should. */
async function missing(client: pg.Client, name: string, role: string): Promise<string[]> {
  const { rows: relations } = await client.query<Relation>(
    `select c.relname as "name", c.relkind as "kind",
       coalesce(array_agg(a.privilege_type order by a.privilege_type) filter (where a.grantee = to_regrole($1)), '{}') as "held"
     from pg_class c left join lateral aclexplode(c.relacl) a on true
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'S') group by c.oid order by 1`,
    [pg.escapeIdentifier(name)],
  );
  return relations.flatMap(({ name: relation, kind, held }) => {
    const wanted = kind === "S" ? sequences : (guarded[relation] ?? rows);
    if (wanted.join() === held.join()) return [];
    const on = `on ${kind === "S" ? "sequence" : "table"} ${pg.escapeIdentifier(relation)}`;
    return [`revoke all ${on} from ${role}`, `grant ${wanted.join(", ")} ${on} to ${role}`];
  });
}

type Identity = { role: string; name: string; database: string; schema: string };

/** Who is connected to what. Databases of two servers may have one name and one number: when the server started tells them apart. */
async function identity(client: pg.Client): Promise<Identity> {
  const { rows: found } = await client.query<Identity>(
    `select current_user as "role", d.datname as "name", d.oid || '/' || pg_postmaster_start_time() as "database", current_schema() as "schema"
     from pg_database d where d.datname = current_database()`,
  );
  const [one] = found;
  if (one === undefined) throw new Error("A database that does not know its own name");
  return one;
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = makeClient(url, { application_name: "webster migrate", connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

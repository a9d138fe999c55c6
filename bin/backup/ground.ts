/** A database before rows are put into it: whether it is empty, and how it is made so. */
import pg from "pg";
import { restoringTable } from "../../lib/db/restoring.ts";

/** SQL: what somebody has made in the schema; extensions' own things don't count. */
const relations = `pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`;

export async function isEmpty(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ empty: boolean }>(`select not exists (select from ${relations}) as "empty"`);
  return rows[0]?.empty === true;
}

/**
 * Takes away what a restore that was broken off has made: all that there is, because it began in an empty database and no
 * program works on one that is marked. One by one, for days in thousands are more locks than there are; the mark goes last.
 */
export async function clear(client: pg.Client): Promise<void> {
  const { rows: tables } = await client.query<{ statement: string }>(
    `select format('drop table if exists %s cascade', c.oid::regclass) as "statement" from ${relations}
       and c.relkind in ('r', 'p') and c.relname <> $1 order by c.relispartition desc`,
    [restoringTable],
  );
  const { rows: routines } = await client.query<{ statement: string }>(
    `select format('drop routine if exists %s cascade', p.oid::regprocedure) as "statement" from pg_proc p
     where p.pronamespace = current_schema()::regnamespace and pg_has_role(p.proowner, 'MEMBER')
       and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`,
  );
  const { rows: types } = await client.query<{ statement: string }>(
    `select format('drop type if exists %s cascade', t.oid::regtype) as "statement" from pg_type t
     where t.typnamespace = current_schema()::regnamespace and t.typtype in ('e', 'd') and pg_has_role(t.typowner, 'MEMBER')
       and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')`,
  );
  for (const { statement } of [...tables, ...routines, ...types]) await client.query(statement);
  await client.query(`drop table "${restoringTable}"`);
}

/** Takes away the rows that migrations have made, once there are no foreign keys: the backup has its own. */
export async function rowsAsMade(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as "name" from ${relations} and c.relkind = 'r' and c.relname not in ('_prisma_migrations', $1)`,
    [restoringTable],
  );
  for (const { name } of rows) {
    const table = pg.escapeIdentifier(name);
    const { rows: found } = await client.query(`select from ${table} limit 1`);
    if (found.length > 0) await client.query(`delete from ${table}`);
  }
}

/** Statements that take foreign keys away and put them back: tables come in any order, and refer to each other in circles. */
export async function foreignKeys(client: pg.Client): Promise<{ drop: string; add: string }[]> {
  const { rows } = await client.query<{ drop: string; add: string }>(
    `select format('alter table %s drop constraint %I', k.conrelid::regclass, k.conname) as "drop",
       format('alter table %s add constraint %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) as "add"
     from pg_constraint k where k.contype = 'f' and k.connamespace = current_schema()::regnamespace and k.conparentid = 0`,
  );
  return rows;
}

/** Digests of all tables, as the database's own catalogue lists them: a table that is added is looked at without being told of. */
import type pg from "pg";

/** A digest of each table's rows, without the moments at which something was last used. */
export type TableDigests = Record<string, string>;

type Options = {
  /** The ids whose rows count: those that name one in their id or in a reference. A table without either counts as a whole. */
  of?: readonly string[];
  /** Tables that are left out. */
  without?: readonly string[];
};

type Table = { name: string; references: string[] | null };

let known: Promise<Table[]> | null = null;

export async function tableDigests(pool: pg.Pool, { of, without = [] }: Options = {}): Promise<TableDigests> {
  known ??= tablesOf(pool);
  const tables = (await known).filter(({ name }) => !without.includes(name));
  const digests = tables.map((table) => `(${digestOf(table, of !== undefined)}) as "${table.name}"`);
  const { rows } = await pool.query<TableDigests>({
    // Planned once: what takes the time is not the reading.
    name: `digests ${of === undefined ? "of all" : "of some"} ${without.join(" ")}`,
    text: `select ${digests.join(", ")}`,
    values: of === undefined ? [] : [of],
  });
  return rows[0] ?? {};
}

/** The tables of a database, which are the same in every file's: each is a copy of one template. */
async function tablesOf(pool: pg.Pool): Promise<Table[]> {
  const { rows } = await pool.query<Table>(
    `select relname as name, array_agg(attname::text) filter (where attname ~ '(^id|Id)$' and atttypid in ('text'::regtype, 'varchar'::regtype))
      as "references"
    from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> '_prisma_migrations'
    group by 1 order by 1`,
  );
  return rows;
}

function digestOf({ name, references }: Table, some: boolean): string {
  const named = some && references !== null ? ` where ${references.map((column) => `"${column}" = any($1::text[])`).join(" or ")}` : "";
  const rowsOf = `select (to_jsonb(t) - 'lastUsedAt')::text as row from "${name}" t${named}`;
  return `select count(*) || ' ' || md5(coalesce(string_agg(row, ' ' order by row), '')) from (${rowsOf}) rows`;
}

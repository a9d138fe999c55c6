/**
 * Writes a backup: of one moment, whatever is accepted and delivered meanwhile, as one snapshot of the database sees it. Rows go
 * from the database into the file as they come, so memory does not grow with them. What is in unlogged tables (who listens, who
 * waits for a turn) is not of the kind that outlives a crash, and is left out.
 */
import { type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import packageJson from "../../package.json" with { type: "json" };
import { makeClient } from "../../lib/db/connection.ts";
import { describeUrl, explainDatabaseError } from "../../lib/db/explain.ts";
import { refuseRestoring } from "../../lib/db/restoring.ts";
import { StartError } from "../../lib/db/startError.ts";
import { BackupWriter } from "./container.ts";
import type { BackupEnd, BackupHead, BackupTable } from "./contents.ts";
import { freeAgain, sessionOfCopies } from "./session.ts";

export type Written = { head: BackupHead; rows: number; tables: number; bytes: number };

type Options = {
  /** Called once the snapshot is taken: what is accepted from then on is not in it. */
  onSnapshot?: () => Promise<void> | void;
  /** Ends it before it is done. */
  signal?: AbortSignal;
};

const compression = { level: 3, chunkSize: 256 * 1024 };

/** Writes a backup of the database at `url`, whose user needs to read only. Throws StartError. Does not end `out`. */
export async function writeBackup(url: string, out: Writable, { onSnapshot, signal }: Options = {}): Promise<Written> {
  const client = makeClient(url, { connectionTimeoutMillis: 10_000, application_name: "webster backup" });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("begin isolation level repeatable read read only");
    await client.query(sessionOfCopies);
    await refuseRestoring(client, describeUrl(url).name);
    const head = await readState(client);
    await onSnapshot?.();
    const writer = new BackupWriter(out);
    await writer.begin();
    await writer.frame("H", head);
    const tables: BackupEnd["tables"] = [];
    for (const table of await tablesOf(client)) {
      const rows = await copyOut(client, table, writer, signal);
      if (rows !== null) tables.push({ name: table.name, rows });
    }
    await writer.frame("E", { tables, sequences: await sequencesOf(client) } satisfies BackupEnd);
    await client.query("commit");
    return { head, rows: tables.reduce((sum, { rows }) => sum + rows, 0), tables: tables.length, bytes: writer.bytes };
  } catch (error) {
    throw explainDatabaseError(error, url);
  } finally {
    // Not a query that waits its turn: a copy that was broken off would go on to its end before.
    await client.end().catch(() => undefined);
  }
}

async function readState(client: pg.Client): Promise<BackupHead> {
  const { rows: here } = await client.query<{ there: boolean; postgres: string; takenAt: Date }>(
    `select to_regclass('_prisma_migrations') is not null as "there", current_setting('server_version') as "postgres", now() as "takenAt"`,
  );
  const [state] = here;
  if (state?.there !== true)
    throw new StartError(
      "There is nothing of Webster's in this database.",
      "Set DATABASE_URL, or WEBSTER_DATA_DIR for an embedded database, as the servers have it.",
    );
  const { rows: migrations } = await client.query<{ name: string; checksum: string }>(
    `select migration_name as "name", checksum from "_prisma_migrations" where finished_at is not null and rolled_back_at is null order by 1`,
  );
  const { rows: keys } = await client.query<{ id: string }>(
    `select encode("id", 'hex') as "id" from "seal_key" where "retiredAt" is null order by "createdAt"`,
  );
  return {
    webster: packageJson.version,
    postgres: state.postgres,
    takenAt: state.takenAt.toISOString(),
    migrations,
    keyIds: keys.map(({ id }) => id),
  };
}

/** Every table that has rows of its own and outlives a crash. */
async function tablesOf(client: pg.Client): Promise<BackupTable[]> {
  const { rows } = await client.query<BackupTable>(
    `select c.relname as "name", p.relname as "partitionOf",
       (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as "columns"
     from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
     where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relpersistence = 'p'
       and c.relname <> '_prisma_migrations'
     order by p.relname nulls first, c.relname`,
  );
  return rows;
}

/** The number of rows; null: the table was a day that has been dropped, because it was past retention. */
async function copyOut(client: pg.Client, table: BackupTable, writer: BackupWriter, signal?: AbortSignal): Promise<number | null> {
  const name = pg.escapeIdentifier(table.name);
  await client.query("savepoint one");
  try {
    await client.query(`lock table ${name} in access share mode`);
  } catch (error) {
    if (table.partitionOf === null || (error as pg.DatabaseError).code !== "42P01") throw error;
    await client.query("rollback to savepoint one");
    return null;
  }
  await writer.frame("T", table);
  const free = freeAgain(client);
  const rows = client.query(copyTo(`copy ${name} (${table.columns.map(pg.escapeIdentifier).join(", ")}) to stdout`));
  await pipeline(
    rows,
    createGzip(compression),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) await writer.frame("D", chunk);
    },
    signal === undefined ? {} : { signal },
  );
  await free;
  return rows.rowCount;
}

// After the rows: a sequence is of no snapshot, and must not be behind what they hold.
async function sequencesOf(client: pg.Client): Promise<BackupEnd["sequences"]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as "name" from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'S' order by 1`,
  );
  const sequences: BackupEnd["sequences"] = [];
  for (const { name } of rows) {
    const { rows: found } = await client.query<{ value: string; isCalled: boolean }>(
      `select last_value::text as "value", is_called as "isCalled" from ${pg.escapeIdentifier(name)}`,
    );
    for (const one of found) sequences.push({ name, ...one });
  }
  return sequences;
}

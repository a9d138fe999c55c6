/**
 * Brings a database's tables up to date. Each migration of prisma/migrations runs in one transaction together
 * with its row in `_prisma_migrations`: whatever is killed, a migration has happened whole or not at all. The table is
 * Prisma's own, so `prisma migrate deploy` and `prisma migrate status` work on the same database (a test proves it).
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { makeClient } from "./connection.ts";
import { log } from "../log.ts";
import { describeUrl, explainDatabaseError } from "./explain.ts";
import { requireFit } from "./fitness.ts";
import { restoringTable } from "./restoring.ts";
import { StartError } from "./startError.ts";
import { locks } from "./locks.ts";
import { whileWanted, withoutLimits } from "./withoutLimits.ts";

export type Migration = { name: string; sql: string; checksum: string };

type Applied = { migration_name: string; checksum: string };

const connectionTimeoutMs = 10_000;
const slowMs = 5_000;

/** Applies what is missing, and answers the names of the migrations applied. Throws StartError where a person has to act. */
export async function migrate(url: string, migrations: Migration[] = readMigrations()): Promise<string[]> {
  const client = await connect(url);
  try {
    // A migration takes as long as it takes.
    await client.query(withoutLimits(false) + whileWanted);
    await toldIfSlow("of another process", client.query("select pg_advisory_lock($1)", [locks.migrate]));
    return await migrateBy(client, migrations);
  } catch (error) {
    throw explainDatabaseError(error, url);
  } finally {
    await client.end();
  }
}

/** How many migrations are still to be applied; changes nothing. Throws StartError where the tables are not this version's to bring up to date. */
export async function countPending(client: pg.Client): Promise<number> {
  return pendingMigrations(readMigrations(), (await isMigrated(client)) ? await listApplied(client) : []).length;
}

/** The same by a connection that is there, alone with the database. */
export async function migrateBy(client: pg.Client, migrations: Migration[]): Promise<string[]> {
  const applied = await readApplied(client);
  const pending = pendingMigrations(migrations, applied);
  if (applied.length === 0 && pending.length > 0) await refuseForeignTables(client);
  for (const migration of pending) await apply(client, migration);
  return pending.map(({ name }) => name);
}

/** The migrations of this version, in the order in which they are applied. */
export function readMigrations(directory: string = findMigrations()): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(directory, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

async function connect(url: string): Promise<pg.Client> {
  const client = await open(url);
  try {
    const { host, name } = describeUrl(url);
    await requireFit(client, host, name);
  } catch (error) {
    await client.end();
    throw explainDatabaseError(error, url);
  }
  return client;
}

async function open(url: string): Promise<pg.Client> {
  try {
    const client = makeClient(url, { connectionTimeoutMillis: connectionTimeoutMs, application_name: "webster migrate" });
    // Without a listener a connection that breaks later would end the process; the statement under way rejects anyway.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  } catch (error) {
    throw explainDatabaseError(error, url);
  }
}

async function readApplied(client: pg.Client): Promise<Applied[]> {
  // Who may only work with the tables can't create one, not even one that is there.
  if (!(await isMigrated(client)))
    await client.query(`create table if not exists "_prisma_migrations" (
    "id" varchar(36) primary key not null, "checksum" varchar(64) not null, "finished_at" timestamptz, "migration_name" varchar(255) not null,
    "logs" text, "rolled_back_at" timestamptz, "started_at" timestamptz not null default now(), "applied_steps_count" integer not null default 0)`);
  return listApplied(client);
}

async function isMigrated(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ name: string | null }>(`select to_regclass('_prisma_migrations') as name`);
  return rows[0]?.name !== null;
}

async function listApplied(client: pg.Client): Promise<Applied[]> {
  const found = await client.query<Applied>(
    `select migration_name, checksum from "_prisma_migrations" where finished_at is not null and rolled_back_at is null order by migration_name`,
  );
  return found.rows;
}

function pendingMigrations(known: Migration[], applied: Applied[]): Migration[] {
  const byName = new Map(known.map((migration) => [migration.name, migration]));
  const unknown = applied.find(({ migration_name }) => !byName.has(migration_name));
  if (unknown !== undefined)
    throw new StartError(
      `The database was changed by a newer Webster (migration ${unknown.migration_name}), and this one doesn't know it.`,
      "Start that version, or restore a backup from before the upgrade.",
    );
  const edited = applied.find(({ migration_name, checksum }) => byName.get(migration_name)?.checksum !== checksum);
  if (edited !== undefined)
    throw new StartError(
      `Migration ${edited.migration_name} was changed after it had been applied to this database.`,
      "Undo the change to the file; say what should be different in a new migration.",
    );
  const done = new Set(applied.map(({ migration_name }) => migration_name));
  return known.filter(({ name }) => !done.has(name));
}

async function refuseForeignTables(client: pg.Client): Promise<void> {
  const found = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and relname not in ('_prisma_migrations', $1) limit 1`,
    [restoringTable],
  );
  const table = found.rows[0]?.name;
  if (table === undefined) return;
  throw new StartError(
    `The database holds tables that aren't Webster's, such as "${table}".`,
    "Give Webster a database of its own in DATABASE_URL.",
  );
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query("begin");
  try {
    await toldIfSlow(migration.name, client.query(migration.sql));
    await client.query(
      `insert into "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count) values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw explainFailed(migration, error);
  }
}

/** What a person can act on is told by whoever knows the database; of the rest, which migration it was. */
function explainFailed({ name }: Migration, error: unknown): unknown {
  if (!(error instanceof Error) || explainDatabaseError(error, "") !== error) return error;
  return new StartError(
    `Migration ${name} failed, and nothing of it is left: ${error.message}.`,
    "Start again: it is tried anew. If it fails again, report it with this message, and go on with the version before.",
    error,
  );
}

/** Says in the log that a start waits, and for which migration. */
async function toldIfSlow<T>(migration: string, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => log.warn({ migration }, "migration.takes_long"), slowMs).unref();
  return work.finally(() => clearTimeout(timer));
}

function findMigrations(): string {
  // The migrations are beside lib/ in the source tree, or below the working directory if a bundler has moved this file.
  const beside = join(import.meta.dirname, "..", "..", "prisma", "migrations");
  return existsSync(beside) ? beside : join(process.cwd(), "prisma", "migrations");
}

/**
 * Restores a backup into an empty database: the tables as they were by the migrations of then, their rows, and then what has been
 * migrated since. From the first change to the last the database is marked (lib/db/restoring.ts), so that nobody takes half of it
 * for the whole; a restore that finds the mark of one that was broken off begins anew.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { makeClient } from "../../lib/db/connection.ts";
import { describeUrl, explainDatabaseError } from "../../lib/db/explain.ts";
import { requireFit } from "../../lib/db/fitness.ts";
import { locks } from "../../lib/db/locks.ts";
import { migrateBy, type Migration, readMigrations } from "../../lib/db/migrate.ts";
import { isRestoring, restoringTable } from "../../lib/db/restoring.ts";
import { StartError } from "../../lib/db/startError.ts";
import { whileWanted } from "../../lib/db/withoutLimits.ts";
import { damaged, type Frame, framesOf } from "./container.ts";
import { type BackupEnd, type BackupHead, type BackupTable, readEnd, readHead, readTable } from "./contents.ts";
import { clear, foreignKeys, isEmpty, rowsAsMade } from "./ground.ts";
import { freeAgain, sessionOfCopies } from "./session.ts";

export type Restored = { head: BackupHead; end: BackupEnd; rows: number; migrated: string[] };

/** Reads a backup to its end and changes nothing. Throws StartError if it is no whole backup. */
export async function readBackup(chunks: AsyncIterable<Buffer>): Promise<{ head: BackupHead; end: BackupEnd }> {
  let head: BackupHead | null = null;
  for await (const frame of framesOf(chunks)) {
    if (head === null) head = readHead(frame);
    else if (frame.type === "E") return { head, end: readEnd(frame) };
  }
  throw damaged();
}

/** Throws StartError if this version does not know how its tables were. */
export function requireKnown(head: BackupHead, known: readonly Migration[] = readMigrations()): void {
  const byName = new Map(known.map((migration) => [migration.name, migration]));
  const unknown = head.migrations.find(({ name }) => !byName.has(name));
  if (unknown !== undefined)
    throw new StartError(
      `The backup was made by a newer Webster, ${head.webster} (migration ${unknown.name}), and this one doesn't know its tables.`,
      "Restore it with that version, or a newer one.",
    );
  const edited = head.migrations.find(({ name, checksum }) => byName.get(name)?.checksum !== checksum);
  if (edited !== undefined)
    throw new StartError(
      `The backup's tables were made by another migration ${edited.name} than the one that is here.`,
      "Restore it with the Webster that made it.",
    );
}

/** Throws StartError if values in the backup were sealed with a secret that is not among these. `keyIds`: in hex. */
export function requireSecrets(head: BackupHead, keyIds: readonly string[], remedy: string): void {
  const missing = head.keyIds.filter((id) => !keyIds.includes(id));
  if (missing.length === 0) return;
  const those = `${missing.length === 1 ? "key" : "keys"} ${missing.join(", ")}`;
  throw new StartError(
    keyIds.length === 0
      ? `The backup needs the secret that it was made with (${those}), and there is none here.`
      : `The backup was made with another WEBSTER_SECRET (${those}): without it no stored signing secret can be read.`,
    remedy,
  );
}

/** Restores as the user of `url`, who comes to own the tables. `accept` may refuse by the head, before anything is changed. */
export async function restoreBackup(
  url: string,
  chunks: AsyncIterable<Buffer>,
  accept: (head: BackupHead) => void,
  known: Migration[] = readMigrations(),
): Promise<Restored> {
  const frames = framesOf(chunks);
  const first = await frames.next();
  if (first.done === true) throw damaged();
  const head = readHead(first.value);
  requireKnown(head, known);
  accept(head);
  const client = makeClient(url, { connectionTimeoutMillis: 10_000, application_name: "webster restore" });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(whileWanted);
    await takePlace(client, url);
    // Nothing counts before the mark is gone; that waits for the disk, and for all that was written before.
    await client.query("set synchronous_commit = off");
    const then = new Set(head.migrations.map(({ name }) => name));
    await migrateBy(
      client,
      known.filter(({ name }) => then.has(name)),
    );
    const keys = await foreignKeys(client);
    for (const { drop } of keys) await client.query(drop);
    await rowsAsMade(client);
    const { end, rows } = await copyAll(client, frames);
    for (const { name, value, isCalled } of end.sequences)
      await client.query("select setval($1::regclass, $2, $3)", [pg.escapeIdentifier(name), value, isCalled]);
    for (const { add } of keys) await client.query(add);
    const migrated = await migrateBy(client, known);
    await client.query("analyze");
    await client.query("reset synchronous_commit");
    await client.query(`drop table "${restoringTable}"`);
    return { head, end, rows, migrated };
  } catch (error) {
    throw explainDatabaseError(error, url);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Marks the database as this restore's. Throws StartError if it is not empty, or another's. */
async function takePlace(client: pg.Client, url: string): Promise<void> {
  const { host, name } = describeUrl(url);
  const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock($1) as "taken"`, [locks.restore]);
  if (rows[0]?.taken !== true) throw new StartError(`Another restore into the database "${name}" is under way.`, "Wait for it, or end it.");
  // A start that has looked already waits here until all is there.
  await client.query("select pg_advisory_lock($1)", [locks.migrate]);
  if (await isRestoring(client)) await clear(client);
  await requireFit(client, host, name);
  if (!(await isEmpty(client)))
    throw new StartError(
      `The database "${name}" at ${host} is not empty, and a restore changes nothing that is there.`,
      "Name an empty one: CREATE DATABASE another OWNER …, or for the embedded database another WEBSTER_DATA_DIR.",
    );
  await client.query(`create table "${restoringTable}" ("begunAt" timestamptz not null default now())`);
}

async function copyAll(client: pg.Client, frames: AsyncIterator<Frame>): Promise<{ end: BackupEnd; rows: number }> {
  const copied = new Map<string, number>();
  let next = await following(frames);
  while (next.type === "T") {
    const table = readTable(next);
    await makeDay(client, table);
    const [count, after] = await copyIn(client, table, frames);
    copied.set(table.name, count);
    next = after;
  }
  const end = readEnd(next);
  if (end.tables.length !== copied.size || end.tables.some(({ name, rows }) => copied.get(name) !== rows)) throw damaged();
  return { end, rows: end.tables.reduce((sum, { rows }) => sum + rows, 0) };
}

async function following(frames: AsyncIterator<Frame>): Promise<Frame> {
  const { done, value } = await frames.next();
  if (done === true) throw damaged();
  return value;
}

async function makeDay(client: pg.Client, { name, partitionOf }: BackupTable): Promise<void> {
  if (partitionOf === null) return;
  const [, year, month, day] = /_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
  if (day === undefined || name !== `${partitionOf}_${year}${month}${day}`) throw damaged();
  await client.query("select make_day($1, $2)", [partitionOf, `${year}-${month}-${day}`]);
}

/** Copies a table's rows; answers how many, and the first frame that is none of theirs. */
async function copyIn(client: pg.Client, { name, columns }: BackupTable, frames: AsyncIterator<Frame>): Promise<[number, Frame]> {
  await client.query("begin");
  await client.query(sessionOfCopies);
  const free = freeAgain(client);
  const into = client.query(copyFrom(`copy ${pg.escapeIdentifier(name)} (${columns.map(pg.escapeIdentifier).join(", ")}) from stdin`));
  const after: { frame: Frame | null } = { frame: null };
  const compressed = Readable.from(
    (async function* () {
      for (;;) {
        const frame = await following(frames);
        if (frame.type !== "D") {
          after.frame = frame;
          return;
        }
        yield frame.bytes;
      }
    })(),
    { objectMode: false },
  );
  await pipeline(compressed, createGunzip(), into).catch((error: NodeJS.ErrnoException) => {
    throw String(error.code).startsWith("Z_") ? damaged(error) : error;
  });
  await free;
  await client.query("commit");
  if (after.frame === null) throw damaged();
  return [into.rowCount, after.frame];
}

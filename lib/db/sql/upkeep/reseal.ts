/**
 * Sealing anew, with the newest key, what earlier ones have sealed. It goes through each table by its blocks, in the order in
 * which rows lie there, so it needs no index and holds a row only while it writes it. A value is replaced only if it is still
 * the one that was read; whatever is killed, what was done is done, and the next run finds the rest.
 */
import type pg from "pg";
import { log } from "../../../log.ts";
import { type Sealer, sealedPrefix, sealer } from "../../../seal.ts";
import { directDatabaseUrl } from "../../client.ts";
import { makeClient } from "../../connection.ts";
import { lockOfKey, locks } from "../../locks.ts";
import { isDayGone } from "../hot/keys.ts";
import { type SealedColumn, sealedColumns } from "./sealedColumns.ts";

/** What a run has come to, by ids of keys. `unreadable`: values that are damaged, so that no key opens them. */
export type Resealed = {
  resealed: number;
  unreadable: number;
  /** Keys that other processes seal with still. */
  waiting: string[];
  /** Keys of which nothing is left. */
  retired: string[];
};

type Options = {
  /** Waits for a process that is at it already, instead of leaving it to that one. */
  wait?: boolean;
  onProgress?: (done: number, total: number) => void;
};

type EarlierKey = { id: Buffer; uses: number; sealing: boolean };
/** A table, or a day of one, with values of earlier keys. */
type Leaf = SealedColumn & { relation: string; ofKeys: { id: Buffer; count: number }[] };
type Batch = { resealed: number; unreadable: number };
type Row = { place: string; rowId: string; sealed: Buffer };

const blocksTogether = 128;
const rowsTogether = 100;
const mostRounds = 10;

/**
 * Seals everything anew that is not sealed with the newest key, and retires keys of which nothing is left and with which no
 * process seals. Null: there is nothing to do, another process does it, or the database's newest key is not this one's.
 */
export async function reseal({ wait = false, onProgress }: Options = {}): Promise<Resealed | null> {
  const own = sealer();
  if (own.keyIds.length === 1) return null;
  const client = makeClient(directDatabaseUrl(), { application_name: "webster reseal", keepAlive: true });
  client.on("error", () => undefined);
  await client.connect();
  try {
    // The lock ends with its connection.
    if (!(await lock(client, wait)) || !(await isNewest(client, own.keyId))) return null;
    return await inRounds(client, own, onProgress);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * A round counts, and seals anew what it has counted. Only the count is exact: one statement sees every row of a table once, while
 * a row that moves may be missed as blocks are read. So the last round is one that counts nothing but what can't be read.
 */
async function inRounds(client: pg.Client, own: Sealer, onProgress: Options["onProgress"]): Promise<Resealed | null> {
  const result: Resealed = { resealed: 0, unreadable: 0, waiting: [], retired: [] };
  for (let round = 0; round < mostRounds; round++) {
    const earlier = await earlierKeys(client, own.keyId);
    if (earlier.length === 0 && round === 0) return null;
    const leaves = await count(client, own.keyId, earlier);
    const total = sum(leaves.flatMap(({ ofKeys }) => ofKeys.map((some) => some.count)));
    if (total === result.unreadable) {
      result.waiting = earlier.filter(({ sealing }) => sealing).map(({ id }) => id.toString("hex"));
      result.retired = await retire(client, earlier);
      return result;
    }
    const before = result.resealed;
    result.unreadable = 0;
    for (const leaf of leaves)
      for await (const batch of resealLeaf(client, own, leaf)) {
        result.resealed += batch.resealed;
        result.unreadable += batch.unreadable;
        onProgress?.(result.resealed - before, total);
      }
  }
  return result;
}

async function lock(client: pg.Client, wait: boolean): Promise<boolean> {
  if (wait) {
    await client.query("select pg_advisory_lock($1)", [locks.reseal]);
    return true;
  }
  const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1) as locked", [locks.reseal]);
  return rows[0]?.locked === true;
}

/** Whether everything is to be sealed with this key. During a rolling restart the process that started last decides. */
async function isNewest(client: pg.Client, keyId: Buffer): Promise<boolean> {
  const { rowCount } = await client.query(`select from "setting" where "name" = 'sealKeyId' and "value" = $1`, [keyId]);
  return rowCount === 1;
}

async function earlierKeys(client: pg.Client, newest: Buffer): Promise<EarlierKey[]> {
  const { rows } = await client.query<Omit<EarlierKey, "sealing">>(
    `select "id", "uses" from "seal_key" where "retiredAt" is null and "id" <> $1 order by "createdAt"`,
    [newest],
  );
  const keys: EarlierKey[] = [];
  for (const key of rows) {
    const isFree = await withKey(client, key.id, () => Promise.resolve(true));
    keys.push({ ...key, sealing: isFree === null });
  }
  return keys;
}

/** Does something while no process seals with a key; null: one does. */
async function withKey<T>(client: pg.Client, id: Buffer, work: () => Promise<T>): Promise<T | null> {
  const { rows } = await client.query<{ locked: boolean }>(`select pg_try_advisory_lock(${lockOfKey(locks.sealsWith)}) as locked`, [id]);
  if (rows[0]?.locked !== true) return null;
  try {
    return await work();
  } finally {
    await client.query(`select pg_advisory_unlock(${lockOfKey(locks.sealsWith)})`, [id]);
  }
}

/** Retires keys with which nobody has begun to seal since they were read; answers which. */
async function retire(client: pg.Client, keys: readonly EarlierKey[]): Promise<string[]> {
  const retired: string[] = [];
  for (const { id, uses } of keys.filter(({ sealing }) => !sealing)) {
    const done = await withKey(client, id, () =>
      client.query(`update "seal_key" set "retiredAt" = now() where "id" = $1 and "uses" = $2`, [id, uses]),
    );
    if (done?.rowCount === 1) retired.push(id.toString("hex"));
  }
  return retired;
}

/** Counts what is not sealed with the newest key, notes it for each key, and answers where it is. */
async function count(client: pg.Client, newest: Buffer, earlier: readonly EarlierKey[]): Promise<Leaf[]> {
  const leaves: Leaf[] = [];
  for (const column of sealedColumns)
    for (const relation of await relationsOf(client, column.table)) {
      const name = `"${column.column}"`;
      const { rows } = await unlessGone(() =>
        client.query<{ id: Buffer; count: number }>(
          `select substring(${name} from 2 for 4) as "id", count(*)::float8 as "count" from "${relation}"
           where ${name} is not null and substring(${name} from 1 for 5) <> $1 group by 1`,
          [sealedPrefix(newest)],
        ),
      );
      if (rows.length > 0) leaves.push({ ...column, relation, ofKeys: rows });
    }
  for (const { id } of earlier) {
    const counts = leaves.flatMap(({ ofKeys }) => ofKeys.filter((some) => some.id.equals(id)).map((some) => some.count));
    await client.query(`update "seal_key" set "remaining" = $2 where "id" = $1`, [id, sum(counts)]);
  }
  return leaves;
}

async function relationsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
     where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and coalesce(p.relname, c.relname) = $1 order by 1`,
    [table],
  );
  return rows.map(({ name }) => name);
}

async function* resealLeaf(client: pg.Client, own: Sealer, leaf: Leaf): AsyncGenerator<Batch> {
  const { rows } = await unlessGone(() =>
    client.query<{ blocks: number }>(
      `select (pg_relation_size(quote_ident($1)::regclass) / current_setting('block_size')::int)::int as blocks`,
      [leaf.relation],
    ),
  );
  for (let block = 0; block < (rows[0]?.blocks ?? 0); block += blocksTogether) {
    let after = `(${block},0)`;
    for (;;) {
      const found = await read(client, own.keyId, leaf, after, `(${block + blocksTogether},0)`);
      if (found.length > 0) yield await sealAnew(client, own, leaf, found);
      const last = found.at(-1);
      if (last === undefined || found.length < rowsTogether) break;
      after = last.place;
    }
  }
}

async function read(client: pg.Client, newest: Buffer, { relation, column, rowId }: Leaf, after: string, before: string): Promise<Row[]> {
  const { rows } = await unlessGone(() =>
    client.query<Row>(
      `select ctid::text as "place", ${rowId} as "rowId", "${column}" as "sealed" from "${relation}"
       where ctid > $1::tid and ctid < $2::tid and "${column}" is not null and substring("${column}" from 1 for 5) <> $3
       order by ctid limit ${rowsTogether}`,
      [after, before, sealedPrefix(newest)],
    ),
  );
  return rows;
}

async function sealAnew(client: pg.Client, own: Sealer, leaf: Leaf, rows: readonly Row[]): Promise<Batch> {
  const { relation, column } = leaf;
  const opened = rows.flatMap((row) => {
    try {
      return [{ ...row, anew: own.seal(row.rowId, own.open(row.rowId, row.sealed)) }];
    } catch (error) {
      log.error({ table: leaf.table, column, rowId: row.rowId, error: (error as Error).message }, "seal.unreadable");
      return [];
    }
  });
  const done = await unlessGone(() =>
    client.query<{ id: Buffer }>(
      `with anew as (select * from unnest($1::tid[], $2::bytea[], $3::bytea[]) as n ("place", "before", "after")), done as (
         update "${relation}" t set "${column}" = n."after" from anew n
         where t.ctid = any($1::tid[]) and t.ctid = n."place" and t."${column}" = n."before" returning substring(n."before" from 2 for 4) as "id"),
       counted as (select "id", count(*) as "count" from done group by 1),
       noted as (
         update "seal_key" k set "resealed" = k."resealed" + c."count", "remaining" = greatest(k."remaining" - c."count", 0)
         from counted c where k."id" = c."id")
       select "id" from done`,
      [opened.map(({ place }) => place), opened.map(({ sealed }) => sealed), opened.map(({ anew }) => anew)],
    ),
  );
  return { resealed: done.rows.length, unreadable: rows.length - opened.length };
}

/** No rows, if the day was dropped meanwhile. */
async function unlessGone<R extends pg.QueryResultRow>(query: () => Promise<pg.QueryResult<R>>): Promise<{ rows: R[] }> {
  try {
    return await query();
  } catch (error) {
    if (isDayGone(error)) return { rows: [] };
    throw error;
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

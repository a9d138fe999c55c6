/**
 * The days of the partitioned tables. They are made ahead, so that an insert always finds its day, and dropped whole when
 * past retention, which costs nothing however many rows a day has. Functions of the tables' owner do both, because the role
 * that Webster works with may not own them.
 */
import type pg from "pg";
import { env } from "../env.ts";
import { hotPool, pool, sessionPool } from "./client.ts";
import { locks } from "./locks.ts";
import { dayMs } from "../words/duration.ts";

export const partitionedTables = ["message", "delivery", "attempt", "received_request", "message_search"] as const;

const daysAhead = 7;

/** Makes the days from yesterday to a week ahead, and drops those past retention. To be called hourly. */
export function maintainPartitions(): Promise<{ created: string[]; dropped: string[] }> {
  return oneAtATime(async (client) => {
    const today = await databaseToday(client);
    const existing = new Set(await listPartitions(client));
    return { created: await create(client, today, existing), dropped: await drop(client, today, existing) };
  });
}

/** A partition's name: `message_20261123`. Days are UTC. */
export const partitionName = (table: string, dayStartMs: number): string => `${table}_${dayText(dayStartMs).replaceAll("-", "")}`;

/** Makes past days from `since` on, for imported or made-up rows. If all are there, one query is all that it costs. */
export async function makePastDays(since: Date): Promise<void> {
  const first = Math.floor(since.getTime() / dayMs) * dayMs;
  const client = await pool().connect();
  try {
    if (missing(await databaseToday(client), new Set(await listPartitions(client)), first).length === 0) return;
  } finally {
    client.release();
  }
  await oneAtATime(async (client) => create(client, await databaseToday(client), new Set(await listPartitions(client)), first));
}

async function oneAtATime<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await sessionPool().connect();
  try {
    await client.query("select pg_advisory_lock($1)", [locks.partitions]);
    try {
      return await work(client);
    } finally {
      await client.query("select pg_advisory_unlock($1)", [locks.partitions]);
    }
  } finally {
    client.release();
  }
}

/** When the days of deliveries begin that there are. A statement on one that is not there would be a fault in the server's log. */
export async function listDays(): Promise<Set<number>> {
  const { rows } = await hotPool().query<{ startMs: number }>({
    name: "list_days",
    text: `select (extract(epoch from to_date(right(c.relname, 8), 'YYYYMMDD')) * 1000)::float8 as "startMs"
      from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = '"delivery"'::regclass`,
    values: [],
  });
  return new Set(rows.map(({ startMs }) => startMs));
}

type Partition = { table: string; day: number; name: string };

function missing(today: number, existing: Set<string>, first: number): Partition[] {
  const found: Partition[] = [];
  for (const table of partitionedTables)
    for (let day = first; day <= today + daysAhead * dayMs; day += dayMs) found.push({ table, day, name: partitionName(table, day) });
  return found.filter(({ name }) => !existing.has(name));
}

async function create(client: pg.PoolClient, today: number, existing: Set<string>, first = today - dayMs): Promise<string[]> {
  const partitions = missing(today, existing, first);
  for (const { table, day } of partitions) await client.query("select make_day($1, $2)", [table, dayText(day)]);
  return partitions.map(({ name }) => name);
}

async function drop(client: pg.PoolClient, today: number, existing: Set<string>): Promise<string[]> {
  const oldest = today - env().retentionDays * dayMs;
  const dropped: string[] = [];
  for (const name of existing) {
    const [, table = "", year, month, date] = /^(\w+)_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
    const day = Date.UTC(Number(year), Number(month) - 1, Number(date));
    if (!partitionedTables.some((one) => one === table) || !(day < oldest)) continue;
    if (await dropUnlessRead(client, table, day)) dropped.push(name);
  }
  return dropped;
}

/**
 * False: somebody reads the day, a backup for hours it may be. Dropping it would wait for them with the whole table locked, and
 * everything else for both; so it is left for the next hour.
 */
async function dropUnlessRead(client: pg.PoolClient, table: string, day: number): Promise<boolean> {
  try {
    await client.query("begin");
    await client.query("set local lock_timeout = '200ms'");
    await client.query("select drop_day($1, $2)", [table, dayText(day)]);
    await client.query("commit");
    return true;
  } catch (error) {
    await client.query("rollback");
    if ((error as pg.DatabaseError).code === lockNotAvailable) return false;
    throw error;
  }
}

const lockNotAvailable = "55P03";

async function listPartitions(client: pg.PoolClient): Promise<string[]> {
  const found = await client.query<{ name: string }>(
    `select child.relname as name from pg_inherits
     join pg_class child on child.oid = inhrelid join pg_class parent on parent.oid = inhparent
     where parent.relname = any($1) and parent.relnamespace = current_schema()::regnamespace`,
    [partitionedTables],
  );
  return found.rows.map(({ name }) => name);
}

async function databaseToday(client: pg.PoolClient): Promise<number> {
  const found = await client.query<{ ms: string }>(`select extract(epoch from date_trunc('day', now() at time zone 'UTC')) * 1000 as ms`);
  return Number(found.rows[0]?.ms);
}

const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

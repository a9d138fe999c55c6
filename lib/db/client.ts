/** The connections to PostgreSQL: a pool for Prisma and ordinary SQL, and one each for what must not wait for it. */
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "../env.ts";
import { noteDatabaseFails, noteDatabaseWorks } from "../outage.ts";
import { warnSeldom } from "../seldom.ts";
import { setSingleton, singleton } from "../singleton.ts";
import { connectionOptions } from "./connection.ts";
import { PrismaClient } from "./generated/client.ts";
import { lookIfOutdated } from "./outdated.ts";
import { poolSizes } from "./poolSizes.ts";
import { rowTypes } from "./rowTypes.ts";
import { isOfServer, leavesSessionAsItWas } from "./sessionFaults.ts";
import { Replica, replica, setReplica } from "./replica.ts";
import { type NamedQuery, SharedConnections } from "./sharedConnections.ts";

const statementTimeoutMs = 30_000;
const maxSessionConnections = 2;
const hotOptions = {
  // A server that is stopped, or a network that is cut, does not even say that a statement takes too long.
  query_timeout: 12_000,
  // A connection remembers every statement that it has prepared, and there are new ones each day.
  maxLifetimeSeconds: 3_600,
};

/** The URL of env(); throws if the programs haven't set one. */
export function databaseUrl(): string {
  const { databaseUrl: url } = env();
  if (url === null) throw new Error("No database URL: the programs set it before anything is read");
  return url;
}

/** The URL for what needs a session of its own, or plans in its own way: DATABASE_DIRECT_URL, else the same. */
export const directDatabaseUrl = (): string => env().directDatabaseUrl ?? databaseUrl();

export const pool = (): pg.Pool =>
  singleton("pool", () =>
    makePool(databaseUrl(), { max: poolSizes().ordinary, application_name: "webster", query_timeout: 1.1 * statementTimeoutMs }),
  );

/** The pool for work that holds a lock of its session. Through a pooler in transaction mode the ordinary one has no session. */
export const sessionPool = (): pg.Pool =>
  env().directDatabaseUrl === null
    ? pool()
    : singleton("sessionPool", () => makePool(directDatabaseUrl(), { max: maxSessionConnections, application_name: "webster upkeep" }));

/**
 * The pool of lib/db/sql/hot: connections of its own, so that slow reads don't keep deliveries waiting, and plans that don't
 * follow statistics. A queue is empty one minute and has a million rows the next: what suits one ruins the other, and
 * what is right, always, is to go by the index, row by row.
 */
export const hotPool = (): pg.Pool =>
  singleton("hotPool", () =>
    makePool(directDatabaseUrl(), { ...hotOptions, max: poolSizes().hot, application_name: "webster delivery" }, hotSettings),
  );

const hotSettings = {
  statement_timeout: "10000",
  plan_cache_mode: "force_generic_plan",
  ...Object.fromEntries(["seqscan", "bitmapscan", "mergejoin", "sort", "incremental_sort"].map((method) => [`enable_${method}`, "off"])),
  jit: "off",
};

/**
 * Asks for few rows by their keys, on a connection that many such reads share. Planned once, and by index: planning anew takes
 * longer than such a read itself, and days that the values rule out are left out when it runs.
 */
export const readShort = <Row extends pg.QueryResultRow>(query: NamedQuery): Promise<pg.QueryResult<Row>> => shortReads().query<Row>(query);

const shortReads = (): SharedConnections =>
  singleton("shortReads", () => {
    const { reads: max } = poolSizes();
    const options = { ...hotOptions, max, pipeline: true, application_name: "webster reads" };
    const aside: SharedConnections["query"] = ({ text, values }) => logPool().query({ text, values });
    return new SharedConnections(makePool(directDatabaseUrl(), options, readSettings), max, aside);
  });

/**
 * The pool of the log: its statements are written for their indexes and end early. What a planner may choose instead, a
 * scan of a whole day by several workers, is slower whenever it is wrong and little faster when it is right.
 */
export const logPool = (): pg.Pool => singleton("logPool", () => makeLogPool(directDatabaseUrl(), "webster log"));

/** Reads for a list of the log: from the replica while it is near enough behind the primary, and answers. What has a name is short. */
export async function queryList<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
  const reader = replica()?.pool;
  if (reader == null) return queryPrimaryList<Row>(query);
  try {
    return await reader.query<Row>(query);
  } catch {
    // It was stopped a moment ago, or took up a change that the statement was in the way of.
    return queryPrimaryList<Row>(query);
  }
}

const queryPrimaryList = <Row extends pg.QueryResultRow>({ name, text, values = [] }: pg.QueryConfig): Promise<pg.QueryResult<Row>> =>
  name === undefined ? logPool().query<Row>({ text, values }) : readShort<Row>({ name, text, values });

/** Begins to use the replica that is set, if one is. */
export function startReplica(): void {
  const { replicaDatabaseUrl: url, replicaLagMs } = env();
  if (url === null) return;
  const made = new Replica(logPool, makeLogPool(url, "webster log, replica", false), replicaLagMs);
  setReplica(made);
  made.start();
}

const makeLogPool = (url: string, name: string, isPrimary = true): pg.Pool =>
  makePool(url, { max: poolSizes().log, application_name: name }, logSettings, isPrimary);

const logSettings = { enable_seqscan: "off", max_parallel_workers_per_gather: "0", jit: "off" };

const readSettings = { ...logSettings, statement_timeout: "10000", plan_cache_mode: "force_generic_plan", enable_bitmapscan: "off" };

function makePool(url: string, options: pg.PoolConfig, settings: Record<string, string> = {}, isPrimary = true): pg.Pool {
  const bounds = {
    statement_timeout: String(statementTimeoutMs),
    idle_in_transaction_session_timeout: String(statementTimeoutMs),
    // A role's own would end connections that the pool keeps, and break off who waits for another's row.
    idle_session_timeout: "0",
    lock_timeout: "0",
  };
  const made = new pg.Pool({
    ...connectionOptions(url, { ...bounds, ...settings }),
    connectionTimeoutMillis: env().databaseWaitMs,
    keepAlive: true,
    types: rowTypes,
    ...options,
  });
  // An idle connection that breaks is replaced by the next use; without a listener it would end the process.
  // A pool that is ending does not wait for its connections to close: their errors then mean nothing.
  made.on("error", (error) => {
    if (!made.ending) warnSeldom("database.connection_lost", "", { error: error.message });
  });
  // A connection that breaks between two statements of a transaction needs a listener too; the next statement reports it.
  made.on("connect", (client) => client.on("error", () => undefined));
  // Below everything that asks: transactions, pipelines and Prisma too.
  if (isPrimary)
    made.on("connect", ({ connection }) => connection.on("errorMessage", (error: pg.DatabaseError) => lookIfOutdated(error, made)));
  made.query = ((...asked: [pg.QueryConfig]) => ask(made, asked, isPrimary)) as pg.Pool["query"];
  return made;
}

/**
 * The pool itself closes the connection on which a statement has failed. Any statement: a name that is taken, or a day that is gone, would
 * cost a session with all that it has prepared, as often as somebody likes.
 */
async function ask(pool: pg.Pool, asked: [pg.QueryConfig], isPrimary: boolean): Promise<pg.QueryResult> {
  let client: pg.PoolClient | null = null;
  let isBroken = false;
  try {
    client = await pool.connect();
    const result = await client.query(...asked);
    if (isPrimary) noteDatabaseWorks();
    return result;
  } catch (error) {
    isBroken = !leavesSessionAsItWas(error);
    if (isPrimary && (client === null ? !isOfFullPool(error) : isOfServer(error))) noteDatabaseFails(error);
    throw error;
  } finally {
    client?.release(isBroken);
  }
}

/** Whether there is a server, of whose connections as many are in use as the pool may have. */
const isOfFullPool = (error: unknown): boolean => (error as Error).message === "timeout exceeded when trying to connect";

export const prisma = (): PrismaClient =>
  singleton("prisma", () => {
    const { databaseWaitMs } = env();
    // A transaction's time limit grows with the wait for a connection: five seconds for a wait of two.
    return new PrismaClient({
      adapter: new PrismaPg(pool()),
      transactionOptions: { maxWait: databaseWaitMs, timeout: 2.5 * databaseWaitMs },
    });
  });

export async function closeDatabase(): Promise<void> {
  const client = singleton<PrismaClient | null>("prisma", () => null);
  const connections = singleton<pg.Pool | null>("pool", () => null);
  const hot = singleton<pg.Pool | null>("hotPool", () => null);
  const logs = singleton<pg.Pool | null>("logPool", () => null);
  const sessions = singleton<pg.Pool | null>("sessionPool", () => null);
  const reads = singleton<SharedConnections | null>("shortReads", () => null);
  const reader = replica();
  setReplica(null);
  setSingleton("shortReads", undefined);
  setSingleton("sessionPool", undefined);
  setSingleton("hotPool", undefined);
  setSingleton("logPool", undefined);
  setSingleton("prisma", undefined);
  setSingleton("pool", undefined);
  await client?.$disconnect();
  await Promise.all([connections?.end(), hot?.end(), logs?.end(), reads?.pool.end(), sessions?.end(), reader?.stop()]);
}

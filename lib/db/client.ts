/** The connections to PostgreSQL: a pool for Prisma and ordinary SQL, and one each for what must not wait for it. */
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "../env.ts";
import { log } from "../log.ts";
import { setSingleton, singleton } from "../singleton.ts";
import { PrismaClient } from "./generated/client.ts";

const statementTimeoutMs = 30_000;
const maxConnections = 10;
const maxLogConnections = 4;
const hotOptions = {
  max: 6,
  statement_timeout: 10_000,
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

export const pool = (): pg.Pool => singleton("pool", () => makePool({ max: maxConnections, application_name: "webster" }));

/**
 * The pool of lib/db/sql/hot: connections of its own, so that slow reads don't keep deliveries waiting, and plans that don't
 * follow statistics. A queue is empty one minute and has a million rows the next: what suits one ruins the other, and
 * what is right, always, is to go by the index, row by row.
 */
export const hotPool = (): pg.Pool =>
  singleton("hotPool", () => makePool({ ...hotOptions, application_name: "webster delivery", options: hotSettings }));

const hotSettings = [
  "plan_cache_mode=force_generic_plan",
  ...["seqscan", "bitmapscan", "mergejoin", "sort", "incremental_sort"].map((method) => `enable_${method}=off`),
  "jit=off",
]
  .map((setting) => `-c ${setting}`)
  .join(" ");

/**
 * The pool of the log: its statements are written for their indexes and end early. What a planner may choose instead, a
 * scan of a whole day by several workers, is slower whenever it is wrong and little faster when it is right.
 */
export const logPool = (): pg.Pool =>
  singleton("logPool", () => makePool({ max: maxLogConnections, application_name: "webster log", options: logSettings }));

const logSettings = "-c enable_seqscan=off -c max_parallel_workers_per_gather=0 -c jit=off";

function makePool(options: pg.PoolConfig): pg.Pool {
  const made = new pg.Pool({
    connectionString: databaseUrl(),
    connectionTimeoutMillis: env().databaseWaitMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    keepAlive: true,
    ...options,
  });
  // An idle connection that breaks is replaced by the next use; without a listener it would end the process.
  // A pool that is ending does not wait for its connections to close: their errors then mean nothing.
  made.on("error", (error) => {
    if (!made.ending) log.warn({ error: error.message }, "database.connection_lost");
  });
  // A connection that breaks between two statements of a transaction needs a listener too; the next statement reports it.
  made.on("connect", (client) => client.on("error", () => undefined));
  return made;
}

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
  setSingleton("hotPool", undefined);
  setSingleton("logPool", undefined);
  setSingleton("prisma", undefined);
  setSingleton("pool", undefined);
  await client?.$disconnect();
  await Promise.all([connections?.end(), hot?.end(), logs?.end()]);
}

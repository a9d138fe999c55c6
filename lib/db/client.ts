/** The connections to PostgreSQL: one pool a process, for hand-written SQL and for Prisma alike. */
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "../env.ts";
import { log } from "../log.ts";
import { setSingleton, singleton } from "../singleton.ts";
import { PrismaClient } from "./generated/client.ts";

const connectionTimeoutMs = 2_000;
const statementTimeoutMs = 30_000;
const maxConnections = 10;

/** The URL of env(); throws if the programs haven't set one. */
export function databaseUrl(): string {
  const { databaseUrl: url } = env();
  if (url === null) throw new Error("No database URL: the programs set it before anything is read");
  return url;
}

export const pool = (): pg.Pool =>
  singleton("pool", () => {
    const made = new pg.Pool({
      connectionString: databaseUrl(),
      max: maxConnections,
      connectionTimeoutMillis: connectionTimeoutMs,
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: statementTimeoutMs,
      application_name: "webster",
      keepAlive: true,
    });
    // An idle connection that breaks is replaced by the next use; without a listener it would end the process.
    made.on("error", (error) => log.warn({ error: error.message }, "database.connection_lost"));
    return made;
  });

export const prisma = (): PrismaClient => singleton("prisma", () => new PrismaClient({ adapter: new PrismaPg(pool()) }));

export async function closeDatabase(): Promise<void> {
  const client = singleton<PrismaClient | null>("prisma", () => null);
  const connections = singleton<pg.Pool | null>("pool", () => null);
  setSingleton("prisma", undefined);
  setSingleton("pool", undefined);
  await client?.$disconnect();
  await connections?.end();
}

/** A database of its own for a test file, copied from the migrated template. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { closeDatabase, pool, prisma } from "../db/client.ts";
import { owner, worker } from "../db/embeddedRoles.ts";
import { closeListener } from "../db/listen.ts";
import type { PrismaClient } from "../db/generated/client.ts";
import { env, setEnv } from "../env.ts";
import { setSingleton } from "../singleton.ts";
import { template, testEnv, urlOfDatabase } from "./settings.ts";

export type TestDatabase = {
  url: string;
  pool: pg.Pool;
  prisma: PrismaClient;
  /** Runs one statement as the owner of the tables. */
  asOwner: (sql: string) => Promise<pg.QueryResult>;
  /** Ends all connections, and waits until nothing is left of them. */
  endConnections: () => Promise<void>;
  /** Ends all connections, and lets nobody in until `giveBack`. */
  takeAway: () => Promise<void>;
  giveBack: () => Promise<void>;
  /** Ends the connections and drops the database. */
  close: () => Promise<void>;
};

/**
 * A database for a test file, at whose top or in whose `beforeAll` it is called. From then on env(), pool() and prisma() are its.
 * `overrides` are environment variables, such as `{ WEBSTER_RETRY_SCHEDULE: "0.1" }`.
 */
export async function testDatabase(overrides: Record<string, string> = {}): Promise<TestDatabase> {
  const name = await createDatabase(template);
  const url = urlAs(worker, name);
  setEnv(testEnv(url, overrides));
  // Whatever files ran before in this process: nobody has measured the clock yet.
  setSingleton("clock", undefined);
  // Code of the test before that still runs may have opened connections to its database since that was closed.
  await Promise.all([closeListener(), closeDatabase()]);
  forgetKeys();
  const endConnections = (): Promise<void> => endBackends(`datname = '${name}'`);
  const allow = (isAllowed: boolean) => onServer(`alter database "${name}" allow_connections ${isAllowed}`);
  return {
    url,
    pool: pool(),
    prisma: prisma(),
    asOwner: (sql) => once(urlAs(owner, name), sql),
    endConnections,
    takeAway: async () => {
      await allow(false);
      await endConnections();
    },
    giveBack: async () => void (await allow(true)),
    close: async () => {
      await closeListener();
      await closeDatabase();
      await onServer(`drop database if exists "${name}" with (force)`);
    },
  };
}

/** Gives this process other secrets, as a start with other settings does: the newest first. */
export function setSecrets(secret: string, ...otherSecrets: string[]): void {
  setEnv({ ...env(), secret, otherSecrets });
  forgetKeys();
}

function forgetKeys(): void {
  setSingleton("sealer", undefined);
  setSingleton("sessionSecrets", undefined);
}

/** Creates an empty database without any table; answers its URL, for a user who owns it. */
export const emptyDatabase = async (): Promise<string> => urlAs(owner, await createDatabase("template1"));

/** The URL of a database of emptyDatabase() or testDatabase(), for the user who works with the tables and does not own them. */
export const workerUrl = (url: string): string => urlAs(worker, new URL(url).pathname.slice(1));

/** Runs one statement on the server, outside of every test's database, as a superuser. */
export const onServer = (sql: string): Promise<pg.QueryResult> => once(inject("databaseServerUrl"), sql);

/**
 * Ends the connections of which the condition on pg_stat_activity holds. Waits until their processes have gone, which a signal alone
 * does not: until then a connection may answer once more, and break under whoever uses it next.
 */
export async function endBackends(which: string): Promise<void> {
  await onServer(`select pg_terminate_backend(pid, 60000) from pg_stat_activity where ${which}`);
  // What this process has been told of them meanwhile is read by then.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

async function once(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Answers the name. */
async function createDatabase(source: string): Promise<string> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await onServer(`create database "${name}" owner ${owner} template "${source}" strategy file_copy`);
  return name;
}

function urlAs(role: string, name: string): string {
  const url = new URL(urlOfDatabase(inject("databaseServerUrl"), name));
  url.username = role;
  return url.href;
}

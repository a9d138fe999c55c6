/** Everything about the database that must be so before a program serves or delivers. */
import { type Env, env, setEnv } from "../env.ts";
import { log } from "../log.ts";
import { sealer } from "../seal.ts";
import { closeDatabase, pool } from "./client.ts";
import { databaseDirectory, lockDataDirectory, lockOwner, readOrCreateSecret, secretPath } from "./dataDirectory.ts";
import { attachEmbedded, startEmbedded } from "./embedded.ts";
import { describeUrl, explainDatabaseError } from "./explain.ts";
import { closeListener } from "./listen.ts";
import { migrate } from "./migrate.ts";
import { maintainPartitions } from "./partitions.ts";
import { StartError } from "./startError.ts";
import { hourMs } from "../words/duration.ts";

export type Ground = {
  /** Where the data is, in words for people. */
  location: string;
  /** Closes the connections and stops the server, if this process started it. */
  stop(): Promise<void>;
};

/**
 * Starts or finds the database, brings it up to date, and puts its URL and secret into env().
 * `attach`: the embedded server belongs to another process on this machine, which must be running.
 */
export async function prepareDatabase(options: { attach: boolean; onProgress: (text: string) => void }): Promise<Ground> {
  const given = env();
  const source =
    given.databaseUrl !== null ? external(given.databaseUrl) : options.attach ? attach(given) : await embed(given, options.onProgress);
  try {
    setEnv({ ...given, databaseUrl: source.url, secret: given.secret ?? source.secret() });
    const applied = await migrate(source.url);
    if (applied.length > 0) options.onProgress("Created or updated the tables");
    await patiently(() => checkSecret(source.secretSource));
    await patiently(maintainPartitions);
  } catch (error) {
    await stop(source.stop, null);
    throw explainDatabaseError(error, source.url);
  }
  const maintenance = setInterval(() => {
    maintainPartitions().catch((error: Error) => log.error({ error: error.message }, "partitions.failed"));
  }, hourMs).unref();
  return { location: source.location, stop: () => stop(source.stop, maintenance) };
}

type Source = { url: string; secret: () => string | null; secretSource: string; location: string; stop: () => Promise<void> };

function external(url: string): Source {
  const { host, name } = describeUrl(url);
  return {
    url,
    secret: () => null,
    secretSource: "",
    location: `PostgreSQL, database "${name}" at ${host}`,
    stop: () => Promise.resolve(),
  };
}

async function embed({ dataDir }: Env, onProgress: (text: string) => void): Promise<Source> {
  const unlock = lockDataDirectory(dataDir);
  try {
    const directory = databaseDirectory(dataDir);
    const server = await startEmbedded(directory, { onProgress });
    const elsewhere = directory.startsWith(dataDir) ? "" : ` (database in ${directory})`;
    return {
      url: server.url,
      secret: () => readOrCreateSecret(dataDir),
      secretSource: ` (generated in ${secretPath(dataDir)})`,
      location: `${dataDir}${elsewhere}`,
      stop: async () => {
        await server.stop();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function attach({ dataDir }: Env): Source {
  const url = lockOwner(dataDir) === null ? null : attachEmbedded(databaseDirectory(dataDir));
  if (url === null)
    throw new StartError(
      `No Webster is running on the data directory ${dataDir}, so there is no database to work on.`,
      "Start it first with `npm start`, or set DATABASE_URL to a PostgreSQL that several processes share.",
    );
  return {
    url,
    secret: () => readOrCreateSecret(dataDir),
    secretSource: ` (${secretPath(dataDir)})`,
    location: dataDir,
    stop: () => Promise.resolve(),
  };
}

async function stop(stopSource: () => Promise<void>, maintenance: NodeJS.Timeout | null): Promise<void> {
  if (maintenance !== null) clearInterval(maintenance);
  await closeListener();
  await closeDatabase();
  await stopSource();
}

/** Tries again after a timeout: the database has answered before, but pages loaded at the same time keep this process busy for seconds. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let triesLeft = 5; ; triesLeft--)
    try {
      await work();
      return;
    } catch (error) {
      if (triesLeft === 0 || !/connection timeout|timeout exceeded when trying to connect/.test((error as Error).message)) throw error;
    }
}

/** The database remembers which master key its secrets were sealed with; another could neither sign nor decrypt. */
async function checkSecret(secretSource: string): Promise<void> {
  const { keyId } = sealer();
  await pool().query(`insert into setting (name, value) values ('sealKeyId', $1) on conflict do nothing`, [keyId]);
  const found = await pool().query<{ value: Buffer }>(`select value from setting where name = 'sealKeyId'`);
  if (found.rows[0]?.value.equals(keyId) === true) return;
  throw new StartError(
    `WEBSTER_SECRET${secretSource} is not the one that this database was filled with.`,
    "Set WEBSTER_SECRET to the first one: without it, no stored signing secret can be read.",
  );
}

/** Everything about the database that must be so before a program serves or delivers. */
import { existsSync, rmSync } from "node:fs";
import { startCommand } from "../commands.ts";
import { type Env, env, isInImage, setEnv } from "../env.ts";
import { log } from "../log.ts";
import { keyIdOf } from "../seal.ts";
import { closeDatabase, pool, startReplica } from "./client.ts";
import { databaseDirectory, lockDataDirectory, lockOwner, readOrCreateSecrets, secretPath, writeSecrets } from "./dataDirectory.ts";
import { attachEmbedded, startEmbedded } from "./embedded.ts";
import { warnOfRisks } from "./durability.ts";
import { describeUrl, explainDatabaseError, explainEmbeddedError } from "./explain.ts";
import { grant, warnOfMightyRole } from "./grants.ts";
import { closeListener } from "./listen.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { knowMigrations, knownMigrations } from "./outdated.ts";
import { maintainPartitions } from "./partitions.ts";
import { connectionsOf } from "./poolSizes.ts";
import { lookForPooler } from "./pooler.ts";
import { requireBinaries } from "./postgresBinaries.ts";
import { warnOfReplica } from "./replicaFitness.ts";
import { announceKeys, type GeneratedSecret, listKeys, newestKeyId } from "./sealKeys.ts";
import { warnOfNarrowness } from "./room.ts";
import { StartError } from "./startError.ts";
import { neverAborted, unlessAborted } from "../unlessAborted.ts";
import { dayMs, hourMs } from "../words/duration.ts";

export type Ground = {
  /** Where the data is, in words for people. */
  location: string;
  /** The data directory, if the master secrets were generated in it; null: they are the operator's. */
  secretsIn: string | null;
  /** The URL of the database as its owner; null: whoever works with it is all there is. */
  ownerUrl: string | null;
  /** Closes the connections and stops the server, if this process started it. */
  stop(): Promise<void>;
};

type Options = {
  /** The embedded server belongs to another process on this machine, which must be running. */
  attach: boolean;
  /** Nothing is going to be opened or sealed: a secret that is new or missing is nothing to decide or to refuse yet. */
  onlyLook?: boolean;
  onProgress: (text: string) => void;
  /** Gives all of it up, whatever the database is doing. */
  signal?: AbortSignal;
};

/** Starts or finds the database, brings it up to date, and puts its URL and secrets into env(). Throws StartError, or the signal's reason. */
export async function prepareDatabase(options: Options): Promise<Ground> {
  const given = env();
  const { signal = neverAborted() } = options;
  const source =
    given.databaseUrl !== null
      ? external(given.databaseUrl, given.databaseOwnerUrl)
      : options.attach
        ? attach(given)
        : await embed(given, options.onProgress, signal);
  try {
    await unlessAborted(signal, bringUp(given, source, options));
  } catch (error) {
    await stop(source.stop, null);
    throw source.explain(error);
  }
  const maintenance = setInterval(() => {
    maintainPartitions().catch((error: Error) => log.error({ error: error.message }, "partitions.failed"));
  }, hourMs).unref();
  const secretsIn = given.secret === null ? source.secretsIn : null;
  return { location: source.location, secretsIn, ownerUrl: source.ownerUrl, stop: () => stop(source.stop, maintenance) };
}

/** Brings tables, secrets and grants up to date on a database that is there. */
async function bringUp(given: Env, source: Source, options: Options): Promise<void> {
  const isGenerated = given.secret === null && source.secretsIn !== null;
  const generated = isGenerated ? { file: secretPath(given.dataDir), isNew: !existsSync(secretPath(given.dataDir)) } : null;
  const [secret, ...otherSecrets]: [string | null, ...string[]] = isGenerated
    ? readOrCreateSecrets(given.dataDir)
    : [given.secret, ...given.otherSecrets];
  // From here on nobody works as the owner: nobody need know how.
  setEnv({ ...given, databaseUrl: source.url, databaseOwnerUrl: null, secret, otherSecrets });
  if (given.databaseUrl !== null) await lookForPooler(source.url, given.directDatabaseUrl);
  const migrations = readMigrations();
  const applied = await migrate(source.ownerUrl ?? given.directDatabaseUrl ?? source.url, migrations);
  knowMigrations(migrations.map(({ name }) => name));
  if (applied.length > 0) options.onProgress("Created or updated the tables");
  if (source.ownerUrl !== null) await grant(source.ownerUrl, source.url);
  await patiently(() => warnOfMightyRole(pool()));
  await patiently(() => warnOfRisks(pool()));
  // Behind a pooler it is the pooler's to share them out.
  if (given.databaseUrl !== null && given.directDatabaseUrl === null)
    await patiently(() => warnOfNarrowness(pool(), connectionsOf(given.processes)));
  if (isGenerated && options.attach) await patiently(followNewest);
  if (options.onlyLook !== true) await patiently(() => announce(generated));
  if (isGenerated && !options.attach) await patiently(() => dropOldSecrets(given.dataDir));
  await patiently(maintainPartitions);
  startReplica();
  // Without it everything goes on: nothing waits for what it says.
  if (given.replicaDatabaseUrl !== null)
    void warnOfReplica(given.directDatabaseUrl ?? source.url, given.replicaDatabaseUrl, replicaAnswersMs);
}

const replicaAnswersMs = 10_000;

/** A secret that was made for a database which knows another is not kept: whoever looks for the other would take it for that one. */
async function announce(generated: GeneratedSecret | null): Promise<void> {
  try {
    await announceKeys(generated);
  } catch (error) {
    if (generated?.isNew === true && error instanceof StartError) rmSync(generated.file, { force: true });
    throw error;
  }
}

type Source = {
  url: string;
  ownerUrl: string | null;
  secretsIn: string | null;
  location: string;
  /** What an error of this database means for the person who starts Webster. */
  explain: (error: unknown) => unknown;
  stop: () => Promise<void>;
};

function external(url: string, ownerUrl: string | null): Source {
  const { host, user, name } = describeUrl(url);
  return {
    url,
    ownerUrl,
    secretsIn: null,
    location: `PostgreSQL, database "${name === "" ? user : name}" at ${host}`,
    explain: (error) => explainDatabaseError(error, url),
    stop: () => Promise.resolve(),
  };
}

/** What a process needs to know to work on a database that another has prepared. It holds secrets. */
export type Shared = Pick<Env, "databaseUrl" | "secret" | "otherSecrets"> & { migrations: readonly string[] };

/** What this process has prepared, for others on this machine: they work as long as it lives, and are to end before it stops. */
export function sharedGround(): Shared {
  const { databaseUrl, secret, otherSecrets } = env();
  return { databaseUrl, secret, otherSecrets, migrations: knownMigrations() };
}

/** Works on what another process has prepared. The answer closes the connections. Throws StartError, or the signal's reason. */
export async function joinGround({ migrations, ...shared }: Shared, signal: AbortSignal): Promise<() => Promise<void>> {
  const given = env();
  setEnv({ ...given, ...shared, databaseOwnerUrl: null });
  knowMigrations(migrations);
  if (given.databaseUrl !== null) await unlessAborted(signal, lookForPooler(given.databaseUrl, given.directDatabaseUrl));
  startReplica();
  return () => stop(() => Promise.resolve(), null);
}

async function embed({ dataDir, processes }: Env, onProgress: (text: string) => void, signal: AbortSignal): Promise<Source> {
  requireBinaries();
  const unlock = lockDataDirectory(dataDir);
  try {
    const directory = databaseDirectory(dataDir);
    const server = await startEmbedded(directory, { onProgress, signal, settings: { max_connections: String(roomFor(processes)) } });
    const elsewhere = directory.startsWith(dataDir) ? "" : ` (database in ${directory})`;
    return {
      url: server.url,
      ownerUrl: server.ownerUrl,
      secretsIn: dataDir,
      location: `${dataDir}${elsewhere}`,
      explain: (error) => explainEmbeddedError(error, server.url, directory),
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

/** Connections for so many processes, as many again of programs beside them, and a few to look around. */
const roomFor = (processes: number): number => 2 * connectionsOf(processes) + 18;

function attach({ dataDir }: Env): Source {
  const directory = databaseDirectory(dataDir);
  const urls = lockOwner(dataDir) === null ? null : attachEmbedded(directory);
  if (urls === null)
    throw new StartError(
      `No Webster is running on the data directory ${dataDir}, so there is no database to work on.`,
      isInImage()
        ? "Set DATABASE_URL to the PostgreSQL that the processes share: an image has none of its own."
        : `Start it first with \`${startCommand()}\`, or set DATABASE_URL to a PostgreSQL that several processes share.`,
    );
  return {
    url: urls.url,
    ownerUrl: urls.ownerUrl,
    secretsIn: dataDir,
    location: dataDir,
    explain: (error) => explainEmbeddedError(error, urls.url, directory),
    stop: () => Promise.resolve(),
  };
}

async function stop(stopSource: () => Promise<void>, maintenance: NodeJS.Timeout | null): Promise<void> {
  if (maintenance !== null) clearInterval(maintenance);
  // A server that has fallen silent does not end its connections either.
  const late = new Promise((resolve) => setTimeout(resolve, closingMs).unref());
  await Promise.race([closeListener().then(closeDatabase), late]);
  await stopSource();
}

const closingMs = 500;

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

/**
 * Makes the database's newest key the one that this process seals with: whoever owns the data directory decides when
 * a new secret begins to seal, and until then its process could not open what was sealed with it.
 */
async function followNewest(): Promise<void> {
  const { secret, otherSecrets } = env();
  const newest = await newestKeyId();
  const all = [...(secret === null ? [] : [secret]), ...otherSecrets];
  const chosen = all.find((one) => newest !== null && keyIdOf(one).equals(newest));
  if (chosen !== undefined) setEnv({ ...env(), secret: chosen, otherSecrets: all.filter((one) => one !== chosen) });
}

/** Forgets generated secrets of which nothing is left, once the sessions that they have signed have run out too. */
async function dropOldSecrets(dataDir: string): Promise<void> {
  const gone = (await listKeys()).filter(({ retiredAt }) => retiredAt !== null && retiredAt.getTime() < Date.now() - sessionLifetimeMs);
  const all = readOrCreateSecrets(dataDir);
  const kept = all.filter((secret) => !gone.some(({ id }) => id === keyIdOf(secret).toString("hex")));
  if (kept.length < all.length) writeSecrets(dataDir, kept);
}

const sessionLifetimeMs = 30 * dayMs;

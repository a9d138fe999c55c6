/** Which database a backup is of, or is restored into, as the settings say; an embedded one is started if nobody runs it. */
import { existsSync } from "node:fs";
import { databaseDirectory, lockDataDirectory, lockOwner, readOrCreateSecrets, secretPath } from "../../lib/db/dataDirectory.ts";
import { attachEmbedded, startEmbedded } from "../../lib/db/embedded.ts";
import { describeUrl } from "../../lib/db/explain.ts";
import { StartError } from "../../lib/db/startError.ts";
import type { Env } from "../../lib/env.ts";
import { keyIdOf } from "../../lib/seal.ts";

export type Place = {
  /** Whoever works with the tables, and whoever owns them; null: the same. */
  url: string;
  ownerUrl: string | null;
  /** Where it is, for people. */
  location: string;
  close: () => Promise<void>;
};

type Options = {
  /** Whether an embedded database is made if there is none; and must be nobody's, for it is to be filled. */
  fresh: boolean;
  onProgress: (text: string) => void;
};

export async function openPlace({ databaseUrl, directDatabaseUrl, databaseOwnerUrl, dataDir }: Env, options: Options): Promise<Place> {
  if (databaseUrl === null) return openEmbedded(dataDir, options);
  const { host, name } = describeUrl(databaseUrl);
  const url = directDatabaseUrl ?? databaseUrl;
  return { url, ownerUrl: databaseOwnerUrl, location: `database "${name}" at ${host}`, close: () => Promise.resolve() };
}

async function openEmbedded(dataDir: string, { fresh, onProgress }: Options): Promise<Place> {
  if (!fresh && lockOwner(dataDir) !== null) {
    const urls = attachEmbedded(databaseDirectory(dataDir));
    if (urls === null)
      throw new StartError(`The Webster on ${dataDir} is just starting or stopping its database.`, "Try again in a moment.");
    return { ...urls, location: dataDir, close: () => Promise.resolve() };
  }
  if (!fresh && !existsSync(`${dataDir}/postgres`))
    throw new StartError(
      `There is no database in ${dataDir}.`,
      "Set WEBSTER_DATA_DIR to the data directory, or DATABASE_URL if the database is elsewhere.",
    );
  const unlock = lockDataDirectory(dataDir);
  try {
    const server = await startEmbedded(databaseDirectory(dataDir), { onProgress });
    const close = async (): Promise<void> => {
      await server.stop();
      unlock();
    };
    return { url: server.url, ownerUrl: server.ownerUrl, location: dataDir, close };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** The ids of the keys whose secrets are here, in hex; makes none. */
export function keyIdsHere({ databaseUrl, secret, otherSecrets, dataDir }: Env): string[] {
  if (secret !== null) return [secret, ...otherSecrets].map(idOf);
  return databaseUrl === null && existsSync(secretPath(dataDir)) ? readOrCreateSecrets(dataDir).map(idOf) : [];
}

const idOf = (secret: string): string => keyIdOf(secret).toString("hex");

/** Where the secrets are, that a backup needs and has not, for people. */
export const whereSecretsAre = ({ databaseUrl, secret, dataDir }: Env): string =>
  databaseUrl === null && secret === null ? secretPath(dataDir) : "WEBSTER_SECRET";

/** `webster backup` and `webster restore`: the settings say of which database, and into which. */
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { writeBackup } from "../backup/backup.ts";
import { type Place, keyIdsHere, openPlace, whereSecretsAre } from "../backup/place.ts";
import { readBackup, requireKnown, requireSecrets, restoreBackup } from "../backup/restore.ts";
import { explainDatabaseError } from "../../lib/db/explain.ts";
import { grant } from "../../lib/db/grants.ts";
import { StartError } from "../../lib/db/startError.ts";
import { type Env, setEnv } from "../../lib/env.ts";
import { CliError, type Io, print, say } from "./io.ts";
import { settingsOf } from "./settings.ts";

export type RestoreOptions = { check?: boolean };

/** Writes a backup to a file that does not exist yet; `-`: to the standard output. */
export const backup = (file: string, io: Io): Promise<void> =>
  onPlace(io, false, async (place, env) => {
    const begun = performance.now();
    const write = (out: Writable) => writeBackup(place.url, out, { signal: io.stop });
    const { head, rows, tables, bytes } = file === "-" ? await write(io.stdout) : await toFile(resolve(io.cwd, file), write);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    say(io, `${place.location}, as of ${head.takenAt}: ${rows} rows of ${tables} tables, ${megabytes(bytes)}, in ${seconds} s.`);
    if (head.keyIds.length > 0) say(io, `To be of use it needs ${whereSecretsAre(env)}, which is not in it: keep that too, elsewhere.`);
  });

/** Fills an empty database from a backup; `-`: from the standard input. With `check` it reads the file to its end, and no more. */
export async function restore(file: string, { check }: RestoreOptions, io: Io): Promise<void> {
  await inWords(async () => {
    // A file is read twice, so that a damaged one changes nothing.
    if (file !== "-") requireKnown((await fromFile(file, io, readBackup)).head);
    else if (check === true) requireKnown((await readBackup(io.stdin)).head);
  });
  if (check === true) return print(io, "The backup is whole, and this Webster can restore it.");
  await onPlace(io, true, async (place, env) => {
    const secrets = keyIdsHere(env);
    const remedy = `Put the secret of then there (${whereSecretsAre(env)}), or in WEBSTER_OTHER_SECRETS beside a new one.`;
    const fill = (chunks: AsyncIterable<Buffer>) =>
      restoreBackup(place.ownerUrl ?? place.url, chunks, (head) => requireSecrets(head, secrets, remedy));
    const { head, rows, migrated } = file === "-" ? await fill(io.stdin) : await fromFile(file, io, fill);
    if (place.ownerUrl !== null)
      await grant(place.ownerUrl, place.url).catch((error: unknown) => {
        throw explainDatabaseError(error, place.url);
      });
    say(io, `Restored into ${place.location}, as of ${head.takenAt}: ${rows} rows.`);
    if (migrated.length > 0) say(io, `Brought up to date from Webster ${head.webster}: ${migrated.length} migrations.`);
    say(io, "What was pending then is sent by the first Webster that starts on it; what has been sent since is sent again.");
  });
}

const onPlace = (io: Io, fresh: boolean, work: (place: Place, env: Env) => Promise<void>): Promise<void> =>
  inWords(async () => {
    const env = settingsOf(io);
    setEnv(env);
    const place = await openPlace(env, { fresh, onProgress: (text) => say(io, text) });
    try {
      await work(place, env);
    } finally {
      await place.close();
    }
  });

async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StartError) throw new CliError(error.message, error.remedy, { cause: error });
    throw error;
  }
}

/** Under another name until it is whole, and for nobody else's eyes: it holds payloads. */
async function toFile<T>(path: string, write: (out: Writable) => Promise<T>): Promise<T> {
  if ((await stat(path).catch(() => null)) !== null)
    throw new CliError(`${path} is there already.`, "Name a file that does not exist yet.");
  const partial = `${path}.partial`;
  const handle = await opened(partial, "w");
  const out = handle.createWriteStream({ flush: true });
  const ended = finished(out);
  try {
    const result = await Promise.race([write(out), ended.then(closedEarly)]);
    out.end();
    await ended;
    await rename(partial, path);
    return result;
  } catch (error) {
    out.destroy();
    await ended.catch(() => undefined);
    await rm(partial, { force: true });
    if ((error as NodeJS.ErrnoException).syscall === "write") throw unfit(partial, error, "Make room there, or take another place.");
    throw error;
  }
}

const closedEarly = (): never => {
  throw new Error("The file was closed before it was whole");
};

async function fromFile<T>(file: string, io: Io, read: (chunks: AsyncIterable<Buffer>) => Promise<T>): Promise<T> {
  const handle = await opened(resolve(io.cwd, file), "r");
  try {
    return await read(handle.createReadStream({ highWaterMark: 256 * 1024, autoClose: false }));
  } finally {
    await handle.close();
  }
}

const opened = (path: string, flags: "r" | "w"): Promise<FileHandle> =>
  open(path, flags, 0o600).catch((error: unknown) => {
    throw unfit(path, error, "Check the path, and whose it is.");
  });

const unfit = (path: string, error: unknown, remedy: string): CliError =>
  new CliError(`${path}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`, remedy, { cause: error });

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

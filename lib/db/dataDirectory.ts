/**
 * The data directory (WEBSTER_DATA_DIR): the embedded database, the generated secret, and a lock that says
 * which process it belongs to. The lock names a process by pid and start time, so that a pid used again means nothing.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  linkSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { startCommand } from "../commands.ts";
import { makeDirectory } from "../makeDirectory.ts";
import { canReach, type DatabaseUser, databaseUser } from "./postgresBinaries.ts";
import { processIdentity } from "./processes.ts";
import { StartError } from "./startError.ts";

/** Where the database goes when root's own directories can't hold it. */
const systemDirectory = "/var/lib/webster";

const shortestSecret = 32;

/** `url`: where it serves, once it does. `directory`: which one it has, whatever its path: a copy of the lock tells of another. */
type Owner = { pid: number; identity: string | null; url?: string; directory?: string };

/** Makes the directory if need be and takes its lock for this process; the function returned releases it. */
export function lockDataDirectory(directory: string): () => void {
  return explained(directory, () => {
    makePassable(directory);
    const path = lockPath(directory);
    const own = `${path}.${process.pid}`;
    writeFileSync(
      own,
      JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid), directory: idOf(directory) } satisfies Owner),
    );
    try {
      take(directory, own, path);
    } finally {
      rmSync(own, { force: true });
    }
    return () => {
      if (readOwner(path)?.pid === process.pid) rmSync(path, { force: true });
    };
  });
}

/** The pid of the running process that holds the directory's lock; null if there is none. */
export function lockOwner(directory: string): number | null {
  const owner = readOwner(lockPath(directory));
  return owner !== null && isOwner(owner, directory) ? owner.pid : null;
}

const isOwner = ({ pid, identity, directory }: Owner, path: string): boolean =>
  (directory ?? idOf(path)) === idOf(path) && identity === processIdentity(pid);

function idOf(directory: string): string {
  const { dev, ino } = statSync(directory);
  return `${dev}:${ino}`;
}

/** Says in the lock where this process serves; nothing if the lock is not its own. */
export function tellAddress(directory: string, url: string): void {
  const path = lockPath(directory);
  const owner = readOwner(path);
  if (owner?.pid !== process.pid) return;
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ ...owner, url } satisfies Owner));
  renameSync(own, path);
}

/** Where the process that holds the directory's lock serves; null: there is none, or it serves nothing yet. */
export const addressOfOwner = (directory: string): string | null =>
  lockOwner(directory) === null ? null : (readOwner(lockPath(directory))?.url ?? null);

/** The generated master secrets, the newest first; the first is made at the first start. */
export function readOrCreateSecrets(directory: string): [newest: string, ...earlier: string[]] {
  return explained(directory, () => {
    if (!existsSync(secretPath(directory))) writeSecrets(directory, [newSecret()]);
    const [newest = "", ...earlier] = readFileSync(secretPath(directory), "utf8")
      .trim()
      .split(/\s*\n\s*/);
    // Emptied or cut off, as by a disk that was full: anybody could guess what is left.
    if ([newest, ...earlier].some((secret) => secret.length < shortestSecret))
      throw new StartError(
        `The secret in ${secretPath(directory)} is damaged: each line should be a text of at least ${shortestSecret} characters.`,
        "Put the file of before back, from a copy of the data directory: without it, no stored signing secret can be read.",
      );
    return [newest, ...earlier];
  });
}

/** Puts a new master secret before those that are there, which open what they have sealed. */
export const addSecret = (directory: string): void => writeSecrets(directory, [newSecret(), ...readOrCreateSecrets(directory)]);

/** Replaces the master secrets. */
export function writeSecrets(directory: string, secrets: readonly string[]): void {
  explained(directory, () => {
    const path = secretPath(directory);
    // Written whole or not at all: a half-written secret would lock everybody out for good.
    writeFileSync(`${path}.new`, `${secrets.join("\n")}\n`, { mode: 0o600, flush: true });
    renameSync(`${path}.new`, path);
  });
}

const newSecret = (): string => randomBytes(32).toString("base64");

/** Where the embedded database is or will be, as an absolute path without links. */
export function databaseDirectory(directory: string): string {
  const path = join(directory, "postgres");
  const user = databaseUser();
  return explained(directory, () => {
    if (existsSync(path)) {
      const real = realpathSync(path);
      if (!canReach(user, real)) throw canReach(user, dirname(real)) ? foreign(user, real) : unreachable(user, real);
      return real;
    }
    makePassable(directory);
    if (canReach(user, directory)) return join(realpathSync(directory), "postgres");
    // A clone under /root, say, which only root may enter.
    if (directory !== resolve(".webster")) throw unreachable(user, directory);
    const name = basename(dirname(directory)).replaceAll(/[^\w.-]/g, "");
    const elsewhere = join(systemDirectory, `${name}-${createHash("sha256").update(directory).digest("hex").slice(0, 8)}`);
    makePassable(elsewhere);
    symlinkSync(join(elsewhere, "postgres"), path);
    return join(elsewhere, "postgres");
  });
}

export const secretPath = (directory: string): string => join(directory, "secret");

const lockPath = (directory: string): string => join(directory, "webster.lock");

function take(directory: string, own: string, path: string): void {
  for (let tries = 0; tries < 5; tries++) {
    try {
      // A link either appears with its content or fails because somebody was faster.
      linkSync(own, path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = lockOwner(directory);
    if (owner !== null) throw inUse(directory, owner);
    const stale = `${own}.stale`;
    renameSync(path, stale);
    // Between reading and renaming, another start may have taken it: then give it back.
    const moved = readOwner(stale);
    if (moved !== null && isOwner(moved, directory)) renameSync(stale, path);
    else rmSync(stale, { force: true });
  }
  throw inUse(directory, lockOwner(directory));
}

function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Owner;
  } catch {
    return null;
  }
}

function makePassable(directory: string): void {
  if (!makeDirectory(directory)) return;
  // Run by root, the database's user must pass through; its own directory is closed to everyone else.
  chmodSync(directory, process.getuid?.() === 0 ? 0o711 : 0o700);
}

function explained<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC" || code === "EDQUOT")
      throw new StartError(
        `The disk is full (${directory}).`,
        "Free some space there, or choose another place with WEBSTER_DATA_DIR.",
        error,
      );
    if (code === "EROFS")
      throw new StartError(
        `The data directory ${directory} is on a disk that can only be read.`,
        "Choose another place with WEBSTER_DATA_DIR: a directory on a disk that can be written. If this one could be until now, it has failed: dmesg says how.",
        error,
      );
    if (code === "EACCES" || code === "EPERM")
      throw new StartError(
        `The data directory ${directory} can't be written: ${message}.`,
        "Start Webster as the user who owns it, or choose another place with WEBSTER_DATA_DIR.",
        error,
      );
    // A file in its way, a link that leads nowhere, a place such as /proc where nothing is kept, a disk that fails.
    if (code !== undefined && (error as NodeJS.ErrnoException).syscall !== undefined)
      throw new StartError(
        `The data directory ${directory} can't be used: ${message}.`,
        "Choose another place with WEBSTER_DATA_DIR: a directory on a disk that can be written.",
        error,
      );
    throw error;
  }
}

/** Throws StartError if another Webster runs on the directory. */
export function requireNoOwner(directory: string): void {
  const owner = lockOwner(directory);
  if (owner !== null) throw inUse(directory, owner);
}

const inUse = (directory: string, pid: number | null): StartError =>
  new StartError(
    `Another Webster is running on the data directory ${directory} (process ${[pid ?? "unknown", addressOfOwner(directory) ?? []].flat().join(", at ")}).`,
    `Stop that one first, or give this one its own place: ${startCommand("WEBSTER_DATA_DIR=.webster-2", "PORT=3001")}`,
  );

const unreachable = (user: DatabaseUser, directory: string): StartError =>
  new StartError(
    `PostgreSQL doesn't run as root, and the user it runs as, "${user?.name}", can't enter ${directory}.`,
    `Keep the data where that user can go: ${startCommand(`WEBSTER_DATA_DIR=${systemDirectory}`)}`,
  );

const foreign = (user: DatabaseUser, directory: string): StartError =>
  new StartError(
    `PostgreSQL runs as the user "${user?.name}", and ${directory} is another user's.`,
    `Give it to that one: chown -R ${user?.name} ${directory}`,
  );

/**
 * The PostgreSQL server that Webster brings along: made by initdb in a directory, run as a child in its own
 * process group (a Ctrl-C in the terminal must not stop it before Webster has drained), reached over a Unix
 * socket in a private directory, restarted when it dies. Whoever calls this holds the directory's lock.
 */
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { database, makeRoles, owner, superuser, worker } from "./embeddedRoles.ts";
import { type Binaries, type DatabaseUser, databaseUser, postgresBinaries } from "./postgresBinaries.ts";
import { childOptions, explainFailure, isServerOf, Postmaster, readPidFile, stopOrphan } from "./postmaster.ts";

/** URLs of the server, for any PostgreSQL client on this machine, as three of its roles. */
export type EmbeddedUrls = {
  /** Works with the tables. */
  url: string;
  /** Owns database and tables. */
  ownerUrl: string;
  superuserUrl: string;
};

export type Embedded = EmbeddedUrls & {
  /** The server's process; another one after a restart. */
  pid(): number;
  /** Ends the server cleanly. */
  stop(): Promise<void>;
};

type Options = {
  /** Settings as in postgresql.conf, on top of the defaults. */
  settings?: Record<string, string>;
  onProgress?: (text: string) => void;
};

type Address = { urls: EmbeddedUrls; settings: Record<string, string>; socketDirectory: string | null };

const socketPrefix = "webster-";

const defaults: Record<string, string> = {
  max_connections: "64",
  shared_buffers: "256MB",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  wal_compression: "on",
  timezone: "UTC",
  log_timezone: "UTC",
  // Webster reports failed statements itself; in the server's log their text would reveal customers' data.
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_checkpoints: "off",
};

/** Starts the server on `directory`, which holds the cluster and is made if it doesn't exist. Throws StartError. */
export async function startEmbedded(directory: string, options: Options = {}): Promise<Embedded> {
  const user = databaseUser();
  const binaries = postgresBinaries(user);
  if (!existsSync(directory)) {
    options.onProgress?.("Creating the database");
    initialise(binaries, user, directory);
  }
  const address = await chooseAddress(directory, user);
  const settings = { ...defaults, ...address.settings, ...options.settings };
  const server = new Postmaster(binaries, user, directory, settings);
  const stop = async (): Promise<void> => {
    await server.stop();
    if (address.socketDirectory !== null) rmSync(address.socketDirectory, { recursive: true, force: true });
  };
  try {
    if (!(await adopted(server, directory, address))) {
      await clearRemains(directory, address);
      await server.startPatiently();
      await rolesAt(directory, address);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...address.urls, pid: () => server.pid, stop };
}

/** The URLs of the server that another process runs on this directory; null if none does. */
export function attachEmbedded(directory: string): EmbeddedUrls | null {
  const running = readPidFile(directory);
  return running === null || !isServerOf(running.pid, directory) ? null : urlsOf(directory, running.socketDirectory, running.port);
}

/** Makes the cluster beside its place and then moves it there: a directory that exists is whole. */
function initialise(binaries: Binaries, user: DatabaseUser, directory: string): void {
  const partial = `${directory}.new`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  if (user !== null) chownSync(partial, user.uid, user.gid);
  const auth = usesSockets ? ["--auth=trust"] : ["--auth=scram-sha-256", `--pwfile=${createPassword(directory)}`];
  const args = ["-D", partial, "-U", superuser, "--encoding=UTF8", "--locale=C", "--no-instructions", ...auth];
  const made = spawnSync(binaries.initdb, args, { ...childOptions(user), encoding: "utf8" });
  if (made.status !== 0)
    throw explainFailure("The database could not be created", made.error ?? null, `${made.stdout}${made.stderr}`, directory);
  renameSync(partial, directory);
}

/** Whether the server that a killed Webster left running goes on as this one's. */
async function adopted(server: Postmaster, directory: string, address: Address): Promise<boolean> {
  const left = readPidFile(directory);
  if (left === null || left.socketDirectory !== address.socketDirectory || !server.adopt(left.pid)) return false;
  try {
    await rolesAt(directory, address);
    return true;
  } catch {
    // It does not answer: it is stopped like any other that is left.
    server.abandon();
    return false;
  }
}

/** Clears away what a killed Webster left behind. The caller holds the lock, so no other Webster uses the directory. */
async function clearRemains(directory: string, { socketDirectory }: Address): Promise<void> {
  const left = readPidFile(directory);
  if (left === null) return;
  if (isServerOf(left.pid, directory)) await stopOrphan(left.pid);
  if (left.socketDirectory !== socketDirectory && basename(left.socketDirectory).startsWith(socketPrefix))
    rmSync(left.socketDirectory, { recursive: true, force: true });
}

async function chooseAddress(directory: string, user: DatabaseUser): Promise<Address> {
  if (!usesSockets) {
    const port = await freePort();
    return { urls: urlsOf(directory, "", port), settings: { listen_addresses: "127.0.0.1", port: String(port) }, socketDirectory: null };
  }
  const socketDirectory = makeSocketDirectory(directory, user);
  const settings = { listen_addresses: "", unix_socket_directories: socketDirectory, unix_socket_permissions: "0700", port: "5432" };
  return { urls: urlsOf(directory, socketDirectory, 5432), settings, socketDirectory };
}

/** The socket's directory: the same one at each start, so that other processes find a restarted server again. */
function makeSocketDirectory(directory: string, user: DatabaseUser): string {
  // A socket's path may have 107 bytes (103 on macOS), which a data directory's often exceeds.
  const base = tmpdir().length < 60 ? tmpdir() : "/tmp";
  const path = join(base, socketPrefix + createHash("sha256").update(directory).digest("hex").slice(0, 12));
  const owner = user?.uid ?? process.getuid?.();
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch {
    // Another user may have made the directory to spy on the socket: then one with an unpredictable name is made.
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory() !== true || (found.uid !== owner && found.uid !== process.getuid?.()))
      return ownedBy(user, mkdtempSync(join(base, socketPrefix)));
  }
  return ownedBy(user, path);
}

function ownedBy(user: DatabaseUser, directory: string): string {
  chmodSync(directory, 0o700);
  if (user !== null) chownSync(directory, user.uid, user.gid);
  return directory;
}

function urlsOf(directory: string, socketDirectory: string, port: number): EmbeddedUrls {
  const of = (role: string): string =>
    socketDirectory === ""
      ? `postgresql://${role}:${readPassword(directory)}@127.0.0.1:${port}/${database}`
      : `postgresql://${role}@localhost:${port}/${database}?host=${encodeURIComponent(socketDirectory)}`;
  return { url: of(worker), ownerUrl: of(owner), superuserUrl: of(superuser) };
}

const rolesAt = (directory: string, { urls }: Address): Promise<void> =>
  makeRoles((name) => ofDatabase(urls.superuserUrl, name), usesSockets ? null : readPassword(directory));

function ofDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

function createPassword(directory: string): string {
  const path = passwordFile(directory);
  writeFileSync(path, `${randomBytes(24).toString("hex")}\n`, { mode: 0o600 });
  return path;
}

const usesSockets = process.platform !== "win32";

const readPassword = (directory: string): string => readFileSync(passwordFile(directory), "utf8").trim();

const passwordFile = (directory: string): string => `${directory}.password`;

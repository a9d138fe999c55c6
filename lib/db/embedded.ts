/**
 * The PostgreSQL server that Webster brings along: made by initdb in a directory, run as a child in its own
 * process group (a Ctrl-C in the terminal must not stop it before Webster has drained), reached over a Unix
 * socket in a private directory, restarted when it dies. Whoever calls this holds the directory's lock.
 */
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { log } from "../log.ts";
import { neverAborted, unlessAborted } from "../unlessAborted.ts";
import { database, makeRoles, owner, superuser, worker } from "./embeddedRoles.ts";
import { explainEmbeddedError } from "./explain.ts";
import { isAlive } from "./processes.ts";
import { type Binaries, type DatabaseUser, databaseUser, postgresBinaries } from "./postgresBinaries.ts";
import { childOptions, disownPidFile, explainFailure, isServerOf, Postmaster, readPidFile, stopOrphan } from "./postmaster.ts";
import { StartError } from "./startError.ts";

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
  /** Gives the start up: what has begun is ended, and the start rejects with the signal's reason. */
  signal?: AbortSignal;
};

type Address = { urls: EmbeddedUrls; settings: Record<string, string>; socketDirectory: string | null };

const socketPrefix = "webster-";
const lookMs = 2_000;

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
export async function startEmbedded(directory: string, { signal = neverAborted(), ...options }: Options = {}): Promise<Embedded> {
  const user = databaseUser();
  const binaries = postgresBinaries(user);
  if (!existsSync(directory)) {
    options.onProgress?.("Creating the database");
    await initialise(binaries, user, directory, signal);
  }
  const address = await chooseAddress(directory, user);
  const settings = { ...defaults, ...address.settings, ...options.settings };
  const server = new Postmaster(binaries, user, directory, settings);
  const watch = setInterval(() => {
    server.hasten();
    keepSocket(server, directory, address, user);
  }, lookMs).unref();
  const stop = async (): Promise<void> => {
    clearInterval(watch);
    await server.stop();
    if (address.socketDirectory !== null) rmSync(address.socketDirectory, { recursive: true, force: true });
  };
  try {
    await unlessAborted(signal, startOrAdopt(server, directory, address));
  } catch (error) {
    await stop();
    throw explainEmbeddedError(error, address.urls.superuserUrl, directory);
  }
  return { ...address.urls, pid: () => server.pid, stop };
}

/** The URLs of the server that another process runs on this directory; null if none does. */
export function attachEmbedded(directory: string): EmbeddedUrls | null {
  const running = readPidFile(directory);
  return running === null || !isServerOf(running.pid, directory) ? null : urlsOf(directory, running.socketDirectory, running.port);
}

/** Makes the cluster beside its place and then moves it there: a directory that exists is whole. */
async function initialise(binaries: Binaries, user: DatabaseUser, directory: string, signal: AbortSignal): Promise<void> {
  removePartial(directory);
  // The initdb of a start that was killed may go on for a moment, and clears up its own.
  const partial = `${directory}.new.${process.pid}`;
  mkdirSync(partial, { mode: 0o700 });
  if (user !== null) chownSync(partial, user.uid, user.gid);
  const auth = usesSockets ? ["--auth=trust"] : ["--auth=scram-sha-256", `--pwfile=${createPassword(directory)}`];
  const args = ["-D", partial, "-U", superuser, "--encoding=UTF8", "--locale=C", "--no-instructions", ...auth];
  const { status, error, output } = await runToEnd(binaries.initdb, args, user, signal);
  if (signal.aborted || status !== 0) removePartial(directory);
  if (signal.aborted) throw signal.reason;
  if (status !== 0) throw explainFailure("The database could not be created", error, output, directory);
  renameSync(partial, directory);
}

/** Removes clusters that were not made to the end. */
function removePartial(directory: string): void {
  for (const name of readdirSync(dirname(directory)))
    if (name.startsWith(`${basename(directory)}.new`))
      rmSync(join(dirname(directory), name), { recursive: true, force: true, maxRetries: 10 });
}

type Ended = { status: number | null; error: Error | null; output: string };

/** Runs a program to its end, in a process group of its own; or until the signal comes, which kills it with all that it has started. */
function runToEnd(program: string, args: string[], user: DatabaseUser, signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...childOptions(user), detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const kill = (): void => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(usesSockets ? -child.pid : child.pid, "SIGKILL");
    };
    let output = "";
    let failure: Error | null = null;
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", (error) => (failure = error));
    child.once("close", (status) => {
      signal.removeEventListener("abort", kill);
      process.off("exit", kill);
      resolve({ status, error: failure, output });
    });
    signal.addEventListener("abort", kill, { once: true });
    process.once("exit", kill);
    if (signal.aborted) kill();
  });
}

async function startOrAdopt(server: Postmaster, directory: string, address: Address): Promise<void> {
  if (await adopted(server, directory, address)) return;
  await clearRemains(directory, address);
  await server.startPatiently();
  await rolesAt(directory, address);
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
  // PostgreSQL takes whatever has that number for its server, as where the directory was copied from one that runs.
  else if (isAlive(left.pid)) disownPidFile(directory);
  const isOurs = basename(left.socketDirectory).startsWith(socketPrefix) && !servesAnother(left.socketDirectory, directory);
  if (left.socketDirectory !== socketDirectory && isOurs) rmSync(left.socketDirectory, { recursive: true, force: true });
}

/** Whether a server of another directory has its socket there, as that one has which this directory was copied from. */
function servesAnother(socketDirectory: string, directory: string): boolean {
  const lock = join(socketDirectory, ".s.PGSQL.5432.lock");
  return existsSync(lock) && readFileSync(lock, "utf8").split("\n")[1] !== directory;
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

/** Where whoever clears a machine's temporary files has taken the socket away, nobody new could come in: the server makes another. */
function keepSocket(server: Postmaster, directory: string, { socketDirectory }: Address, user: DatabaseUser): void {
  if (socketDirectory === null || !server.isReady() || existsSync(join(socketDirectory, ".s.PGSQL.5432"))) return;
  log.error({ socketDirectory }, "database.socket_lost");
  try {
    const made = makeSocketDirectory(directory, user);
    if (made === socketDirectory) server.renew();
    // Somebody else has its place.
    else rmSync(made, { recursive: true });
  } catch (error) {
    log.error({ error: (error as Error).message }, "database.restart_failed");
  }
}

/** The socket's directory: the same one at each start, so that other processes find a restarted server again. */
function makeSocketDirectory(directory: string, user: DatabaseUser): string {
  // A socket's path may have 107 bytes (103 on macOS), which a data directory's often exceeds.
  const base = tmpdir().length < 60 ? tmpdir() : "/tmp";
  try {
    return makeDirectoryIn(base, directory, user);
  } catch (error) {
    throw new StartError(
      `The socket of the database can't be put into ${base}: ${(error as Error).message}.`,
      "Let it be written, and make room there; or set TMPDIR to another directory whose path has less than 60 characters.",
      error,
    );
  }
}

function makeDirectoryIn(base: string, directory: string, user: DatabaseUser): string {
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

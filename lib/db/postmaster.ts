/** One PostgreSQL server process: started, watched and started again when it dies, stopped cleanly. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { log } from "../log.ts";
import type { Binaries, DatabaseUser } from "./postgresBinaries.ts";
import { commandLine, isAlive, waitUntil } from "./processes.ts";
import { StartError } from "./startError.ts";

// Recovery after a crash replays the log since the last checkpoint; it takes its time and must not be cut short.
const startTimeoutMs = 600_000;
const stopTimeoutMs = 60_000;
/** How often one that this process has not started is looked after: of its end there is no word. */
const lookAfterMs = 500;
/** Above what Linux and macOS give. */
const noPid = 2 ** 22 + 1;

/** The server's process, started by this one or found running. */
type Running = { pid: number; isAlive(): boolean };

export class Postmaster {
  readonly #binaries: Binaries;
  readonly #user: DatabaseUser;
  readonly #directory: string;
  readonly #settings: Record<string, string>;
  #running: Running | null = null;
  #stopping = false;
  /** The process that is not to wait any longer. */
  #hastened = 0;
  #restarting: Promise<void> | null = null;
  // However this process ends, short of kill -9, the server must not outlive it.
  readonly #onExit = (): void => this.#signal("SIGINT");

  constructor(binaries: Binaries, user: DatabaseUser, directory: string, settings: Record<string, string>) {
    this.#binaries = binaries;
    this.#user = user;
    this.#directory = directory;
    this.#settings = settings;
    process.once("exit", this.#onExit);
  }

  get pid(): number {
    return this.#running?.pid ?? 0;
  }

  /**
   * Takes over a server that a killed process has left running, if it is the one that would be started now: its memory is warm, and
   * nothing is to recover. False: it is to be stopped.
   */
  adopt(pid: number): boolean {
    const wanted = [this.#binaries.postgres, ...this.#arguments()].join(" ");
    if (commandLine(pid) !== wanted || !isExecutableInPlace(pid) || readPidFile(this.#directory)?.status !== "ready") return false;
    const running: Running = { pid, isAlive: () => isServerOf(pid, this.#directory) };
    this.#running = running;
    const watch = setInterval(() => {
      if (running.isAlive() && this.#running === running) return;
      clearInterval(watch);
      if (!this.#stopping && this.#running === running) this.#restarting = this.#restart("gone");
    }, lookAfterMs).unref();
    log.info({ pid }, "database.adopted");
    return true;
  }

  /** Whether it takes connections, by its own word. */
  isReady(): boolean {
    const file = readPidFile(this.#directory);
    return this.#running?.isAlive() === true && file?.pid === this.#running.pid && file.status === "ready";
  }

  /** Ends it, as cleanly as a stop does; it is then started again. */
  renew(): void {
    this.#signal("SIGINT");
  }

  /**
   * To be called now and then. Asked to stop by somebody else (SIGTERM, as by whoever ends what takes memory), it takes nobody new, and
   * waits until everybody has gone, which those who work with it never do: it is ended at once, and started again.
   */
  hasten(): void {
    const file = readPidFile(this.#directory);
    if (this.#stopping || file?.status !== "stopping" || file.pid !== this.pid || this.#hastened === file.pid) return;
    this.#hastened = file.pid;
    log.error({ pid: file.pid }, "database.asked_to_stop");
    this.#signal("SIGINT");
  }

  /** Lets go of what was adopted; whoever calls stops it. */
  abandon(): void {
    this.#running = null;
  }

  /** Throws StartError, or as soon as it is stopped. */
  async start(): Promise<void> {
    if (this.#stopping) throw new Error("The database is stopped before it has started");
    const logFile = `${this.#directory}.log`;
    const output = openSync(logFile, this.#running === null ? "w" : "a", 0o600);
    const child = spawn(this.#binaries.postgres, this.#arguments(), {
      ...childOptions(this.#user),
      detached: true,
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    const isAlive = (): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    this.#running = { pid: child.pid ?? 0, isAlive };
    let failure: Error | null = null;
    child.once("error", (error) => (failure = error));
    const ended = (): boolean => failure !== null || child.exitCode !== null || child.signalCode !== null;
    const ready = (): boolean => readPidFile(this.#directory)?.pid === child.pid && readPidFile(this.#directory)?.status === "ready";
    await waitUntil(() => ended() || ready() || this.#stopping, startTimeoutMs);
    if (this.#stopping) throw new Error("The database is stopped while it starts");
    if (ended() || !ready()) {
      child.kill("SIGQUIT");
      throw explainFailure("The database did not start", failure, readFileSync(logFile, "utf8"), this.#directory);
    }
    child.once("exit", (code, signal) => {
      if (!this.#stopping) this.#restarting = this.#restart(code ?? signal);
    });
  }

  /** After a kill -9 the server's own children need a moment to notice; until then its memory counts as in use. */
  async startPatiently(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.start();
      } catch (error) {
        if (tries === 100 || !/shared memory block|lock file/.test((error as Error).message)) throw error;
        await waitUntil(() => false, 50);
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#restarting;
    await this.#end();
    process.off("exit", this.#onExit);
  }

  async #end(): Promise<void> {
    const running = this.#running;
    if (running?.isAlive() !== true) return;
    // "Fast": ends sessions and writes a checkpoint, so that the next start needs no recovery.
    this.#signal("SIGINT");
    if (await waitUntil(() => !running.isAlive(), stopTimeoutMs)) return;
    this.#signal("SIGQUIT");
    await waitUntil(() => !running.isAlive(), stopTimeoutMs);
  }

  #arguments(): string[] {
    return ["-D", this.#directory, ...Object.entries(this.#settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#running?.isAlive() === true) process.kill(this.#running.pid, signal);
  }

  async #restart(reason: number | string | null): Promise<void> {
    log.error({ reason }, "database.ended");
    for (let waitMs = 250; !this.#stopping; waitMs = Math.min(waitMs * 2, 10_000)) {
      try {
        await this.start();
        log.info({ pid: this.pid }, "database.restarted");
        return;
      } catch (error) {
        if (this.#stopping) return;
        log.error({ error: (error as Error).message }, "database.restart_failed");
        await waitUntil(() => this.#stopping, waitMs);
      }
    }
  }
}

export async function stopOrphan(pid: number): Promise<void> {
  log.info({ pid }, "database.orphan_stopped");
  process.kill(pid, "SIGINT");
  if (await waitUntil(() => !isAlive(pid), stopTimeoutMs)) return;
  process.kill(pid, "SIGQUIT");
  await waitUntil(() => !isAlive(pid), stopTimeoutMs);
}

/** postmaster.pid: pid, directory, start time, port, socket directory, address, shared memory, status. */
export function readPidFile(directory: string): { pid: number; port: number; socketDirectory: string; status: string } | null {
  let lines: string[];
  try {
    lines = readFileSync(join(directory, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return null;
  }
  return { pid: Number(lines[0]), port: Number(lines[3]), socketDirectory: lines[4] ?? "", status: (lines[7] ?? "").trim() };
}

/** Puts into the file a number that no process has. PostgreSQL still looks whether the memory that it names is in use. */
export function disownPidFile(directory: string): void {
  const path = join(directory, "postmaster.pid");
  const [, ...rest] = readFileSync(path, "utf8").split("\n");
  writeFileSync(path, [noPid, ...rest].join("\n"));
}

/** Whether the process is the server of this directory, by its command line: the pid alone may be another process by now. */
export const isServerOf = (pid: number, directory: string): boolean =>
  isAlive(pid) && (commandLine(pid) ?? "").includes(` -D ${directory} `);

/** Whether a process runs what is at its program's place now: after an upgrade it is another file. Linux tells, others don't. */
function isExecutableInPlace(pid: number): boolean {
  try {
    return !readlinkSync(`/proc/${pid}/exe`).endsWith(" (deleted)");
  } catch {
    return false;
  }
}

/** Makes a StartError of what a person needs from the error, or from all that a program printed. */
export function explainFailure(what: string, failure: Error | null, output: string, directory: string): StartError {
  const reason = failure?.message ?? telling(output);
  if (/No space left on device|ENOSPC|Disk quota exceeded|Check free disk space/i.test(`${reason}${output}`)) {
    const socketDirectory = /"([^"]+)\/\.s\.PGSQL\.[^"]*": No space/.exec(output)?.[1];
    return new StartError(
      `${what}: the disk is full (${socketDirectory ?? directory}).`,
      `Free some space there, or choose another place with ${socketDirectory === undefined ? "WEBSTER_DATA_DIR" : "TMPDIR"}.`,
      failure,
    );
  }
  const remedy = remedies.find(([pattern]) => pattern.test(reason))?.[1](directory);
  return new StartError(
    `${what} in ${directory}:\n${reason}`,
    remedy ?? "If the message doesn't help, set DATABASE_URL to a PostgreSQL of your own.",
    failure,
  );
}

const restored = "Restore a backup into another WEBSTER_DATA_DIR (docs/operating/backup.md), and keep this one as it is.";

/** What to do about what PostgreSQL says of its directory. */
const remedies: [pattern: RegExp, remedy: (directory: string) => string][] = [
  [/invalid permissions/, (directory) => `Close it to others: chmod 700 ${directory}`],
  [
    /wrong ownership|must be started by the user that owns/,
    (directory) => `Give it to the user whom PostgreSQL runs as: chown -R USER ${directory}`,
  ],
  [
    /initialized by PostgreSQL version/,
    () =>
      "Start the version of Webster that made it, take a backup (npx webster backup FILE), and restore that into another WEBSTER_DATA_DIR with this one.",
  ],
  [
    /could not find the database system|server configuration file|not a valid data directory|checkpoint record|control file|PANIC|could not open file/,
    () => `Files of it are missing or damaged. ${restored}`,
  ],
  [/Read-only file system/, (directory) => `${directory} is on a disk that can only be read: choose another place with WEBSTER_DATA_DIR.`],
  [/Permission denied/, (directory) => `Let the user write there whom PostgreSQL runs as: ${directory}`],
  [/lock file .* already exists|still in use/, () => "Stop the PostgreSQL that runs on it, then start again."],
  [/annot allocate memory|could not map anonymous shared memory/, () => "Free some memory, or give this machine more."],
];

/** The lines that say why; without any, the last ones. */
function telling(output: string): string {
  const lines = output.trim().split("\n");
  const chosen = lines.filter((line) => /FATAL|PANIC|DETAIL|HINT|error|could not/.test(line));
  return (chosen.length > 0 ? chosen : lines).slice(-5).join("\n");
}

type ChildOptions = { uid?: number; gid?: number; cwd?: string; env?: NodeJS.ProcessEnv; windowsHide: boolean };

export function childOptions(user: DatabaseUser): ChildOptions {
  if (process.platform === "win32") return { windowsHide: true };
  // Nothing of our environment: it holds the master secret, and maybe a locale that doesn't exist here.
  return {
    ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
    cwd: "/",
    env: { NODE_ENV: "production", LC_ALL: "C", TZ: "UTC" },
    windowsHide: true,
  };
}

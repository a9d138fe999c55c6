/** Of which files something was made: a stamp beside it tells, by what they hold, so that nothing is made twice of the same. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Whether the stamp tells of these files as they are, and what was made of them is whole: no file of it missing, emptied or cut off.
 * The files are read only if a time or a size is another than it was.
 */
export function isMadeOf(stamp, paths) {
  const known = readStamp(stamp);
  if (known?.sizes === undefined || !Object.entries(known.sizes).every(([path, size]) => sizeOf(path) === size)) return false;
  const times = timesOf(paths);
  if (known.times === times) return true;
  if (known.contents !== contentsOf(paths)) return false;
  tryToWrite(stamp, { ...known, times });
  return true;
}

/** Writes the stamp. `contents`: of the files when the work began. `made`: the paths of what was made. */
export function noteMadeOf(stamp, paths, contents, made = []) {
  // A file that changed meanwhile has another time than its contents were read at: then times tell nothing.
  const times = contents === contentsOf(paths) ? timesOf(paths) : "";
  write(stamp, { times, contents, sizes: Object.fromEntries(made.map((path) => [path, sizeOf(path)])) });
}

function write(stamp, known) {
  // Whole or not at all: another start may be reading it.
  writeFileSync(`${stamp}.${process.pid}`, JSON.stringify(known));
  renameSync(`${stamp}.${process.pid}`, stamp);
}

function tryToWrite(stamp, known) {
  try {
    write(stamp, known);
  } catch {
    // On a disk that can't be written, the files are read at each start.
  }
}

/** One hash over the contents and names of files, and of those in directories; tests are left out. */
export const contentsOf = (paths) => hashOf(paths, (path) => readFileSync(path));

/** Undefined: there is no such file. */
export const sizeOf = (path) => statSync(path, { throwIfNoEntry: false })?.size;

const timesOf = (paths) =>
  hashOf(paths, (path) => {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs} ${size}`;
  });

function hashOf(paths, told) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesIn).sort()) hash.update(path).update("\0").update(told(path)).update("\0");
  return hash.digest("hex");
}

function filesIn(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return found.isDirectory() ? filesBelow(path) : [path];
}

const filesBelow = (directory) =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (/(\.test\.tsx?|\.stamp)$/.test(path) || path === join("lib", "testing")) return [];
    return entry.isDirectory() ? filesBelow(path) : [path];
  });

function readStamp(path) {
  try {
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
  } catch {
    return null;
  }
}

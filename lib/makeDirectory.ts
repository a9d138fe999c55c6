import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a directory and those above it that are missing, one after the other: `recursive` of Node.js 20 never ends below /proc, where
 * a parent can be looked at and nothing can be made. `mode`: of each. False: it is there. Throws what the system says.
 */
export function makeDirectory(path: string, mode = 0o777): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return false;
  const parent = dirname(resolve(path));
  if (found === undefined && parent !== resolve(path)) makeDirectory(parent, mode);
  try {
    mkdirSync(path, mode);
    return true;
  } catch (error) {
    // Somebody else was faster.
    if ((error as NodeJS.ErrnoException).code === "EEXIST" && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
      return false;
    throw error;
  }
}

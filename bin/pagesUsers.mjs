/** Who serves the built pages of this clone, whatever its data directory: built anew under it, they would break. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRunning, ownIdentity } from "./inTurn.mjs";

const prefix = "pages.user.";

/** Notes that this process uses them until it ends. `directory`: one that is there. */
export function noteUse(directory) {
  const own = join(directory, `${prefix}${process.pid}`);
  try {
    writeFileSync(own, JSON.stringify(ownIdentity()));
  } catch {
    // On a disk that can't be written nobody builds pages.
    return;
  }
  process.once("exit", () => rmSync(own, { force: true }));
}

/** The id of another process that uses them; undefined: there is none. */
export function otherUser(directory) {
  for (const name of namesIn(directory)) {
    const pid = Number(name.slice(prefix.length));
    if (pid === process.pid) continue;
    if (isRunningNow(join(directory, name))) return pid;
    rmSync(join(directory, name), { force: true });
  }
  return undefined;
}

function namesIn(directory) {
  try {
    return readdirSync(directory).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

function isRunningNow(path) {
  try {
    return isRunning(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return false;
  }
}

/** One process of the machine after the other, for what two at once would spoil. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Does the work when nobody else does what `path` stands for: a file that names whose turn it is. A process that has died has no
 * turn. `onWait`: called once, if somebody else has it.
 */
export async function inTurn(path, work, { onWait = () => undefined, betweenMs = 1_000 } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  for (let waits = 0; !tryToTake(path); waits++) {
    if (waits === 0) onWait();
    await new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryToTake(path) {
  clearRemains(path);
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify(ownIdentity()));
  try {
    // With its content at once, and only if there is none.
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Takes a dead process's turn away, and gives back what another one has taken in between. */
function clearRemains(path) {
  if (isHeld(path)) return;
  const moved = `${path}.${process.pid}.moved`;
  try {
    renameSync(path, moved);
  } catch {
    return;
  }
  if (isHeld(moved)) renameSync(moved, path);
  else rmSync(moved, { force: true });
}

function isHeld(path) {
  try {
    return isRunning(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return false;
  }
}

/** Whether that process still runs, as lib/db/processes.ts has it: a pid alone may be another process by now. */
export function isRunning({ pid, identity }) {
  const known = identityOf(pid);
  if (known !== undefined) return known === identity;
  try {
    return process.platform !== "linux" && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** By which others know whether this process still runs. */
export const ownIdentity = () => ({ pid: process.pid, identity: identityOf(process.pid) });

/** When the process was started, where /proc says so. */
function identityOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

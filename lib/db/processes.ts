/** Other processes on this machine: whether one still runs, and whether it is the one that was meant. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, but another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !isZombie(pid);
}

/** When a process started, in an opaque form: the same pid with another answer is another process. Null: no such process. */
export function processIdentity(pid: number): string | null {
  if (!isAlive(pid)) return null;
  if (process.platform === "linux") return statFields(pid)?.[19] ?? null;
  return ps("lstart=", pid);
}

/** A process's command line; null if there is no such process. */
export function commandLine(pid: number): string | null {
  if (process.platform !== "linux") return ps("command=", pid);
  return tryRead(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ").trim() ?? null;
}

/** Waits for a condition: true once it holds, false when the time is over. */
export async function waitUntil(condition: () => boolean, timeoutMs: number, stepMs = 20): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
  return true;
}

const isZombie = (pid: number): boolean => process.platform === "linux" && statFields(pid)?.[0] === "Z";

/** The fields of /proc/PID/stat after the name, which may itself contain blanks: state first, start time 20th. */
function statFields(pid: number): string[] | null {
  const stat = tryRead(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function ps(column: string, pid: number): string | null {
  try {
    return execFileSync("ps", ["-o", column, "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
}

function tryRead(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

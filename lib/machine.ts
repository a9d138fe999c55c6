/** What this machine, or the container in it, has for Webster: from it follows how many processes it is given (WEBSTER_PROCESSES=auto). */
import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";

export type Machine = { cores: number; memoryBytes: number };

/** PostgreSQL has to keep up with them, and each has connections of its own. */
const mostProcesses = 8;
/** What a process takes under load. */
const processBytes = 512 * 1024 * 1024;

/** One process a core where there are more than two, and memory for so many; else one, which leaves a core to the database. */
export function automaticProcesses({ cores, memoryBytes }: Machine): number {
  return cores <= 2 ? 1 : Math.max(1, Math.min(cores, mostProcesses, Math.floor(memoryBytes / processBytes)));
}

export function thisMachine(): Machine {
  const quota = quotaOf(readOr("/sys/fs/cgroup/cpu.max", ""));
  // 0: not known. Without a limit it is larger than any memory.
  const constrained = process.constrainedMemory() || Infinity;
  return { cores: Math.min(availableParallelism(), quota ?? Infinity), memoryBytes: Math.min(totalmem(), constrained) };
}

/** The cores that a cgroup's `cpu.max` gives, rounded up; null: it sets no limit. */
export function quotaOf(text: string): number | null {
  const [, quota, period] = /^(\d+) (\d+)$/.exec(text.trim()) ?? [];
  return quota === undefined || !(Number(period) > 0) ? null : Math.max(1, Math.ceil(Number(quota) / Number(period)));
}

function readOr(path: string, other: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return other;
  }
}

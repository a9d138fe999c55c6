/**
 * Holds processes to a share of a core each, so that several can be compared with one on a machine that has no cores to spare for
 * load, receiver and database. By a control group each, of version 1 or 2: Linux, as root.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How long a share is for, in microseconds: a tenth of the usual, of which a process would sleep 85 ms in one piece. */
const periodUs = 10_000;

type Limits = { folder: string; files: (quotaUs: number) => Record<string, string> };

const version1: Limits = {
  folder: "/sys/fs/cgroup/cpu",
  files: (quotaUs) => ({ "cpu.cfs_period_us": String(periodUs), "cpu.cfs_quota_us": String(quotaUs) }),
};
const version2: Limits = { folder: "/sys/fs/cgroup", files: (quotaUs) => ({ "cpu.max": `${quotaUs} ${periodUs}` }) };

/** Null: this machine has no control groups that we may make. */
const limits = ((): Limits | null => {
  const found = existsSync(join(version1.folder, "cpu.cfs_quota_us")) ? version1 : version2;
  try {
    hold([], 1, found);
    return found;
  } catch {
    return null;
  }
})();

export const canShare = limits !== null;

/** Returns what lets them go. `share`: of a core, for each. */
export function holdToShare(pids: number[], share: number): () => void {
  if (limits === null) throw new Error("There are no control groups here");
  const folders = pids.map((pid) => hold([pid], share, limits));
  const { folder } = limits;
  return () => folders.forEach((held) => letGo(held, folder));
}

function hold(pids: number[], share: number, { folder, files }: Limits): string {
  const held = join(folder, `webster-bench-${process.pid}-${pids[0] ?? "probe"}`);
  mkdirSync(held);
  try {
    for (const [name, value] of Object.entries(files(Math.round(share * periodUs)))) writeFileSync(join(held, name), value);
    for (const pid of pids) writeFileSync(join(held, "cgroup.procs"), String(pid));
  } finally {
    if (pids.length === 0) rmdirSync(held);
  }
  return held;
}

/** A group can be removed when nobody is in it. */
function letGo(held: string, folder: string): void {
  const procs = readFileSync(join(held, "cgroup.procs"), "utf8").split("\n");
  for (const pid of procs.filter((line) => line !== "")) writeFileSync(join(folder, "cgroup.procs"), pid);
  rmdirSync(held);
}

/** Who used the CPU during a run (Linux only): on a machine whose cores are all busy, that is where the time went. */
import { readdirSync, readFileSync } from "node:fs";

/** CPU times in ticks; `reaped`: of children that have ended. */
type Usage = { parent: number; own: number; reaped: number };

const ticksPerSecond = 100;

/** Starts to measure. The answer: microseconds of CPU that each process took for a unit of work; empty elsewhere than on Linux. */
export function measureCpu<Name extends string>(processes: Record<Name, number>): (units: number) => Partial<Record<Name, number>> {
  if (process.platform !== "linux") return () => ({});
  const before = usages();
  return (units) => {
    const after = usages();
    const shares = Object.entries<number>(processes).map(([name, pid]) => {
      const ticks = total(pid, after) - total(pid, before);
      return [name, (ticks / ticksPerSecond / units) * 1e6];
    });
    return Object.fromEntries(shares) as Record<Name, number>;
  };
}

/** Milliseconds of CPU that a process and its children have taken since they began; NaN elsewhere than on Linux. */
export const cpuMsOf = (pid: number): number => (process.platform === "linux" ? (total(pid, usages()) / ticksPerSecond) * 1e3 : NaN);

/** `CPU each: Webster 60 µs, …`; empty if there is nothing to say. */
export function cpuText(shares: Partial<Record<string, number>>): string {
  const texts = Object.entries(shares).map(([name, us = 0]) => `${name} ${Math.round(us)} µs`);
  return texts.length === 0 ? "" : `CPU each: ${texts.join(", ")}`;
}

/** The process and its children: PostgreSQL is one process per connection, and some of its own. */
function total(pid: number, all: Map<number, Usage>): number {
  let ticks = all.get(pid)?.reaped ?? 0;
  for (const [id, { parent, own }] of all) if (id === pid || parent === pid) ticks += own;
  return ticks;
}

/** The usage of every process, from proc(5): ppid is field 4, utime and stime are 14 and 15, the same of children 16 and 17. */
function usages(): Map<number, Usage> {
  const found = new Map<number, Usage>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name)?.split(" ");
    if (fields === undefined) continue;
    const [parent = 0, own = 0, system = 0, reaped = 0, reapedSystem = 0] = [1, 11, 12, 13, 14].map((field) => Number(fields[field]));
    found.set(Number(name), { parent, own: own + system, reaped: reaped + reapedSystem });
  }
  return found;
}

/** The fields behind the command's name, which may hold anything; null if the process has ended meanwhile. */
function statOf(pid: string): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2);
  } catch {
    return null;
  }
}

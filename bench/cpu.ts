/** Who used the CPU during a run (Linux only): on a machine whose cores are all busy, that is where the time went. */
import { readdirSync, readFileSync } from "node:fs";

type Usage = { own: number; parent: number };

const ticksPerSecond = 100;

/** Starts to measure. The answer says, per unit of work: `CPU per delivery: Webster 60 µs, …`; empty elsewhere than on Linux. */
export function measureCpu(processes: Record<string, number>): (units: number) => string {
  if (process.platform !== "linux") return () => "";
  const before = usages();
  return (units) => {
    const after = usages();
    const shares = Object.entries(processes).map(([name, pid]) => {
      const ticks = family(pid, after).reduce((sum, id) => sum + (after.get(id)?.own ?? 0) - (before.get(id)?.own ?? 0), 0);
      return `${name} ${Math.round((ticks / ticksPerSecond / units) * 1e6)} µs`;
    });
    return `CPU each: ${shares.join(", ")}`;
  };
}

/** The process and its children: PostgreSQL is one process per connection, and some of its own. */
const family = (pid: number, all: Map<number, Usage>): number[] => [
  pid,
  ...[...all].flatMap(([id, { parent }]) => (parent === pid ? [id] : [])),
];

/** proc(5): ppid is field 4, utime and stime are 14 and 15. */
function usages(): Map<number, Usage> {
  const found = new Map<number, Usage>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name)?.split(" ");
    if (fields !== undefined) found.set(Number(name), { parent: Number(fields[1]), own: Number(fields[11]) + Number(fields[12]) });
  }
  return found;
}

/** What follows the command's name, which may hold anything; null if the process has ended meanwhile. */
function statOf(pid: string): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2);
  } catch {
    return null;
  }
}

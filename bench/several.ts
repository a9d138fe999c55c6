/** One process on one core, and several on several: what each costs, and how much more they do. */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import type { Target } from "./prefill.ts";
import type { Shape } from "./processes.ts";
import type { Subject } from "./subject.ts";
import { connections, endToEnd, type Run, type Stage } from "./workloads.ts";

export type Several = { shape: Shape; runs: Run[] };

/** Single posts with each shape, in turn, `rounds` times. The first shape is one process on one core. */
export async function severalProcesses(
  stage: Stage,
  subject: Subject,
  target: Target,
  { total, rounds }: { total: number; rounds: number },
  progress: (text: string) => void,
): Promise<Several[]> {
  const all = shapes().map((shape): Several => ({ shape, runs: [] }));
  for (let round = 0; round < rounds; round++)
    for (const { shape, runs } of all) {
      progress(`(g) single posts, ${nameOf(shape)}`);
      await subject.begin("web,worker", null, shape);
      await subject.untilComplete(shape.processes);
      // As many at each process, so that as many share a commit.
      runs.push(await endToEnd(stage, subject, target, total, 1, connections * shape.processes));
    }
  return all;
}

/** Without two cores or `taskset` there is no core to hold a process to. */
function shapes(): Shape[] {
  const canHold = availableParallelism() >= 2 && spawnSync("taskset", ["-V"]).status === 0;
  const on = (cores: string): string | null => (canHold ? cores : null);
  return [
    { processes: 1, cores: on("0") },
    { processes: 2, cores: on("0,1") },
    { processes: 4, cores: on("0,1") },
  ];
}

export const nameOf = ({ processes, cores }: Shape): string =>
  `${processes} ${processes === 1 ? "process" : "processes"}${cores === null ? "" : ` on ${cores.includes(",") ? "cores" : "core"} ${cores}`}`;

/** The run with the median rate. */
export const medianOf = (runs: Run[]): Run =>
  runs.toSorted((one, other) => one.perSecond - other.perSecond)[Math.floor(runs.length / 2)] as Run;

/** What Webster and PostgreSQL took of CPU together, in microseconds. */
export const bothOf = ({ cost: { cpuUs } }: Run): number => (cpuUs["Webster"] ?? 0) + (cpuUs["PostgreSQL"] ?? 0);

/** One process on one core, and several on several: what each costs, and how much more they do. */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { familyOf } from "./memory.ts";
import type { Target } from "./prefill.ts";
import type { Shape } from "./processes.ts";
import { canShare, holdToShare } from "./share.ts";
import type { Subject } from "./subject.ts";
import { connections, endToEnd, type Run, type Stage } from "./workloads.ts";

/** `share`: of a core, which each process has; null: as much as it can get of the cores it is held to. */
export type Form = Shape & { share: number | null };
export type Several = { form: Form; runs: Run[] };

/** Leaves of two cores what load, receiver and database take for four. */
const share = 0.15;

/** Single posts with each form, in turn, `rounds` times. The first form is one process. */
export async function severalProcesses(
  stage: Stage,
  subject: Subject,
  target: Target,
  { total, rounds }: { total: number; rounds: number },
  progress: (text: string) => void,
): Promise<Several[]> {
  const all = forms().map((form): Several => ({ form, runs: [] }));
  for (let round = 0; round < rounds; round++)
    for (const { form, runs } of all) {
      progress(`(g) single posts, ${nameOf(form)}`);
      await subject.begin("web,worker", null, form);
      await subject.untilComplete(form.processes);
      // As many at each process, so that as many share a commit.
      const post = (): Promise<Run> => endToEnd(stage, subject, target, total, 1, connections * form.processes);
      // Each compiles for itself, which takes long of a share.
      if (form.share !== null) await post();
      const letGo = form.share === null ? () => undefined : holdToShare(pidsOf(subject), form.share);
      runs.push(await post());
      letGo();
    }
  return all;
}

const pidsOf = ({ pid }: Subject): number[] => familyOf(pid).map((one) => one.pid);

/** A share of a core each, where that can be had; else whole cores, where there are two and `taskset`. */
function forms(): Form[] {
  if (canShare) return [1, 2, 4].map((processes) => ({ processes, cores: null, share }));
  const canHold = availableParallelism() >= 2 && spawnSync("taskset", ["-V"]).status === 0;
  const on = (cores: string): string | null => (canHold ? cores : null);
  return [
    { processes: 1, cores: on("0"), share: null },
    { processes: 2, cores: on("0,1"), share: null },
    { processes: 4, cores: on("0,1"), share: null },
  ];
}

export const nameOf = ({ processes, cores, share: each }: Form): string =>
  `${processes} ${processes === 1 ? "process" : "processes"}${each === null ? onCores(cores) : ` with ${each} of a core each`}`;

const onCores = (cores: string | null): string => (cores === null ? "" : ` on ${cores.includes(",") ? "cores" : "core"} ${cores}`);

/** The run with the median rate. */
export const medianOf = (runs: Run[]): Run =>
  runs.toSorted((one, other) => one.perSecond - other.perSecond)[Math.floor(runs.length / 2)] as Run;

/** What Webster and PostgreSQL took of CPU together, in microseconds. */
export const bothOf = ({ cost: { cpuUs } }: Run): number => (cpuUs["Webster"] ?? 0) + (cpuUs["PostgreSQL"] ?? 0);

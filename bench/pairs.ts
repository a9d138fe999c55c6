/** Two builds side by side: each workload on one and then the other, several times, and what one costs of the other. */
import { count } from "./report.ts";
import { furnish, type Reads, reading } from "./reads.ts";
import { Subject } from "./subject.ts";
import type { Target } from "./prefill.ts";
import { batchSize, createSource, drain, endToEnd, receiving, type Run, type Source, type SourceKind, type Stage } from "./workloads.ts";

type Player = { subject: Subject; target: Target; sources: Record<SourceKind, Source>; reads: Reads };

type Workload = { part: string; name: string; run: (player: Player) => Promise<Run> };

const workloads = (stage: Stage, total: number): Workload[] => [
  { part: "c", name: "single posts", run: ({ subject, target }) => endToEnd(stage, subject, target, total, 1) },
  { part: "c", name: `batches of ${batchSize}`, run: ({ subject, target }) => endToEnd(stage, subject, target, 2 * total, batchSize) },
  { part: "e", name: "a source, stored", run: ({ subject, sources }) => receiving(stage, subject, sources.stored, total) },
  { part: "e", name: "a source, delivered", run: ({ subject, sources }) => receiving(stage, subject, sources.delivered, total) },
  // Builds of before take a hundred of these a second.
  { part: "e", name: "a source, transformed", run: ({ subject, sources }) => receiving(stage, subject, sources.transformed, total / 4) },
  { part: "b", name: "drain", run: ({ subject, target }) => drain(stage, subject, target, 2 * total) },
];

const readers = (stage: Stage, { reads }: Player): Workload[] =>
  [...reads.keys()].map((name) => ({ part: "d", name, run: ({ subject, reads }) => reading(stage, subject, reads.get(name) ?? []) }));

export type Pair = { part: string; name: string; base: Run[]; now: Run[] };

/** `parts`: of which workloads. Every second pair begins with the other build. */
export async function comparePairs(
  stage: Stage,
  baseFolder: string,
  options: { total: number; rounds: number; parts: ReadonlySet<string> },
  progress: (text: string) => void,
): Promise<Pair[]> {
  if (!["b", "c", "d", "e"].some((part) => options.parts.has(part))) return [];
  const subjects: Subject[] = [];
  try {
    const open = async (name: string, folder?: string): Promise<Player> => {
      const subject = await Subject.open(name, folder);
      subjects.push(subject);
      await subject.begin("web,worker");
      const target = await subject.createTarget(stage.receiverUrl);
      const [stored, delivered, transformed] = [
        await createSource(stage, subject, "stored"),
        await createSource(stage, subject, "delivered"),
        await createSource(stage, subject, "transformed"),
      ];
      const reads: Reads = options.parts.has("d") ? await furnish(stage, subject, target) : new Map();
      return { subject, target, sources: { stored, delivered, transformed }, reads };
    };
    const base = await open("base", baseFolder);
    const now = await open("now");
    const wanted = [...readers(stage, now), ...workloads(stage, options.total)].filter(({ part }) => options.parts.has(part));
    const pairs: Pair[] = [];
    for (const { part, name, run } of wanted) {
      const pair: Pair = { part, name, base: [], now: [] };
      for (let round = 0; round < options.rounds; round++) {
        for (const player of round % 2 === 0 ? [base, now] : [now, base]) {
          progress(`(${part}) ${name}, ${player.subject.name}`);
          pair[player === base ? "base" : "now"].push(await run(player));
        }
      }
      pairs.push(pair);
    }
    return pairs;
  } finally {
    for (const subject of subjects) await subject.close();
  }
}

const figures: { name: string; of: (run: Run) => number }[] = [
  { name: "CPU µs", of: ({ cost }) => (cost.cpuUs["Webster"] ?? 0) + (cost.cpuUs["PostgreSQL"] ?? 0) },
  { name: "  Webster", of: ({ cost }) => cost.cpuUs["Webster"] ?? 0 },
  { name: "  PostgreSQL", of: ({ cost }) => cost.cpuUs["PostgreSQL"] ?? 0 },
  { name: "WAL bytes", of: ({ cost }) => cost.walBytes },
  { name: "stored bytes", of: ({ cost }) => cost.storedBytes },
  { name: "per second", of: ({ perSecond }) => perSecond },
];

/** A table: for each workload and figure, base → now of each pair, and the median of their ratios. */
export function formatPairs(pairs: Pair[]): string {
  const lines = pairs.flatMap(({ part, name, base, now }) => [
    `(${part}) ${name}`,
    ...figures.map(({ name: figure, of }) => {
      const both = base.map((run, i) => [of(run), of(now[i] ?? run)] as const);
      const ratio = median(both.map(([one, other]) => other / one));
      const texts = both.map(([one, other]) => `${count(one)} → ${count(other)}`);
      return `    ${figure.padEnd(14)} ${ratio.toFixed(2)}   ${texts.join(", ")}`;
    }),
  ]);
  return lines.join("\n");
}

/** Of an even number the mean of the two in the middle. */
export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? NaN) + (high ?? NaN)) / 2;
}

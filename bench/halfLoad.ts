/** How long a message is on its way while a server has half of what it can do: the tail that its users see. */
import type { Target } from "./prefill.ts";
import { count } from "./report.ts";
import type { Subject } from "./subject.ts";
import { endToEnd, type Run, type Stage } from "./workloads.ts";

/** From a post to the first byte at its receiver, in milliseconds. `perSecond`: the pace, half of what it did at full load. */
export type HalfLoad = { perSecond: number; fullPerSecond: number; p50Ms: number; p99Ms: number; run: Run };

/** First its own full load, then half of that, at a steady pace. */
export async function atHalfLoad(stage: Stage, subject: Subject, target: Target, total: number): Promise<HalfLoad> {
  const { load, receiver, faults } = stage;
  const full = await endToEnd(stage, subject, target, total, 1);
  const perSecond = full.perSecond / 2;
  await receiver.call("reset");
  const cost = await subject.measure({ receiver: receiver.pid, load: load.pid });
  const { sent, turnedAway } = await load.call("pace", { ...subject.access, application: target.applicationId, total, perSecond });
  await receiver.call("wait", { count: sent.length, idleMs: 20_000 });
  await subject.settled();
  const arrived = new Map(await receiver.call("arrivals"));
  const onTheWayMs = sent.flatMap(([id, atMs]) => (arrived.has(id) ? [(arrived.get(id) ?? 0) - atMs] : [])).toSorted((a, b) => a - b);
  if (onTheWayMs.length < total) faults.push(`${subject.name}, half load: ${total - onTheWayMs.length} of ${total} did not arrive`);
  const quantile = (share: number): number => onTheWayMs[Math.floor(onTheWayMs.length * share)] ?? NaN;
  const [p50Ms, p99Ms] = [quantile(0.5), quantile(0.99)];
  const notes = [
    `post to first byte: p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, p99 ÷ p50 ${(p99Ms / p50Ms).toFixed(1)}`,
    `full load ${count(full.perSecond)}/s, ${turnedAway} turned away`,
  ];
  return { perSecond, fullPerSecond: full.perSecond, p50Ms, p99Ms, run: { perSecond, cost: await cost(total), notes } };
}

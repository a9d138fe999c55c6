/** Single posts at a steady pace, and how long each is on its way: from the post to the first byte at its receiver. */
import type { Cost } from "./cost.ts";
import type { Target } from "./prefill.ts";
import type { Subject } from "./subject.ts";
import type { Stage } from "./workloads.ts";

export type Steady = { p50Ms: number; p99Ms: number; turnedAway: number; cost: Cost };

const idleMs = 20_000;

/** `during`: in words, for the fault that is told if not all arrive. */
export async function steadily(
  { load, receiver, faults }: Stage,
  subject: Subject,
  target: Target,
  { total, perSecond, during }: { total: number; perSecond: number; during: string },
): Promise<Steady> {
  await receiver.call("reset");
  const cost = await subject.measure({ receiver: receiver.pid, load: load.pid });
  const { sent, turnedAway } = await load.call("pace", { ...subject.access, application: target.applicationId, total, perSecond });
  await receiver.call("wait", { count: sent.length, idleMs });
  const arrived = new Map(await receiver.call("arrivals"));
  const onTheWayMs = sent.flatMap(([id, atMs]) => (arrived.has(id) ? [(arrived.get(id) ?? 0) - atMs] : [])).toSorted((a, b) => a - b);
  if (onTheWayMs.length < total) faults.push(`${subject.name}, ${during}: ${total - onTheWayMs.length} of ${total} did not arrive`);
  const quantile = (share: number): number => onTheWayMs[Math.floor(onTheWayMs.length * share)] ?? NaN;
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), turnedAway, cost: await cost(total) };
}
